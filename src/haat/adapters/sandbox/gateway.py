"""A gateway that takes no money, for trying everything out: what happens is chosen by the number of the card."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from haat.adapters.sandbox import events, queries
from haat.adapters.sandbox.book import Book
from haat.adapters.sandbox.cards import Card, RefundVerdict, Tell, account_of, card_named, card_of
from haat.adapters.sandbox.orders import ChargeRow, PayoutRow, RefundRow, ref_of
from haat.kernel import clock
from haat.kernel.clock import SECOND
from haat.kernel.errors import NotFound
from haat.kernel.faults import reach
from haat.kernel.money import Money
from haat.market.payments.ports import (
    NO_END,
    Charge,
    GatewayEvent,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnreachable,
    Outcome,
    Paid,
    PayoutOrder,
    PayoutOutcome,
    RefundOrder,
    RefundOutcome,
    StatementLine,
)

# Where a test may kill the process (see kernel/faults.py): before anything is done, and when it is done but nobody was told.
POINTS: Final = tuple(
    f"gateway.{call}.{moment}"
    for call in ("charge", "confirm", "withdraw", "refund", "payout", "event")
    for moment in ("before", "before_answer")
)


class Confirmation(Struct, frozen=True):
    """What a buyer is asked to agree to. `last_four` digits of the card are empty when no card was given."""

    amount: Money
    description: str
    last_four: str
    return_url: str
    is_open: bool


class Sandbox:
    """The gateway over its books, a file of its own; `secret` signs its messages. The contract is that of ports.Gateway."""

    name = "sandbox"

    def __init__(self, path: Path, secret: str) -> None:
        self._book = Book(path)
        self._secret = secret

    def charge(self, charge: Charge) -> Outcome:
        reach("gateway.charge.before")
        _refuse_nothing(charge.amount)
        card = card_of(charge.card)
        if not card.is_reachable:
            raise GatewayUnreachable("The gateway cannot be reached.", why="This test card is there to try that.")
        if card.heard_after is None:
            raise _no_answer()
        row = self._take(charge, card, card.heard_after)
        _refuse_another(charge.amount, row.money)
        reach("gateway.charge.before_answer")
        outcome = row.outcome(clock.now())
        if outcome is None:
            raise _no_answer()
        return outcome

    def find_charge(self, key: str, ref: str = "") -> Outcome | None:
        row = self._book.first(queries.CHARGE, (key,))
        return None if row is None else ChargeRow(*row).outcome(clock.now())

    def withdraw(self, key: str, ref: str = "") -> Outcome | None:
        reach("gateway.withdraw.before")
        self._book.run(queries.WITHDRAW, (clock.now(), key))
        reach("gateway.withdraw.before_answer")
        return self.find_charge(key)

    def refund(self, refund: RefundOrder) -> RefundOutcome:
        reach("gateway.refund.before")
        _refuse_nothing(refund.amount)
        with self._book.writing() as write:
            row = _find_refund(write, refund.key) or _give_back(write, refund, clock.now())
        if ref_of("charge", row.charge) != refund.charge_ref:
            raise _used_key("another charge")
        _refuse_another(refund.amount, row.money)
        reach("gateway.refund.before_answer")
        outcome = row.outcome(clock.now())
        if outcome is None:
            raise _no_answer()
        return outcome

    def find_refund(self, key: str, charge_ref: str = "") -> RefundOutcome | None:
        row = self._book.first(queries.REFUND, (key,))
        return None if row is None else RefundRow(*row).outcome(clock.now())

    def pay_out(self, payout: PayoutOrder) -> PayoutOutcome:
        reach("gateway.payout.before")
        _refuse_nothing(payout.amount)
        row = self._send(payout)
        if row.account != payout.account:
            raise _used_key("another account")
        _refuse_another(payout.amount, row.money)
        reach("gateway.payout.before_answer")
        outcome = row.outcome(clock.now())
        if outcome is None:
            raise _no_answer()
        return outcome

    def find_payout(self, key: str) -> PayoutOutcome | None:
        row = self._book.first(queries.PAYOUT, (key,))
        return None if row is None else PayoutRow(*row).outcome(clock.now())

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        return events.read(self._secret, body, headers, clock.now())

    def statement(self, since: int, until: int = NO_END) -> Sequence[StatementLine]:
        last = min(until - 1, clock.now())
        return [
            StatementLine(kind, key, ref_of(kind, key), Money(amount, currency), at)
            for kind, key, amount, currency, at in self._book.all(queries.STATEMENT, (since, last))
        ]

    def confirmation(self, door: str) -> Confirmation:
        """What the buyer is asked at the page whose address ends in `door`. Raises NotFound."""
        row = self._book.first(queries.CONFIRMATION, (door,))
        if row is None:
            raise NotFound("There is nothing to confirm here.", why="No payment waits behind this address.")
        amount, currency, card, description, return_url, settles_at = row
        last_four = card_named(card).number[-4:]
        return Confirmation(Money(amount, currency), description, last_four, return_url, settles_at is None)

    def confirm(self, door: str, *, agrees: bool) -> str:
        """Take the buyer's answer, of which the first counts; returns the address to go back to. Raises NotFound."""
        return_url = self.confirmation(door).return_url
        reach("gateway.confirm.before")
        now = clock.now()
        with self._book.writing() as write:
            if write.execute(queries.AGREE if agrees else queries.REFUSE, (now, door)).rowcount == 1:
                key, verdict = write.execute(queries.VERDICT, (door,)).fetchone()
                # Buyers close the page instead of coming back, so the market is told by an event as well.
                news = Tell("charge.paid" if verdict == "paid" else "charge.declined", SECOND)
                _tell(write, (news,), "charge", key, now)
        reach("gateway.confirm.before_answer")
        return return_url

    def deliver_due(self, now: int, send: events.Send) -> int:
        """Send the events that are due at `now`; returns how many were taken. See events.deliver_due."""
        return events.deliver_due(self._book, self._secret, now, send)

    def close(self) -> None:
        """Close the books in this process."""
        self._book.close()

    def _take(self, charge: Charge, card: Card, heard_after: int) -> ChargeRow:
        """Write the charge down; returns what is in the books, which is another call's if that came first."""
        now = clock.now()
        settles_at = None if card.settles_after is None else now + card.settles_after
        door = secrets.token_urlsafe(16) if settles_at is None else None
        row = ChargeRow(charge.key, *charge.amount, card.name, card.verdict, now + heard_after, settles_at, door)
        values = (*row, charge.return_url, charge.description)
        if not card.tells:
            is_new = self._book.run(queries.ADD_CHARGE, values) == 1
        else:
            with self._book.writing() as write:
                is_new = write.execute(queries.ADD_CHARGE, values).rowcount == 1
                if is_new:
                    _tell(write, card.tells, "charge", charge.key, now)
        return row if is_new else ChargeRow(*self._book.all(queries.CHARGE, (charge.key,))[0])

    def _send(self, payout: PayoutOrder) -> PayoutRow:
        """Write the payout down; returns what is in the books, which is another call's if that came first."""
        now = clock.now()
        account = account_of(payout.account)
        row = PayoutRow(
            payout.key,
            payout.account,
            *payout.amount,
            now + account.heard_after,
            None if account.paid_after is None else now + account.paid_after,
            None if account.returned_after is None else now + account.returned_after,
            account.code,
        )
        with self._book.writing() as write:
            if write.execute(queries.ADD_PAYOUT, (*row, payout.description)).rowcount == 0:
                return PayoutRow(*write.execute(queries.PAYOUT, (payout.key,)).fetchone())
            _tell(write, account.tells, "payout", payout.key, now)
        return row


def _find_refund(write: sqlite3.Connection, key: str) -> RefundRow | None:
    row = write.execute(queries.REFUND, (key,)).fetchone()
    return None if row is None else RefundRow(*row)


def _give_back(write: sqlite3.Connection, refund: RefundOrder, now: int) -> RefundRow:
    charge = _paid_charge(write, refund, now)
    card = card_named(charge.card)
    fails = card.refunding.first_fails and not write.execute(queries.ANY_REFUND, (charge.key,)).fetchone()
    verdict: RefundVerdict = "refund_refused" if fails else "paid"
    if not fails and not write.execute(queries.TAKE_FOR_REFUND, (refund.amount.amount, charge.key)).rowcount:
        raise GatewayRefused("This is more than can be refunded.", why=f"The charge was {charge.money} in all.")
    row = RefundRow(
        refund.key,
        charge.key,
        *refund.amount,
        verdict,
        now + card.refunding.heard_after,
        now + card.refunding.settles_after,
    )
    write.execute(queries.ADD_REFUND, (*row, refund.reason))
    _tell(write, card.refunding.tells, "refund", refund.key, now)
    return row


def _paid_charge(write: sqlite3.Connection, refund: RefundOrder, now: int) -> ChargeRow:
    row = write.execute(queries.CHARGE, (refund.charge_ref.removeprefix(ref_of("charge", "")),)).fetchone()
    charge = None if row is None else ChargeRow(*row)
    if charge is None or ref_of("charge", charge.key) != refund.charge_ref:
        raise GatewayRefused("There is no such charge.", why=f"The gateway does not know “{refund.charge_ref}”.")
    if not isinstance(charge.outcome(now), Paid):
        raise GatewayRefused("There is nothing to refund.", why="The charge is not paid.")
    if charge.currency != refund.amount.currency:
        raise GatewayRefused("This is the wrong currency.", why=f"The charge was in {charge.currency}.")
    return charge


def _tell(
    write: sqlite3.Connection, tells: Sequence[Tell], about: Literal["charge", "refund", "payout"], key: str, now: int
) -> None:
    for tell in tells:
        event = GatewayEvent(f"sbe_{secrets.token_hex(12)}", tell.kind, about, key, ref_of(about, key))
        events.add(write, event, now + tell.after, tell.times)


def _no_answer() -> GatewayTimeout:
    return GatewayTimeout("The gateway did not answer in time.", why="This test card or account is there to try that.")


def _refuse_nothing(amount: Money) -> None:
    if amount.amount <= 0:
        raise GatewayRefused("There is nothing to move.", why=f"{amount} is not above zero.")


def _refuse_another(asked: Money, kept: Money) -> None:
    if asked != kept:
        raise _used_key(f"{kept}, and not to {asked}")


def _used_key(owner: str) -> GatewayRefused:
    return GatewayRefused("This order was given before, and was another.", why=f"Its key belongs to {owner}.")
