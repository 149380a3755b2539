"""The cards and bank accounts of the sandbox, and what happens to those who use them.

Numbers are made up: they pass the check digit and belong to nobody. A number that is not listed here is never accepted, so that nobody
types a real one twice.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from haat.kernel import clock
from haat.kernel.clock import SECOND
from haat.kernel.errors import Invalid
from haat.market.payments.ports import DeclineCode, GatewayRefused

Verdict: TypeAlias = Literal["paid"] | DeclineCode
RefundVerdict: TypeAlias = Literal["paid", "refund_refused"]


def _(text: str) -> str:
    """Marks a text for the catalogue of messages; pages translate it when they show it."""
    return text


class Tell(Struct, frozen=True):
    """An event that is sent `after` so many milliseconds, so many `times` under one id."""

    kind: str
    after: int
    times: int = 1


class Refunding(Struct, frozen=True, kw_only=True):
    """What happens to a refund on a card. Times are milliseconds after the order, as for a charge."""

    first_fails: bool = False
    heard_after: int = 0
    settles_after: int = 0
    tells: tuple[Tell, ...] = ()


class Card(Struct, frozen=True, kw_only=True):
    """A card by its number, and how it behaves.

    `heard_after`: milliseconds until the gateway has the charge. The caller of anything but 0 gets no answer in time; None is never.
    `settles_after`: milliseconds until it is known what became of the charge; None when that is for the buyer to say.
    `tells`: what is sent by itself. News that the caller had in the answer is not repeated, unless the card is there to do so.
    """

    name: str
    number: str
    does: str
    verdict: Verdict = "paid"
    is_reachable: bool = True
    heard_after: int | None = 0
    settles_after: int | None = 0
    tells: tuple[Tell, ...] = ()
    refunding: Refunding = Refunding()

    @property
    def token(self) -> str:
        """What stands for the card everywhere behind the form; it ends in the last four digits."""
        return f"sandbox_{self.name}_{self.number[-4:]}"


class Account(Struct, frozen=True, kw_only=True):
    """A bank account by its number, and how it behaves. Times are milliseconds after the order; None is never."""

    name: str
    number: str
    does: str
    heard_after: int = 0
    paid_after: int | None = 0
    returned_after: int | None = None
    code: str = ""
    tells: tuple[Tell, ...] = ()


CARDS: Final = (
    Card(name="approves", number="4000001000000018", does=_("The payment goes through at once.")),
    Card(
        name="declined",
        number="4000002000000016",
        does=_("The bank declines and does not say why."),
        verdict="card_declined",
    ),
    Card(
        name="not_enough_money",
        number="4000002000000024",
        does=_("Declined: there is not enough money on the account."),
        verdict="not_enough_money",
    ),
    Card(
        name="expired",
        number="4000002000000032",
        does=_("Declined: the card has expired."),
        verdict="card_expired",
    ),
    Card(
        name="wrong_cvc",
        number="4000002000000040",
        does=_("Declined: the security code is wrong."),
        verdict="wrong_cvc",
    ),
    Card(
        name="suspected_fraud",
        number="4000002000000057",
        does=_("Declined: the bank suspects fraud."),
        verdict="suspected_fraud",
    ),
    Card(
        name="asks",
        number="4000003000000014",
        does=_("The bank asks you to confirm on its own page; you may agree or refuse there."),
        settles_after=None,
    ),
    Card(
        name="asks_then_declines",
        number="4000003000000022",
        does=_("The bank asks you to confirm, and then declines for lack of money."),
        settles_after=None,
        verdict="not_enough_money",
    ),
    Card(
        name="late",
        number="4000004000000012",
        does=_("No answer for five seconds, then the payment goes through."),
        settles_after=5 * SECOND,
        tells=(Tell("charge.paid", 5 * SECOND),),
    ),
    Card(
        name="late_decline",
        number="4000004000000020",
        does=_("No answer for five seconds, then the bank declines."),
        settles_after=5 * SECOND,
        verdict="card_declined",
        tells=(Tell("charge.declined", 5 * SECOND),),
    ),
    Card(
        name="times_out_paid",
        number="4000004000000038",
        does=_("The connection breaks, yet two seconds later the payment goes through."),
        heard_after=2 * SECOND,
        settles_after=2 * SECOND,
        tells=(Tell("charge.paid", 2 * SECOND),),
    ),
    Card(
        name="times_out_lost",
        number="4000004000000046",
        does=_("The connection breaks, and the payment never reaches the bank."),
        heard_after=None,
    ),
    Card(
        name="unreachable",
        number="4000004000000053",
        does=_("The gateway cannot be reached."),
        is_reachable=False,
    ),
    Card(
        name="told_twice",
        number="4000005000000019",
        does=_("The payment goes through at once, and the gateway reports it three more times."),
        tells=(Tell("charge.paid", 0, times=2), Tell("charge.paid", SECOND)),
    ),
    Card(
        name="told_out_of_order",
        number="4000005000000027",
        does=_(
            "The payment goes through at once; “pending” is reported after it, and “paid” half a minute later, even after a refund."
        ),
        tells=(Tell("charge.pending", 2 * SECOND), Tell("charge.paid", 30 * SECOND)),
        refunding=Refunding(tells=(Tell("charge.refunded", 0),)),
    ),
    Card(
        name="refund_fails_once",
        number="4000006000000017",
        does=_("The payment goes through; its first refund fails, and every later one works."),
        refunding=Refunding(first_fails=True),
    ),
    Card(
        name="refund_late",
        number="4000006000000025",
        does=_("The payment goes through; its refunds take five seconds."),
        refunding=Refunding(settles_after=5 * SECOND, tells=(Tell("charge.refunded", 5 * SECOND),)),
    ),
    Card(
        name="refund_times_out",
        number="4000006000000033",
        does=_("The payment goes through; the connection breaks at a refund, which is made all the same."),
        refunding=Refunding(
            heard_after=2 * SECOND, settles_after=2 * SECOND, tells=(Tell("charge.refunded", 2 * SECOND),)
        ),
    ),
)

# For those who chose no card here: as at a wallet's own page, the buyer is always asked.
WALLET: Final = Card(name="wallet", number="", does="", settles_after=None)

ACCOUNTS: Final = (
    Account(
        name="pays",
        number="SB10000001",
        does=_("The payout arrives at once. So it does at every number not listed here."),
    ),
    Account(
        name="returns",
        number="SB20000001",
        does=_("The payout leaves, and the bank sends it back five seconds later."),
        returned_after=5 * SECOND,
        code="account_closed",
        tells=(Tell("payout.returned", 5 * SECOND),),
    ),
    Account(
        name="refuses",
        number="SB20000002",
        does=_("The bank refuses the payout at once."),
        paid_after=None,
        returned_after=0,
        code="account_unknown",
    ),
    Account(
        name="pays_late",
        number="SB30000001",
        does=_("The payout takes five seconds."),
        paid_after=5 * SECOND,
        tells=(Tell("payout.paid", 5 * SECOND),),
    ),
    Account(
        name="times_out_paid",
        number="SB30000002",
        does=_("The connection breaks, yet two seconds later the payout is made."),
        heard_after=2 * SECOND,
        paid_after=2 * SECOND,
        tells=(Tell("payout.paid", 2 * SECOND),),
    ),
)

# What the bank says, for support; nobody translates it, as nobody translates what a real bank says.
WORDS: Final = {
    "card_declined": "Do not honour.",
    "not_enough_money": "Insufficient funds.",
    "card_expired": "Expired card.",
    "wrong_cvc": "Security code does not match.",
    "suspected_fraud": "Pick up card.",
    "not_confirmed": "Cardholder did not confirm.",
    "withdrawn": "Withdrawn by the merchant.",
    "refund_refused": "Refund refused by the card's bank.",
    "account_closed": "Account closed.",
    "account_unknown": "No such account.",
}

_BY_NUMBER: Final = {card.number: card for card in CARDS}
_BY_TOKEN: Final = {"": WALLET} | {card.token: card for card in CARDS}
_BY_NAME: Final = {card.name: card for card in (*CARDS, WALLET)}
_ACCOUNTS: Final = {account.number: account for account in ACCOUNTS}
_EXPIRY: Final = re.compile(r"(0[1-9]|1[0-2])\s*/\s*(?:20)?(\d\d)")


def tokenise(number: str, expiry: str, cvc: str) -> str:
    """The token for a card as it was typed: number with or without spaces, expiry as MM/YY, a security code of three or four digits.

    Raises Invalid naming the fields `number`, `expiry` and `cvc`.
    """
    digits = re.sub(r"[\s-]", "", number)
    problems = {
        "number": _problem_of_number(digits),
        "expiry": _problem_of_expiry(expiry.strip()),
        "cvc": ""
        if re.fullmatch(r"[0-9]{3,4}", cvc.strip())
        else _("Give the three or four digits of the security code."),
    }
    if fields := {field: problem for field, problem in problems.items() if problem}:
        raise Invalid(_("The card cannot be used."), fields=fields)
    return _BY_NUMBER[digits].token


def card_of(token: str) -> Card:
    """The card behind a token. Raises GatewayRefused when the sandbox did not make it."""
    card = _BY_TOKEN.get(token)
    if card is None:
        raise GatewayRefused("The gateway does not know this card.", why="The token was not made by the sandbox.")
    return card


def card_named(name: str) -> Card:
    """The card by its name. Raises KeyError."""
    return _BY_NAME[name]


def account_of(number: str) -> Account:
    """The account behind a number; what is not listed behaves like the first. Raises GatewayRefused for none at all."""
    if not number:
        raise GatewayRefused("There is nowhere to send the money.", why="The payout names no account.")
    return _ACCOUNTS.get(number, ACCOUNTS[0])


def _problem_of_number(digits: str) -> str:
    if not re.fullmatch(r"[0-9]{12,19}", digits):
        return _("A card number has 12 to 19 digits.")
    if not _passes_check_digit(digits):
        return _("There is a slip in this number.")
    if digits not in _BY_NUMBER:
        return _("Only the test cards work here. Never type a real card number.")
    return ""


def _passes_check_digit(digits: str) -> bool:
    """Luhn: from the right, each second digit counts twice, less nine when that is above nine; the sum ends in 0."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def _problem_of_expiry(text: str) -> str:
    match = _EXPIRY.fullmatch(text)
    if not match:
        return _("Write the expiry date as MM/YY.")
    today = clock.as_datetime(clock.now())
    if (2000 + int(match[2]), int(match[1])) < (today.year, today.month):
        return _("This card has expired.")
    return ""
