"""Sign in with address and password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haat.kernel.errors import NotAllowed, NotSignedIn
from haat.market.accounts import letters, limits, passwords, queries, sessions
from haat.market.accounts.account import Account, find
from haat.market.accounts.sessions import Device, Started
from haat.store import Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_LONGEST_EMAIL = 254


class NotRecognised(NotSignedIn):
    """Address and password do not open an account; which of the two is wrong is not said."""

    code = "not_recognised"

    def __init__(self) -> None:
        super().__init__(
            "That address and password do not match an account.",
            why="One of them may be mistyped, or the address is not confirmed yet.",
            try_="Try again, look for the mail with the link to confirm your address, or choose a new password.",
        )


def sign_in(store: Store, rules: Rules, email: str, password: str, device: Device) -> Started:
    """Begin a session. Raises NotRecognised, TooMany, or NotAllowed where the account is suspended.

    It takes as long for an address without an account, and answers the same. Only who knows the password learns that the account is
    suspended; one whose address is not confirmed gets the link mailed once more, and no other answer.
    """
    email = email.strip().lower()[:_LONGEST_EMAIL]
    attempt_id = store.write(lambda tx: limits.begin(tx, rules, email, device.address))
    account = find(store, email)
    stored = store.value(queries.PASSWORD_HASH, account_id=account.id) if account else None
    matches = passwords.is_right(stored, password)
    if account is None or stored is None or not matches:
        raise NotRecognised
    _refuse_unready(store, account)
    fresh = passwords.hash_password(password) if passwords.is_outdated(stored) else stored
    return store.write(lambda tx: _start(tx, rules, account, device, attempt_id, stored, fresh))


def _refuse_unready(store: Store, account: Account) -> None:
    if account.is_suspended:
        raise NotAllowed(
            "Your account is suspended.", why=account.suspended_why or "", try_="Write to the people of this market."
        )
    if not account.is_verified:
        store.write(lambda tx: letters.ask_to_address(tx, letters.CONFIRM_ADDRESS, account.email))
        raise NotRecognised


def _start(tx: Tx, rules: Rules, account: Account, device: Device, attempt_id: int, stored: str, fresh: str) -> Started:
    # The password may have been changed, or the account suspended, since we looked.
    if tx.run(queries.CHANGE_PASSWORD, account=account.id, old_hash=stored, new_hash=fresh) != 1:
        raise NotRecognised
    if find(tx, account.email) != account:
        raise NotRecognised
    limits.succeed(tx, attempt_id)
    return sessions.start(tx, rules, account.id, device)
