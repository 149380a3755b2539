"""A promotion: a deal by which the owner of a listing pays the market for letting it stand out for some days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from haat.kernel.money import Money
from haat.market.catalogue.listing import Kind
from haat.market.catalogue.stand_out import stands_out_until
from haat.market.deals import library
from haat.market.deals.deal import Deal
from haat.market.deals.tables import deals
from haat.store import Store, Tx

PROCESS = "promotion"
ALL_OF_IT = 10_000  # basis points: the market sells it, so nothing of it is a shop's


class Terms(NamedTuple):
    """What the market lets stand out, and for how much: minor units of `currency` by the number of days."""

    kinds: tuple[Kind, ...]
    prices: Mapping[int, int]
    currency: str

    def offers(self, kind: Kind) -> dict[int, Money]:
        """The prices by days, the shortest first; none for a kind that the market does not promote."""
        if kind not in self.kinds:
            return {}
        return {days: Money(self.prices[days], self.currency) for days in sorted(self.prices)}


class Standing(NamedTuple):
    """How a listing stands: `until` when it stands out, None where it does not; `waiting` is the promotion that is to be paid."""

    until: int | None
    waiting: Deal | None


def standing_of(store: Store | Tx, listing_id: int) -> Standing:
    waiting = next((one for one in open_promotions(store, listing_id) if one.waits_for_money), None)
    return Standing(stands_out_until(store, listing_id), waiting)


def open_promotions(store: Store | Tx, listing_id: int) -> list[Deal]:
    """Those that wait for their payment, or run; oldest first."""
    return [Deal(*row) for row in store.read(_OPEN, listing=listing_id)]


def is_running() -> ColumnElement[bool]:
    """Of a deal that is a promotion: the market holds the money for it."""
    return or_(
        *(
            and_(
                deals.c.process_version == rules.version,
                deals.c.state.in_([name for name, state in rules.states.items() if state.money == "held"]),
            )
            for rules in library.all_versions()
            if rules.name == PROCESS
        )
    )


_OPEN = (
    select(*(deals.c[name] for name in Deal._fields))
    .where(deals.c.listing_id == bindparam("listing"), deals.c.process == PROCESS, deals.c.due_at.is_not(None))
    .order_by(deals.c.id)
)
