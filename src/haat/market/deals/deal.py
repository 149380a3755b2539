"""A deal: one buyer, one shop, one process."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from haat.kernel.errors import NotFound
from haat.market.deals import library, queries
from haat.market.deals.process import Process, Role, Span
from haat.market.payments.ledger import Terms
from haat.store import Row, Store, Tx


class Actor(NamedTuple):
    """Who moves a deal. Only people have an id."""

    role: Role
    id: int | None = None


CLOCK = Actor("clock")
GATEWAY = Actor("gateway")
PARENT = Actor("parent")
CHILD = Actor("child")
RIVAL = Actor("rival")

# What the first event of a deal is called; no process has a move of this name.
PLACED = "place"
# The move of the gateway: a deal from whose state it leads waits for a payment.
PAID = "pay"


class Deal(NamedTuple):
    """A row of `deals`, money in minor units of `currency`."""

    id: int
    checkout_id: int | None
    process: str
    process_version: int
    state: str
    state_since: int
    due_at: int | None
    payment_id: int | None
    buyer_id: int
    shop_id: int
    currency: str
    goods: int
    discount: int
    discount_by_market: int
    shipping: int
    tax: int
    total: int
    commission: int
    commission_rate: int
    refunded: int
    shipping_name: str
    address: str
    created_at: int
    parent_id: int | None
    listing_id: int | None
    starts_at: int | None
    ends_at: int | None

    @property
    def span(self) -> Span:
        """When what it is about begins and ends."""
        return Span(self.starts_at, self.ends_at)

    @property
    def rules(self) -> Process:
        return library.load(self.process, self.process_version)

    @property
    def waits_for_money(self) -> bool:
        """It goes on once it is paid."""
        return any(move.name == PAID for move in self.rules.moves_from(self.state, "gateway"))

    @property
    def came_to_nothing(self) -> bool:
        """It ended before it was paid: nobody has anything of it."""
        return (
            self.rules.states[self.state].money == "none"
            and self.rules.is_final(self.state)
            and not self.waits_for_money
        )

    @property
    def terms(self) -> Terms:
        return Terms(self.total, self.commission, self.tax, self.discount_by_market)


class Line(NamedTuple):
    """What was bought, as it was when it was bought. `variant_id` None: it was not taken from stock."""

    id: int
    listing_id: int
    variant_id: int | None
    title: str
    options: str
    sku: str
    photo: str | None
    quantity: int
    unit_price: int
    amount: int
    discount: int
    tax: int
    tax_rate: int


class Event(NamedTuple):
    """Something that happened to a deal. `data` is JSON."""

    id: int
    at: int
    move: str
    from_state: str
    to_state: str
    by_role: Role
    by_id: int | None
    data: str

    @property
    def given(self) -> dict[str, Any]:
        given: dict[str, Any] = msgspec.json.decode(self.data)
        return given


def get(store: Store | Tx, deal_id: int) -> Deal:
    """Raises NotFound."""
    return _found(store.first(queries.DEAL, id=deal_id))


def take(tx: Tx, deal_id: int) -> Deal:
    """The deal, which nobody else moves until this transaction ends. Raises NotFound."""
    return _found(tx.first(queries.TAKE_DEAL, id=deal_id))


def _found(row: Row | None) -> Deal:
    if row is None:
        raise NotFound("There is no such order.", try_="Look for it in the list of your orders.")
    return Deal(*row)


def children(store: Store | Tx, deal_id: int) -> list[Deal]:
    """The deals that belong to it, oldest first."""
    return [Deal(*row) for row in store.read(queries.CHILDREN, parent_id=deal_id)]


def lines(store: Store | Tx, deal_id: int) -> list[Line]:
    return [Line(*row) for row in store.read(queries.LINES, deal_id=deal_id)]


def events(store: Store | Tx, deal_id: int) -> list[Event]:
    """Oldest first."""
    return [Event(*row) for row in store.read(queries.EVENTS, deal_id=deal_id)]
