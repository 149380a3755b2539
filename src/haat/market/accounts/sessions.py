"""Sessions: where somebody is signed in. They last as long as they are used, and can be seen and ended one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.kernel.ids import new_id
from haat.market.accounts import queries
from haat.market.accounts.secret import hashed, new_secret
from haat.market.accounts.tables import sessions
from haat.store import Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_MOST_LISTED = 100
_NONE = 0


class Device(NamedTuple):
    """Where a request comes from: its network address, and what the browser calls itself."""

    address: str
    agent: str


class Session(NamedTuple):
    """One sign-in, as its owner sees it."""

    id: int
    created_at: int
    seen_at: int
    expires_at: int
    address: str
    agent: str


class Started(NamedTuple):
    """A new session. The secret goes into a cookie and is kept nowhere."""

    secret: str
    session_id: int
    account_id: int
    expires_at: int


def start(tx: Tx, rules: Rules, account_id: int, device: Device) -> Started:
    """Begin a session of an account."""
    started = Started(new_secret(), new_id(), account_id, tx.now + rules.session)
    tx.insert(
        sessions,
        id=started.session_id,
        account_id=account_id,
        secret_hash=hashed(started.secret),
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=started.expires_at,
        address=device.address[:45],
        agent=device.agent[:200],
    )
    return started


def list_sessions(store: Store, account_id: int) -> list[Session]:
    """Where an account is signed in now, last seen first."""
    rows = store.read(queries.SESSIONS, account_id=account_id, now=clock.now(), most=_MOST_LISTED)
    return [Session(*row) for row in rows]


def end_session(store: Store, account_id: int, session_id: int) -> None:
    """Sign the account out there. Raises NotFound when it is not signed in there."""
    if store.write(lambda tx: tx.run(queries.END_SESSION, session=session_id, account=account_id, at=tx.now)) != 1:
        raise NotFound("You are not signed in there.", why="This session has ended.")


def end_every_session(tx: Tx, account_id: int, but: int = _NONE) -> int:
    """Sign the account out everywhere, or everywhere else; returns how many sessions that ended."""
    return tx.run(queries.END_SESSIONS_BUT, account=account_id, kept=but, at=tx.now)
