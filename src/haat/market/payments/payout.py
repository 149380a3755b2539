"""Payouts: what the market owes to a shop, claimed by stamping the entries that make it up, then sent."""

from __future__ import annotations

from typing import Literal, NamedTuple

from haat.jobs import outbox
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.kernel.faults import reach
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments import ledger, queries
from haat.market.payments.ledger import Entry
from haat.market.payments.ports import Gateway, PaidOut, PayoutOrder, PayoutOutcome, PayoutReturned, Pending
from haat.market.payments.tables import payouts
from haat.store import Store, Tx

SEND = "payout.send"
SETTLED = "payout.settled"


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


class StatementLine(NamedTuple):
    """One entry of a shop's account. `amount` as the shop sees it: earned is positive."""

    at: int
    kind: str
    deal_id: int | None
    amount: int
    payout_id: int | None
    id: int


def get(store: Store | Tx, payout_id: int) -> Payout:
    """Raises NotFound."""
    row = store.first(queries.PAYOUT, id=payout_id)
    if row is None:
        raise NotFound("There is no such payout.")
    return Payout(*row)


def of_shop(store: Store, shop_id: int, *, before: int = 2**63 - 1, most: int = 24) -> list[Payout]:
    """Newest first."""
    return [Payout(*row) for row in store.read(queries.PAYOUTS_OF_SHOP, shop_id=shop_id, before=before, most=most)]


def of_all(store: Store, *, before: int = 2**63 - 1, most: int = 24) -> list[Payout]:
    """Those of every shop, newest first."""
    return [Payout(*row) for row in store.read(queries.PAYOUTS, before=before, most=most)]


def balance(store: Store | Tx, shop_id: int, currency: str) -> int:
    """What the market owes to the shop and has not put into a payout; negative when the shop owes."""
    return int(store.value(queries.BALANCE, shop_id=shop_id, currency=currency))


def statement(store: Store, shop_id: int, *, before: int = 2**63 - 1, most: int = 24) -> list[StatementLine]:
    """Newest first."""
    rows = store.read(queries.STATEMENT, shop_id=shop_id, before=before, most=most)
    return [
        StatementLine(at, kind, deal_id, -amount, payout_id, id_) for at, kind, deal_id, amount, payout_id, id_ in rows
    ]


def claim(store: Store, shop_id: int, currency: str) -> int | None:
    """Put all that is owed to a shop into a new payout; returns its id, or None when nothing is owed."""
    try:
        return store.write(lambda tx: _claim(tx, shop_id, currency))
    except _NothingOwed:
        return None


def claim_all(store: Store) -> str:
    """Claim a payout for every shop to which something is owed, but for those of suspended sellers."""
    shops = store.read(queries.SHOPS_TO_PAY, after=0)
    made = [payout_id for shop_id, currency in shops if (payout_id := claim(store, shop_id, currency)) is not None]
    return f"Payouts claimed: {len(made)}." if made else "Nothing is owed to any shop."


class _NothingOwed(Refused):
    """Rolls the stamps back."""


def _claim(tx: Tx, shop_id: int, currency: str) -> int:
    payout_id = new_id()
    tx.run(queries.STAMP, shop=shop_id, in_currency=currency, payout=payout_id)
    amount = int(tx.value(queries.STAMPED, payout_id=payout_id))
    if amount <= 0:
        raise _NothingOwed("Nothing is owed to this shop.")
    tx.insert(
        payouts, id=payout_id, shop_id=shop_id, currency=currency, amount=amount, state="claimed", claimed_at=tx.now
    )
    ledger.record(
        tx,
        "payout",
        payout_id,
        currency,
        Entry("seller", amount, shop_id, payout_id=payout_id),
        Entry("payouts", -amount),
    )
    outbox.tell(tx, SEND, {"payout": payout_id})
    return payout_id


def send(store: Store, gateway: Gateway, payout_id: int) -> None:
    """Ask the gateway, under the payout's own key, as often as it takes; never sweep again."""
    payout = get(store, payout_id)
    if payout.state != "claimed":
        return
    money = Money(payout.amount, payout.currency)
    order = PayoutOrder(key=str(payout.id), account=str(payout.shop_id), amount=money, description="Sales")
    outcome = gateway.pay_out(order)
    if isinstance(outcome, Pending):
        raise Unavailable("The gateway has not paid out yet.", try_="It is asked again.")
    reach("payout.before_settle")
    settle(store, payout_id, outcome)


def ask(store: Store, gateway: Gateway, payout_id: int) -> None:
    """Ask what became of a payout, also long after it was sent: a bank may return it."""
    outcome = gateway.find_payout(str(payout_id))
    if outcome is not None:
        settle(store, payout_id, outcome)


def settle(store: Store, payout_id: int, outcome: PayoutOutcome) -> None:
    """Book what became of a payout, whoever brings the news. Money that the bank returned is owed again."""

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
    entries = Entry("gateway", payout.amount), Entry("seller", -payout.amount, payout.shop_id)
    ledger.record(tx, "payout_returned", payout.id, payout.currency, *entries)
    outbox.tell(tx, SETTLED, {"payout": payout.id, "state": "returned", "cause": new_id()})


def _mark(tx: Tx, payout: Payout, was: str, becomes: str, ref: str) -> bool:
    return tx.run(queries.MARK_PAYOUT, key=payout.id, was=was, becomes=becomes, ref=ref, at=tx.now) == 1
