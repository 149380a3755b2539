"""What the market needs from whoever takes and pays out its money.

Rules that hold for every gateway:

- Each order to move money carries a `key` of ours, and is carried out at most once for that key, however often and from however many
  processes it is sent. Sent again it gets the outcome as it stands now; sent again with other money it is refused.
- An outcome is an ordinary value, a declined card too. Only not knowing (`GatewayUnavailable`) and a wrong order (`GatewayRefused`)
  are errors.
- Events are hints: they come late, twice, out of order, or never. They say whom to ask about; what happened is what the gateway
  answers when it is asked.
- No call is made while a lock or a transaction is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from haat.kernel.clock import MINUTE
from haat.kernel.errors import HaatError, Refused, Unavailable
from haat.kernel.money import Money

# An order may still be under way when its caller has given up. That the gateway has never heard of a key is certain only once this many
# milliseconds have passed since the order was last sent; no implementation may wait longer than that for an answer.
SILENCE_IS_FINAL_AFTER = 2 * MINUTE

DeclineCode: TypeAlias = Literal[
    "card_declined", "not_enough_money", "card_expired", "wrong_cvc", "suspected_fraud", "not_confirmed", "withdrawn"
]


class Charge(Struct, frozen=True):
    """An order to take money from a buyer.

    `card` is what the gateway's form made of a card; empty where buyers choose how to pay on the gateway's own page, which then answers
    `NeedsConfirmation`. From that page they come back to `return_url`. `description` is what they read there and on their statement.
    """

    key: str
    amount: Money
    card: str
    return_url: str
    description: str


class RefundOrder(Struct, frozen=True):
    """An order to give money back. `charge_ref` is the `ref` with which the charge was `Paid`."""

    key: str
    charge_ref: str
    amount: Money
    reason: str


class PayoutOrder(Struct, frozen=True):
    """An order to send money to a seller's `account`, in the gateway's own way of naming accounts."""

    key: str
    account: str
    amount: Money
    description: str


class Paid(Struct, frozen=True):
    """The buyer's money is with the gateway since `at`. Final. A refund names this `ref`; an earlier outcome may have had another."""

    ref: str
    at: int


class Declined(Struct, frozen=True):
    """No money moved, and none will for this key. `words` are the gateway's, for support; buyers are told in our own words by `code`."""

    ref: str
    code: DeclineCode
    words: str


class NeedsConfirmation(Struct, frozen=True):
    """The buyer must go to `url` (absolute, or a path of this market) and agree there. Nothing is charged until then."""

    ref: str
    url: str


class Pending(Struct, frozen=True):
    """The gateway has the order and does not know yet what will become of it."""

    ref: str


class Refunded(Struct, frozen=True):
    """The money is on its way back to the buyer since `at`. Final."""

    ref: str
    at: int


class RefundFailed(Struct, frozen=True):
    """The money did not go back, and will not for this key. An order with a new key may succeed."""

    ref: str
    code: str
    words: str


class PaidOut(Struct, frozen=True):
    """The money left for the seller's account at `at`. Not final: a bank may send it back for weeks."""

    ref: str
    at: int


class PayoutReturned(Struct, frozen=True):
    """The money is with the gateway (again) since `at`: the bank refused it or sent it back. Final for this key."""

    ref: str
    at: int
    code: str
    words: str


Outcome: TypeAlias = Paid | Declined | NeedsConfirmation | Pending
RefundOutcome: TypeAlias = Refunded | RefundFailed | Pending
PayoutOutcome: TypeAlias = PaidOut | PayoutReturned | Pending


class GatewayEvent(Struct, frozen=True):
    """News that came from the gateway.

    `id` is the same each time one event is sent. `kind` is the gateway's name for it. `about` says what `key` is the key of; it is
    "other" for what the market has no use for. `key` is empty when the gateway told only its own `ref`.
    """

    id: str
    kind: str
    about: Literal["charge", "refund", "payout", "other"]
    key: str
    ref: str


MovementKind: TypeAlias = Literal["charge", "refund", "payout", "payout_returned"]

# As far as one may ask.
NO_END = 2**62


class StatementLine(Struct, frozen=True):
    """One movement of money that took place. `amount` is positive; `kind` says which way it went: a charge and a payout sent back came
    in, a refund and a payout went out. `key` is that of the order behind it."""

    kind: MovementKind
    key: str
    ref: str
    amount: Money
    at: int


class GatewayUnavailable(Unavailable):
    """We do not know whether the order was carried out. Find out with `find_…`, or send it again with the same key."""

    code = "gateway_unavailable"


class GatewayTimeout(GatewayUnavailable):
    """The gateway did not answer in time."""

    code = "gateway_timeout"


class GatewayUnreachable(GatewayUnavailable):
    """The gateway could not be reached, or answered that it is out of order."""

    code = "gateway_unreachable"


class GatewayRefused(Refused):
    """The order makes no sense to the gateway: nothing was done, and sending it again will not help."""

    code = "gateway_refused"


class NotGenuine(HaatError):
    """A message that claims to come from the gateway does not, or is too old to be believed."""

    code = "not_genuine"


class Gateway(Protocol):
    """Whoever takes money from buyers and sends it to sellers. Safe to use from many threads and processes at once.

    Every method but `read_event` may raise GatewayUnavailable.
    """

    name: str

    def charge(self, charge: Charge) -> Outcome:
        """Take the money, or say what it needs first.

        Raises GatewayRefused for an unknown card, an amount that is not above zero, and a key that was used with another amount.
        """

    def find_charge(self, key: str, ref: str = "") -> Outcome | None:
        """What became of a charge; None when the gateway has not heard of it, which is certain after SILENCE_IS_FINAL_AFTER.

        `ref` is that of an earlier outcome if there was one: some gateways find nothing without it. Where a gateway waits for our word
        after the buyer has agreed, asking is that word: a charge that is no longer wanted must be withdrawn, not only forgotten.
        """

    def withdraw(self, key: str, ref: str = "") -> Outcome | None:
        """Call off a charge that waits for the buyer, and say what it is now; None when the gateway has not heard of it.

        Declined ("withdrawn") when it was in time, Paid when the buyer was quicker, Pending when it is too late to tell. A charge that
        has come to its end already stays as it is.
        """

    def refund(self, refund: RefundOrder) -> RefundOutcome:
        """Give money back.

        Raises GatewayRefused when the charge is not paid, when all its refunds together would exceed it, for another currency, and for
        a key that was used with another amount or charge.
        """

    def find_refund(self, key: str, charge_ref: str = "") -> RefundOutcome | None:
        """What became of a refund; None as with `find_charge`. Some gateways find it only by way of its charge."""

    def pay_out(self, payout: PayoutOrder) -> PayoutOutcome:
        """Send money to a seller.

        Raises GatewayRefused for no account, an amount that is not above zero, and a key that was used with another amount or account.
        """

    def find_payout(self, key: str) -> PayoutOutcome | None:
        """What became of a payout, also weeks later; None as with `find_charge`."""

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """The event in a message that came to our door. Names of headers may be in any case.

        Raises NotGenuine when the signature is missing or wrong, and when the message was signed more than five minutes ago or ahead.
        """

    def statement(self, since: int, until: int = NO_END) -> Sequence[StatementLine]:
        """Every movement of money from the instant `since` up to, and not with, `until`, oldest first."""
