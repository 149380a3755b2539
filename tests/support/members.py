"""People for tests of accounts: put down as members, with a password that costs its 40 ms only once."""

from __future__ import annotations

from functools import cache

from haat.config.schema import Accounts
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.market.accounts import links
from haat.market.accounts.account import find
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.secret import new_secret
from haat.market.accounts.sessions import Device
from haat.market.accounts.tables import grants
from haat.store import Store

RULES = Accounts(
    session=30 * DAY,
    mail_link=24 * HOUR,
    password_length=10,
    sign_ins_per_account=5,
    sign_ins_per_address=8,
    sign_in_window=15 * MINUTE,
    letters_per_mailbox=4,
    letters_per_address=6,
    letter_window=HOUR,
)
PASSWORD = "seven green umbrellas"
HOME = Device("203.0.113.7", "Firefox on Linux")
AWAY = Device("198.51.100.9", "Safari on iPhone")


def person(email: str = "ada@example.org", name: str = "Ada") -> Person:
    return Person(email, name, "en", "AT")


@cache
def password_hash() -> str:
    return hash_password(PASSWORD)


def member(store: Store, email: str = "ada@example.org", name: str = "Ada") -> int:
    """An account whose address is confirmed and whose password is PASSWORD."""
    return store.write(lambda tx: enrol(tx, person(email, name), password_hash()))


def administrator(store: Store, email: str = "root@example.org") -> int:
    account_id = member(store, email, "Root")
    store.write(lambda tx: tx.insert(grants, account_id=account_id, role="administrator", granted_at=tx.now))
    return account_id


def mailed_link(store: Store, purpose: links.Purpose, email: str, *, to: str | None = None) -> str:
    """The secret of a link of the account of `email`, sent there or to another address."""
    account, secret = find(store, email), new_secret()
    assert account is not None
    assert store.write(lambda tx: links.make(tx, secret, purpose, account.id, to or email, RULES.mail_link))
    return secret


__all__ = ["AWAY", "HOME", "PASSWORD", "RULES", "administrator", "mailed_link", "member", "person"]
