"""Give somebody a new random password, on the word of whoever has the machine: for those whom no mail reaches."""

from __future__ import annotations

from haat.market.accounts import letters, limits, links, queries
from haat.market.accounts.appoint import named
from haat.market.accounts.enrol import random_password
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.sessions import end_every_session
from haat.market.accounts.tokens import revoke_every_token
from haat.store import Store, Tx


def renew_password(store: Store, email: str) -> str:
    """The new password, which nobody can learn later; they are signed out everywhere, and their tokens are revoked. Raises NotFound."""
    account_id = named(store, email).id
    password = random_password()
    fresh = hash_password(password)
    store.write(lambda tx: _renew(tx, account_id, email, fresh))
    return password


def _renew(tx: Tx, account_id: int, email: str, fresh: str) -> None:
    tx.run(queries.SET_PASSWORD, account=account_id, new_hash=fresh)
    links.end_all(tx, account_id)
    end_every_session(tx, account_id)
    revoke_every_token(tx, account_id)
    limits.forgive(tx, email.strip().lower())
    letters.ask_about_account(tx, letters.PASSWORD_RESET, account_id)
