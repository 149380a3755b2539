"""Orders as the sandbox keeps them, and what has become of them at an instant.

Nothing wakes up to change an order: its fate is written down when it comes in, with the instants at which it shows.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from haat.adapters.sandbox.cards import WORDS, RefundVerdict, Verdict
from haat.kernel.money import Money
from haat.market.payments.ports import (
    Declined,
    NeedsConfirmation,
    Outcome,
    Paid,
    PaidOut,
    PayoutOutcome,
    PayoutReturned,
    Pending,
    Refunded,
    RefundFailed,
    RefundOutcome,
)

Kind = Literal["charge", "refund", "payout", "payout_returned"]

# The market's buyers are sent there; the pages are served beside the market's own.
CONFIRMATIONS: Final = "/sandbox/confirmations/"

_PREFIXES: Final[dict[Kind, str]] = {
    "charge": "sbc_",
    "refund": "sbr_",
    "payout": "sbp_",
    "payout_returned": "sbp_",
}


def ref_of(kind: Kind, key: str) -> str:
    """The gateway's own name for an order."""
    return _PREFIXES[kind] + key


class ChargeRow(NamedTuple):
    """A charge. `settles_at` is None while the buyer is asked, behind `door`."""

    key: str
    amount: int
    currency: str
    card: str
    verdict: Verdict
    heard_at: int
    settles_at: int | None
    door: str | None

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    def outcome(self, now: int) -> Outcome | None:
        """What has become of it; None while the gateway has not heard of it."""
        ref = ref_of("charge", self.key)
        if now < self.heard_at:
            return None
        if self.settles_at is None:
            return NeedsConfirmation(ref, f"{CONFIRMATIONS}{self.door}")
        if now < self.settles_at:
            return Pending(ref)
        if self.verdict == "paid":
            return Paid(ref, self.settles_at)
        return Declined(ref, self.verdict, WORDS[self.verdict])


class RefundRow(NamedTuple):
    """A refund of the charge whose key is `charge`."""

    key: str
    charge: str
    amount: int
    currency: str
    verdict: RefundVerdict
    heard_at: int
    settles_at: int

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    def outcome(self, now: int) -> RefundOutcome | None:
        """What has become of it; None while the gateway has not heard of it."""
        ref = ref_of("refund", self.key)
        if now < self.heard_at:
            return None
        if now < self.settles_at:
            return Pending(ref)
        if self.verdict == "paid":
            return Refunded(ref, self.settles_at)
        return RefundFailed(ref, self.verdict, WORDS[self.verdict])


class PayoutRow(NamedTuple):
    """A payout. It leaves at `paid_at` and is back at `returned_at`; None where that never happens."""

    key: str
    account: str
    amount: int
    currency: str
    heard_at: int
    paid_at: int | None
    returned_at: int | None
    code: str

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    def outcome(self, now: int) -> PayoutOutcome | None:
        """What has become of it; None while the gateway has not heard of it."""
        ref = ref_of("payout", self.key)
        if now < self.heard_at:
            return None
        if self.returned_at is not None and now >= self.returned_at:
            return PayoutReturned(ref, self.returned_at, self.code, WORDS[self.code])
        if self.paid_at is not None and now >= self.paid_at:
            return PaidOut(ref, self.paid_at)
        return Pending(ref)
