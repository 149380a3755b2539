"""Sign out: here, or everywhere."""

from __future__ import annotations

from haat.market.accounts import queries
from haat.market.accounts.secret import hashed
from haat.market.accounts.sessions import end_every_session
from haat.store import Store, Tx


def sign_out(store: Store, secret: str) -> None:
    """End the session behind the secret, if it has not ended yet."""
    store.write(lambda tx: _end(tx, secret))


def sign_out_everywhere(store: Store, account_id: int) -> int:
    """End every session of the account, this one too; returns how many there were."""
    return store.write(lambda tx: end_every_session(tx, account_id))


def _end(tx: Tx, secret: str) -> None:
    row = tx.first(queries.SESSION_BY_SECRET, secret_hash=hashed(secret))
    if row is not None:
        session_id, account_id = row
        tx.run(queries.END_SESSION, session=session_id, account=account_id, at=tx.now)
