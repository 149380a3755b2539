"""The one place where news of a payment becomes the state of deals.

The page the buyer comes back to, the webhook and the poller all end here, in any order and any number: what is known already changes
nothing, and `paid` is the last word.
"""

from __future__ import annotations

from haat.kernel import clock
from haat.kernel.clock import MINUTE, SECOND
from haat.kernel.errors import Unavailable
from haat.market.deals import queries
from haat.market.deals.deal import GATEWAY, PAID, Deal
from haat.market.deals.engine import Engine
from haat.market.payments import payment, refund
from haat.market.payments import queries as payment_queries
from haat.market.payments.payment import Payment
from haat.market.payments.ports import SILENCE_IS_FINAL_AFTER, Gateway, Outcome, Paid
from haat.store import Store, Tx

_ASK_STARTED_AFTER = 15 * SECOND  # longer than the caller itself waits for the gateway
_ASK_WAITING_EVERY = MINUTE
_MOST_AT_ONCE = 50


class Settle:
    """Books outcomes, and asks the gateway for those that nobody brought."""

    def __init__(self, store: Store, engine: Engine, gateway: Gateway) -> None:
        self._store = store
        self._engine = engine
        self._gateway = gateway

    def book(self, payment_id: int, outcome: Outcome) -> Payment:
        """Write down what the gateway says and move the deals accordingly; returns the payment as it is now."""
        return self._store.write(lambda tx: self._book(tx, payment_id, outcome))

    def ask(self, payment_id: int) -> Payment:
        """Ask the gateway what became of a payment, and book it. Raises Unavailable when it does not answer."""
        known = payment.get(self._store, payment_id)
        if known.state == "paid":
            return known
        outcome = self._gateway.find_charge(str(payment_id), known.gateway_ref or "")
        if outcome is not None:
            return self.book(payment_id, outcome)
        if known.state == "started" and known.started_at < clock.now() - SILENCE_IS_FINAL_AFTER:
            self._store.write(lambda tx: payment.abandon(tx, payment_id))
            return payment.get(self._store, payment_id)
        return known

    def withdraw(self, payment_id: int) -> None:
        """Call off a payment that no deal waits for any more; should the buyer have been quicker, the money goes back."""
        known = payment.get(self._store, payment_id)
        if known.state not in ("started", "waiting") or self._is_waited_for(payment_id):
            return
        outcome = self._gateway.withdraw(str(payment_id), known.gateway_ref or "")
        if outcome is not None:
            self.book(payment_id, outcome)

    def ask_all(self) -> str:
        """Ask for every payment of which nothing was heard for a while; each is taken by one worker."""
        now = clock.now()
        params = {"started_before": now - _ASK_STARTED_AFTER, "waiting_before": now - _ASK_WAITING_EVERY}
        quiet = self._store.read(payment_queries.TO_ASK, **params, most=_MOST_AT_ONCE)
        news = sum(self._ask_claimed(payment_id, asked_at) for payment_id, asked_at in quiet)
        return f"Payments asked for: {len(quiet)}, news of {news}." if quiet else "No payment is waiting."

    def _is_waited_for(self, payment_id: int) -> bool:
        deals = [Deal(*row) for row in self._store.read(queries.DEALS_OF_PAYMENT, payment_id=payment_id)]
        return any(deal.waits_for_money for deal in deals)

    def _ask_claimed(self, payment_id: int, asked_at: int) -> bool:
        claimed = self._store.write(
            lambda tx: tx.run(payment_queries.MARK_ASKED, key=payment_id, before=asked_at, at=tx.now)
        )
        if claimed != 1:
            return False
        before = payment.get(self._store, payment_id).state
        try:
            return self.ask(payment_id).state != before
        except Unavailable:
            return False

    def _book(self, tx: Tx, payment_id: int, outcome: Outcome) -> Payment:
        if payment.note(tx, payment_id, outcome) and isinstance(outcome, Paid):
            self._pay_deals(tx, payment.get(tx, payment_id))
        return payment.get(tx, payment_id)

    def _pay_deals(self, tx: Tx, paid: Payment) -> None:
        """Each deal that waits for this payment is paid; what nobody waits for goes back."""
        stray = paid.amount
        for row in tx.read(queries.TAKE_DEALS_OF_PAYMENT, payment_id=paid.id):
            deal = Deal(*row)
            stray -= deal.total
            if deal.waits_for_money:
                self._engine.move(tx, deal.id, PAID, GATEWAY)
            elif deal.total:
                tx.run(queries.TAKE_FOR_REFUND, key=deal.id, was=deal.refunded, becomes=deal.total)
                refund.give_stray_back(tx, paid.id, deal.total, deal.id)
        if stray:
            refund.give_stray_back(tx, paid.id, stray)
