"""Pay milestones in: one payment for one or several, by the same till as everything that is paid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.kernel.money import Money, percent
from haat.market.accounts.shop import get_shop
from haat.market.deals import queries
from haat.market.deals.deal import Deal, children, get, take
from haat.market.deals.till import Bill, Checkout, Opened, Sale, Till
from haat.store import Store, Tx


class Funding(NamedTuple):
    """What a customer sends off. `key` is their own; `milestones` are ids of deals that belong to the job."""

    key: str
    job_id: int
    milestones: Sequence[int]


class Fund:
    """The use case. `commission` in basis points, where the craftsperson's shop has none of its own. No tax is added to what was agreed."""

    def __init__(self, store: Store, till: Till, commission: int) -> None:
        self._store = store
        self._till = till
        self._commission = commission

    def run(self, customer_id: int, funding: Funding, card: str, back: str) -> tuple[Checkout, bool]:
        """Pay them in; the flag says whether this call did or an earlier one with the same key.

        `card` and `back` are as in `Till.take`, and so is what it raises; besides Invalid, NotFound, and Refused for a milestone that is
        not to be paid in, or whose payment has begun.
        """
        sale = Sale(customer_id, funding.key, _digest(funding), card, back)
        return self._till.take(sale, lambda tx: self._open(tx, sale, funding))

    def _open(self, tx: Tx, sale: Sale, funding: Funding) -> Opened:
        job = get(tx, funding.job_id)
        if job.buyer_id != sale.buyer_id or job.process != "job":
            raise NotFound("There is no such job of yours.")
        chosen = _chosen(tx, job, funding)
        total = sum(one.total for one in chosen)
        opened = self._till.open(tx, sale, Bill(Money(total, job.currency), "{}"))
        own = get_shop(tx, job.shop_id).commission
        rate = self._commission if own is None else own
        for one in chosen:
            self._wait_for(tx, one, opened, rate)
        return opened

    def _wait_for(self, tx: Tx, milestone: Deal, opened: Opened, rate: int) -> None:
        """What the market takes of it is frozen now."""
        rows = tx.run(
            queries.FUND,
            key=milestone.id,
            was=milestone.state,
            checkout=opened.checkout_id,
            payment=opened.payment_id,
            fee=percent(milestone.goods, rate),
            rate=rate,
        )
        if rows != 1:
            raise Conflict("Somebody else was faster.", why="The milestone has moved on.", try_="Open the job again.")


def _chosen(tx: Tx, job: Deal, funding: Funding) -> list[Deal]:
    wanted = set(funding.milestones)
    if not wanted:
        raise Invalid("Nothing is to be paid in.", fields={"milestones": "Choose at least one milestone."})
    found = [take(tx, one.id) for one in children(tx, job.id) if one.id in wanted]
    if len(found) != len(wanted):
        raise NotFound("There is no such milestone of this job.")
    for one in found:
        if not one.waits_for_money:
            raise Refused("This milestone is not to be paid in.", why=f"It is: {one.rules.states[one.state].title}.")
        if one.checkout_id is not None:
            raise Refused(
                "A payment for this milestone has begun.", try_="Open the milestone, and go on with its payment."
            )
    return found


def _digest(funding: Funding) -> bytes:
    """What makes two requests the same: everything but the key and the card."""
    return hashlib.sha256(msgspec.json.encode([funding.job_id, sorted(set(funding.milestones))])).digest()
