"""The books: double entry, every movement adds up to zero in its currency, nothing is ever changed.

| account      | what stands there                                               | normal sign |
|--------------|-----------------------------------------------------------------|-------------|
| `gateway`    | money that the gateway keeps for us                             | debit  (+)  |
| `held`       | buyers' money, until their deals are done                       | credit (-)  |
| `seller`     | what we owe to a shop; debit when a refund came after a payout  | credit (-)  |
| `reserve`    | kept back from a shop for a while                               | credit (-)  |
| `commission` | what the market earns                                           | credit (-)  |
| `tax`        | what we owe to the tax office                                   | credit (-)  |
| `promotion`  | coupons that the market gave                                    | debit  (+)  |
| `refunds`    | promised to buyers, not yet confirmed by the gateway            | credit (-)  |
| `payouts`    | on its way to sellers, not yet confirmed                        | credit (-)  |
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from haat.kernel.ids import new_id
from haat.market.payments import queries
from haat.market.payments.tables import movements
from haat.store import Tx

Account = Literal["gateway", "held", "seller", "reserve", "commission", "tax", "promotion", "refunds", "payouts"]
Kind = Literal[
    "sale",
    "release",
    "reserve",
    "reserve_released",
    "reserve_used",
    "refund",
    "refunded",
    "stray",
    "payout",
    "payout_sent",
    "payout_returned",
]

ACCOUNTS: tuple[Account, ...] = get_args(Account)


class Entry(NamedTuple):
    """One side of a movement. Debit is positive, credit negative, in minor units. `due_at` is from when a seller's may be paid out."""

    account: Account
    amount: int
    shop_id: int | None = None
    deal_id: int | None = None
    payout_id: int | None = None
    due_at: int = 0


def record(tx: Tx, kind: Kind, reference: int, currency: str, *entries: Entry) -> None:
    """Write one movement. The same kind and reference twice breaks a rule of the table, so nothing is booked twice."""
    if sum(entry.amount for entry in entries) != 0:
        raise AssertionError(f"{kind} {reference} does not balance: {entries}")
    movement_id = new_id()
    tx.insert(movements, id=movement_id, kind=kind, reference=reference, at=tx.now)
    tx.many(
        queries.ADD_ENTRY,
        [
            {"id": new_id(), "movement_id": movement_id, "currency": currency, **entry._asdict()}
            for entry in entries
            if entry.amount
        ],
    )


class Shares(NamedTuple):
    """How the money of a deal is divided. `held` is what the buyer paid; the others add up to it, `promotion` adding to it."""

    held: int
    seller: int
    commission: int
    tax: int
    promotion: int

    def __sub__(self, other: Shares) -> Shares:
        return Shares(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


class Terms(NamedTuple):
    """What was frozen at sale, in minor units."""

    total: int
    commission: int
    tax: int
    promotion: int


def whole(terms: Terms) -> Shares:
    """The shares in all of a deal."""
    seller = terms.total + terms.promotion - terms.commission - terms.tax
    return Shares(terms.total, seller, terms.commission, terms.tax, terms.promotion)


def shares(terms: Terms, of: int) -> Shares:
    """The shares in the first `of` units of a deal's total.

    Cumulative, so that refunds in any number of parts give back exactly what the sale gave.
    """
    if of == 0:
        return Shares(0, 0, 0, 0, 0)
    commission = terms.commission * of // terms.total
    tax = terms.tax * of // terms.total
    promotion = terms.promotion * of // terms.total
    return Shares(of, of + promotion - commission - tax, commission, tax, promotion)


def divide(part: Shares, shop_id: int, deal_id: int, due_at: int = 0) -> list[Entry]:
    """The entries that give a part its owners: credit to seller, commission and tax; the market's coupon is its cost.

    The seller's may be paid out from `due_at` on.
    """
    return [
        Entry("seller", -part.seller, shop_id, deal_id, due_at=due_at),
        Entry("commission", -part.commission, shop_id, deal_id),
        Entry("tax", -part.tax, deal_id=deal_id),
        Entry("promotion", part.promotion, deal_id=deal_id),
    ]


def undivide(part: Shares, shop_id: int, deal_id: int, due_at: int = 0) -> list[Entry]:
    """The opposite: take a part back from its owners."""
    return [entry._replace(amount=-entry.amount) for entry in divide(part, shop_id, deal_id, due_at)]


def due_of_deal(tx: Tx, deal_id: int) -> int:
    """From when on what a deal brought its seller may be paid out; what is taken back of it counts from then too, and not before."""
    return max(tx.now, int(tx.value(queries.DUE_OF_DEAL, deal_id=deal_id)))
