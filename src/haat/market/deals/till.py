"""The till: one checkout is written down whole, paid by one payment, and settled, whatever is bought with it.

The order is written down before the gateway hears of it: whatever dies in between, there is no charge without an order. The buyer's key makes
one checkout of any number of tries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from haat.kernel.faults import reach
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.deals import queries
from haat.market.deals.deal import Deal
from haat.market.deals.settle import Settle
from haat.market.deals.tables import checkouts
from haat.market.payments import payment
from haat.market.payments.payment import Payment
from haat.market.payments.ports import Charge, Declined, Gateway, GatewayRefused, Paid
from haat.store import Store, Tx


class Checkout(NamedTuple):
    """A checkout with its last attempt to pay and its deals."""

    id: int
    account_id: int
    currency: str
    total: int
    address: str
    created_at: int
    payment: Payment
    deals: tuple[Deal, ...]


class Sale(NamedTuple):
    """What is to be paid. `key` is the buyer's own, `digest` what makes two requests the same order; `address` is JSON."""

    buyer_id: int
    key: str
    digest: bytes
    card: str
    back: str


class Bill(NamedTuple):
    """What a checkout comes to. `address` is JSON."""

    total: Money
    address: str
    coupon_id: int | None = None


class Opened(NamedTuple):
    """A checkout that was just written down, and the payment that its deals wait for."""

    checkout_id: int
    payment_id: int


class Till:
    """Takes the money of checkouts; shared by all that is paid."""

    def __init__(self, store: Store, gateway: Gateway, settle: Settle) -> None:
        self._store = store
        self._gateway = gateway
        self._settle = settle

    def take(self, sale: Sale, write: Callable[[Tx], Opened]) -> tuple[Checkout, bool]:
        """Write a checkout down and pay for it; the flag says whether this call did or an earlier one with the same key.

        `write` is a unit of work: it begins with `open` and writes the deals that wait for its payment; what it refuses is raised here,
        and nothing has happened. `card` is the gateway's token, `back` the address to which the bank's own page returns the buyer, with
        `{checkout}` for the checkout's id. Raises Conflict when the key was used for something else. A payment that was declined, or
        of which nothing is known yet, is no error: the checkout says how it stands.
        """
        _check(sale.key)
        checkout_id, payment_id = self._store.write(lambda tx: _once(tx, sale, write))
        if payment_id is None:
            return self.look(checkout_id, sale.buyer_id), False
        self._charge(payment_id, sale.card, sale.back)
        return self.look(checkout_id, sale.buyer_id), True

    def open(self, tx: Tx, sale: Sale, bill: Bill) -> Opened:
        """Write down a checkout and the first attempt to pay for it."""
        checkout_id = new_id()
        tx.insert(
            checkouts,
            id=checkout_id,
            account_id=sale.buyer_id,
            key=sale.key,
            request_hash=sale.digest,
            currency=bill.total.currency,
            total=bill.total.amount,
            address=bill.address,
            coupon_id=bill.coupon_id,
            created_at=tx.now,
        )
        return Opened(checkout_id, payment.start(tx, checkout_id, 1, bill.total, self._gateway.name))

    def pay_again(self, buyer_id: int, checkout_id: int, attempt: int, card: str, back: str) -> Checkout:
        """Try another card after one was declined. `attempt` is the one that failed: two tries at once become one."""
        payment_id = self._store.write(lambda tx: self._start_again(tx, buyer_id, checkout_id, attempt))
        if payment_id is not None:
            self._charge(payment_id, card, back)
        return self.look(checkout_id, buyer_id)

    def look(self, checkout_id: int, buyer_id: int) -> Checkout:
        """The checkout as it stands. Raises NotFound for everybody but its buyer."""
        return _look(self._store, checkout_id, buyer_id)

    def _start_again(self, tx: Tx, buyer_id: int, checkout_id: int, attempt: int) -> int | None:
        checkout = _look(tx, checkout_id, buyer_id)
        if checkout.payment.attempt != attempt or checkout.payment.state not in ("declined", "abandoned"):
            return None
        waiting = [deal for deal in checkout.deals if deal.waits_for_money]
        if not waiting:
            raise Refused("This order has ended.", why="It was not paid in time.", try_="Order again.")
        money = Money(sum(deal.total for deal in waiting), checkout.currency)
        payment_id = payment.start(tx, checkout_id, attempt + 1, money, self._gateway.name)
        for deal in waiting:
            tx.run(queries.PAY_AGAIN, key=deal.id, was=deal.state, payment=payment_id)
        return payment_id

    def _charge(self, payment_id: int, card: str, back: str) -> None:
        """Ask the gateway, with no transaction open. Silence is not an answer: the poller will ask again."""
        started = payment.get(self._store, payment_id)
        if started.amount == 0:
            self._settle.book(payment_id, Paid(ref="nothing to pay", at=started.started_at))
            return
        charge = Charge(
            key=str(payment_id),
            amount=started.money,
            card=card,
            return_url=back.replace("{checkout}", ids.encode(started.checkout_id)),
            description=f"Order {ids.encode(started.checkout_id)}",
        )
        reach("checkout.before_charge")
        try:
            outcome = self._gateway.charge(charge)
        except Unavailable:
            return
        except GatewayRefused as refusal:
            outcome = Declined(ref="", code="card_declined", words=refusal.what)
        reach("checkout.before_settle")
        self._settle.book(payment_id, outcome)


def _check(key: str) -> None:
    if not 8 <= len(key) <= 80:
        raise Invalid(
            "The key of the order cannot be used.", fields={"key": "Use 8 to 80 characters, new for each order."}
        )


def _once(tx: Tx, sale: Sale, write: Callable[[Tx], Opened]) -> tuple[int, int | None]:
    known = tx.first(queries.CHECKOUT_BY_KEY, account_id=sale.buyer_id, key=sale.key)
    if known is None:
        return write(tx)
    if known[1] != sale.digest:
        raise Conflict("This key was used for another order.", try_="Use a new key for a new order.")
    return known[0], None


def _look(store: Store | Tx, checkout_id: int, buyer_id: int) -> Checkout:
    row = store.first(queries.CHECKOUT, id=checkout_id)
    if row is None or row[1] != buyer_id:
        raise NotFound("There is no such checkout.", try_="Look for it in the list of your orders.")
    id_, account_id, currency, total, address, _, created_at = row
    last = store.first(queries.LAST_PAYMENT, checkout_id=checkout_id)
    assert last is not None
    own = tuple(Deal(*deal) for deal in store.read(queries.DEALS_OF_CHECKOUT, checkout_id=checkout_id))
    return Checkout(id_, account_id, currency, total, address, created_at, payment.get(store, last[0]), own)
