"""The mails that accounts need, asked for by topic; the notices room writes them.

What is asked for holds no secret: a link gets its secret when the mail is written, so it is never in the outbox nor in a dead letter.
`cause` makes one mail of one request, however often the job runs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from haat.jobs import outbox
from haat.kernel.ids import new_id
from haat.market.accounts import limits
from haat.store import Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_LONGEST_EMAIL = 254

CONFIRM_ADDRESS = "account.confirm_address"  # email: to whoever it belongs to, while it is not proved
ADDRESS_IN_USE = (
    "account.address_in_use"  # email: somebody signed up, or wanted to move, with an address that has an account
)
RESET_PASSWORD = "account.reset_password"  # noqa: S105 (a topic) · email: to the account that has it, if there is one
PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 (a topic) · account
PASSWORD_RESET = "account.password_reset"  # noqa: S105 (a topic) · account
CONFIRM_NEW_ADDRESS = "account.confirm_new_address"  # account, email: the address to move to
ADDRESS_CHANGED = "account.address_changed"  # account, email: the address it was moved from


def ask_to_address(tx: Tx, topic: str, email: str) -> None:
    """Ask for a mail to an address, whether or not there is an account behind it. While one waits another is not added."""
    key = f"{topic}:{hashlib.sha256(email.encode()).hexdigest()}"
    outbox.tell(tx, topic, {"email": email, "cause": new_id()}, key=key)


def ask_as_stranger(tx: Tx, rules: Rules, topic: str, email: str, address: str) -> None:
    """The same for somebody at a network address of whom nothing is known. Raises TooMany."""
    email = email.strip().lower()[:_LONGEST_EMAIL]
    limits.ask_for_letter(tx, rules, email, address)
    ask_to_address(tx, topic, email)


def ask_about_account(tx: Tx, topic: str, account_id: int, email: str = "") -> None:
    """Ask for a mail about what happened to an account."""
    outbox.tell(tx, topic, {"account": account_id, "email": email, "cause": new_id()})
