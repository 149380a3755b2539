"""Payouts: what is due to a shop, claimed by stamping the entries that make it up, then sent to the bank account it named.

One run of paying out is a batch. It begins with its first payout and is finished when every shop was looked at; a run that died in the
middle is gone on with, and nothing is claimed twice, because each payout is a unit of work of its own and what is stamped is not open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Literal, NamedTuple

from haat.jobs import outbox
from haat.kernel import clock
from haat.kernel.clock import MINUTE
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.kernel.faults import reach
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments import ledger, payout_account, queries
from haat.market.payments.ledger import Entry
from haat.market.payments.ports import Gateway, PaidOut, PayoutOrder, PayoutOutcome, PayoutReturned, Pending
from haat.market.payments.tables import payout_batches, payouts
from haat.store import IntegrityError, Store, Tx

SEND = "payout.send"
SETTLED = "payout.settled"

_AFTER_ALL = 2**63 - 1
_NO_LEAST: Mapping[str, int] = MappingProxyType({})
_FORGOTTEN_AFTER = 5 * MINUTE  # a batch that is open for longer was left behind by a process that died


class Payout(NamedTuple):
    """A row of `payouts`; `amount` in minor units, always above zero."""

    id: int
    shop_id: int
    currency: str
    amount: int
    state: Literal["claimed", "sent", "returned"]
    gateway_ref: str | None
    claimed_at: int
    settled_at: int | None
    batch_id: int | None
    account_id: int | None


class StatementLine(NamedTuple):
    """One entry of a shop's account. `amount` as the shop sees it: earned is positive."""

    at: int
    kind: str
    deal_id: int | None
    currency: str
    amount: int
    payout_id: int | None
    id: int


class Balance(NamedTuple):
    """What the market owes to a shop in one currency, in minor units; below zero where the shop owes.

    `payable` goes out with the next payout, `waiting` rests, `reserved` is kept back until `reserved_until` at least.
    """

    currency: str
    payable: int
    waiting: int
    reserved: int
    reserved_until: int | None

    @property
    def open(self) -> int:
        return self.payable + self.waiting


class Batch(NamedTuple):
    """A row of `payout_batches`; `begun_by` is None for the schedule."""

    id: int
    begun_at: int
    begun_by: int | None
    finished_at: int | None


class BatchSum(NamedTuple):
    """What a batch pays out in one currency, and how far that is."""

    batch_id: int
    currency: str
    state: str
    payouts: int
    amount: int


def get(store: Store | Tx, payout_id: int) -> Payout:
    """Raises NotFound."""
    row = store.first(queries.PAYOUT, id=payout_id)
    if row is None:
        raise NotFound("There is no such payout.")
    return Payout(*row)


def of_shop(store: Store, shop_id: int, *, before: int = _AFTER_ALL, most: int = 24) -> list[Payout]:
    """Newest first."""
    return [Payout(*row) for row in store.read(queries.PAYOUTS_OF_SHOP, shop_id=shop_id, before=before, most=most)]


def of_all(store: Store, *, before: int = _AFTER_ALL, most: int = 24) -> list[Payout]:
    """Those of every shop, newest first."""
    return [Payout(*row) for row in store.read(queries.PAYOUTS, before=before, most=most)]


def of_batch(store: Store, batch_id: int) -> list[Payout]:
    return [Payout(*row) for row in store.read(queries.PAYOUTS_OF_BATCH, batch_id=batch_id)]


def batch(store: Store, batch_id: int) -> Batch:
    """Raises NotFound."""
    row = store.first(queries.BATCH, id=batch_id)
    if row is None:
        raise NotFound("There is no such batch of payouts.")
    return Batch(*row)


def batches(store: Store, *, before: int = _AFTER_ALL, most: int = 24) -> list[Batch]:
    """Newest first."""
    return [Batch(*row) for row in store.read(queries.BATCHES, before=before, most=most)]


def sums_of(store: Store, found: Sequence[Batch]) -> dict[int, list[BatchSum]]:
    """What each of these batches pays out, by currency and state."""
    sums: dict[int, list[BatchSum]] = {one.id: [] for one in found}
    if found:
        for row in store.read(queries.SUMS_OF_BATCHES, first=min(sums), last=max(sums)):
            sums[row[0]].append(BatchSum(*row))
    return sums


def balance(store: Store | Tx, shop_id: int, currency: str) -> int:
    """What the market owes to the shop and has not put into a payout; negative when the shop owes."""
    return int(store.value(queries.BALANCE, shop_id=shop_id, currency=currency))


def balances(store: Store, shop_id: int) -> list[Balance]:
    """How the shop stands in each currency that it ever earned in, by the currency's code."""
    now = clock.now()
    open_ = {row[0]: row[1:] for row in store.read(queries.BALANCES, shop_id=shop_id, at=now, now=now)}
    kept = {row[0]: row[1:] for row in store.read(queries.RESERVED_OF_SHOP, shop_id=shop_id)}
    return [
        Balance(currency, *map(int, open_.get(currency, (0, 0))), *kept.get(currency, (0, None)))
        for currency in sorted(open_.keys() | kept.keys())
    ]


def statement(store: Store, shop_id: int, *, before: int = _AFTER_ALL, most: int = 24) -> list[StatementLine]:
    """Newest first."""
    return [line_of(row) for row in store.read(queries.STATEMENT, shop_id=shop_id, before=before, most=most)]


def line_of(row: tuple[int, str, int | None, str, int, int | None, int]) -> StatementLine:
    """A row of the ledger, as the shop sees it."""
    line = StatementLine(*row)
    return line._replace(amount=-line.amount)


def claim(store: Store, shop_id: int, currency: str, *, least: int = 0, by: int | None = None) -> int | None:
    """Put all that is due to a shop into a payout of the batch that is open; returns its id, or None when there is to be none.

    There is none when less than `least` is due, when the shop has named no account that can be used now, and when this batch has paid
    the shop already.
    """
    try:
        return store.write(lambda tx: _claim(tx, shop_id, currency, max(least, 1), by))
    except _NothingToPay:
        return None
    except IntegrityError:
        return None  # Another run was faster.


def claim_all(store: Store, least: Mapping[str, int] = _NO_LEAST, by: int | None = None) -> str:
    """Claim a payout for every shop to which something is due, but for those of suspended sellers, and finish the batch."""
    made = 0
    for shop_id, currency in store.read(queries.SHOPS_TO_PAY, at=clock.now()):
        made += claim(store, shop_id, currency, least=least.get(currency, 0), by=by) is not None
        reach("payout.between")
    _finish(store)
    return f"Payouts claimed: {made}." if made else "Nothing is due to any shop that can be paid."


def go_on(store: Store, least: Mapping[str, int] = _NO_LEAST) -> str:
    """Go on with a batch that was left in the middle."""
    row = store.first(queries.OPEN_BATCH)
    if row is None or row[1] > clock.now() - _FORGOTTEN_AFTER:
        return "No batch of payouts was left unfinished."
    return claim_all(store, least)


class _NothingToPay(Refused):
    """Rolls the stamps back."""


def _claim(tx: Tx, shop_id: int, currency: str, least: int, by: int | None) -> int:
    account = payout_account.newest(tx, shop_id, currency)
    if account is None or account.state(tx.now) != "usable":
        raise _NothingToPay("This shop has named no bank account that can be used now.")
    batch_id = _open_batch(tx, by)
    if tx.first(queries.IS_IN_BATCH, batch_id=batch_id, shop_id=shop_id, currency=currency) is not None:
        raise _NothingToPay("This batch has paid this shop already.")
    payout_id = new_id()
    tx.run(queries.STAMP, shop=shop_id, in_currency=currency, payout=payout_id, at=tx.now)
    amount = int(tx.value(queries.STAMPED, payout_id=payout_id))
    if amount < least:
        raise _NothingToPay("Less is due to this shop than is paid out at a time.")
    tx.insert(
        payouts,
        id=payout_id,
        shop_id=shop_id,
        currency=currency,
        amount=amount,
        state="claimed",
        claimed_at=tx.now,
        batch_id=batch_id,
        account_id=account.id,
    )
    entries = Entry("seller", amount, shop_id, payout_id=payout_id, due_at=tx.now), Entry("payouts", -amount)
    ledger.record(tx, "payout", payout_id, currency, *entries)
    outbox.tell(tx, SEND, {"payout": payout_id})
    return payout_id


def _open_batch(tx: Tx, by: int | None) -> int:
    row = tx.first(queries.OPEN_BATCH)
    if row is not None:
        return int(row[0])
    batch_id = new_id()
    tx.insert(payout_batches, id=batch_id, open=1, begun_at=tx.now, begun_by=by)
    return batch_id


def _finish(store: Store) -> None:
    row = store.first(queries.OPEN_BATCH)
    if row is not None:
        store.write(partial(_mark_finished, batch_id=row[0]))


def _mark_finished(tx: Tx, batch_id: int) -> None:
    tx.run(queries.FINISH_BATCH, key=batch_id, at=tx.now)


def send(store: Store, gateway: Gateway, payout_id: int) -> None:
    """Ask the gateway, under the payout's own key, as often as it takes; never sweep again."""
    payout = get(store, payout_id)
    if payout.state != "claimed":
        return
    money = Money(payout.amount, payout.currency)
    order = PayoutOrder(key=str(payout.id), account=_goes_to(store, payout), amount=money, description="Sales")
    outcome = gateway.pay_out(order)
    if isinstance(outcome, Pending):
        raise Unavailable("The gateway has not paid out yet.", try_="It is asked again.")
    reach("payout.before_settle")
    settle(store, payout_id, outcome)


def _goes_to(store: Store, payout: Payout) -> str:
    if payout.account_id is None:  # Claimed before shops named their accounts.
        return str(payout.shop_id)
    return payout_account.number_of(store, payout.account_id)


def ask(store: Store, gateway: Gateway, payout_id: int) -> None:
    """Ask what became of a payout, also long after it was sent: a bank may return it."""
    outcome = gateway.find_payout(str(payout_id))
    if outcome is not None:
        settle(store, payout_id, outcome)


def settle(store: Store, payout_id: int, outcome: PayoutOutcome) -> None:
    """Book what became of a payout, whoever brings the news.

    Money that the bank returned is owed again, and nothing more is sent to that account until the shop names it anew.
    """

    def work(tx: Tx) -> None:
        payout = get(tx, payout_id)
        if isinstance(outcome, PaidOut | PayoutReturned) and payout.state == "claimed":
            _book_sent(tx, payout, outcome.ref)
        if isinstance(outcome, PayoutReturned):
            _book_returned(tx, payout, outcome.ref)

    store.write(work)


def _book_sent(tx: Tx, payout: Payout, ref: str) -> None:
    if not _mark(tx, payout, "claimed", "sent", ref):
        return
    entries = Entry("payouts", payout.amount), Entry("gateway", -payout.amount)
    ledger.record(tx, "payout_sent", payout.id, payout.currency, *entries)
    outbox.tell(tx, SETTLED, {"payout": payout.id, "state": "sent", "cause": new_id()})


def _book_returned(tx: Tx, payout: Payout, ref: str) -> None:
    if not _mark(tx, payout, "sent", "returned", ref):
        return
    entries = Entry("gateway", payout.amount), Entry("seller", -payout.amount, payout.shop_id, due_at=tx.now)
    ledger.record(tx, "payout_returned", payout.id, payout.currency, *entries)
    if payout.account_id is not None:
        tx.run(queries.MARK_BOUNCED, key=payout.account_id, at=tx.now)
    outbox.tell(tx, SETTLED, {"payout": payout.id, "state": "returned", "cause": new_id()})


def _mark(tx: Tx, payout: Payout, was: str, becomes: str, ref: str) -> bool:
    return tx.run(queries.MARK_PAYOUT, key=payout.id, was=was, becomes=becomes, ref=ref, at=tx.now) == 1
