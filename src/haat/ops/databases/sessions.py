"""Who is connected to the database, what they do, and who waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from haat.config.address import Address
from haat.store.drivers import driver_of

PATIENCE = 5.0  # seconds that a look may take
_MOST_SHOWN = 300  # characters of a statement


class Session(NamedTuple):
    """A session: its number, what it is doing (`active`, `idle`, `in transaction`, `hidden` from this user), for how many seconds, whom it
    waits for, on what (as the server calls it), for how many seconds its transaction is open, and its statement, which may be its last.
    """

    number: int
    user: str
    state: str
    seconds: float
    waits_for: int | None
    waits_on: str
    transaction_seconds: float | None
    statement: str


class Waiting(NamedTuple):
    """A session in a queue: how deep it stands in it, and how many wait behind it. Who waits for nobody stands at depth 0."""

    session: Session
    depth: int
    behind: int


_POSTGRESQL = """
SELECT pid, coalesce(usename, backend_type),
       CASE WHEN state IS NULL THEN 'hidden' WHEN state IN ('active', 'idle') THEN state ELSE 'in transaction' END,
       coalesce(extract(epoch FROM clock_timestamp() - state_change), 0)::float8, (pg_blocking_pids(pid))[1],
       CASE WHEN state = 'active' AND wait_event IS NOT NULL THEN wait_event_type || ' ' || wait_event ELSE '' END,
       extract(epoch FROM clock_timestamp() - xact_start)::float8, coalesce(query, '')
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
ORDER BY 4 DESC, pid
"""
_MARIADB = """
SELECT p.id, p.user, CASE WHEN p.command <> 'Sleep' THEN 'active' WHEN t.trx_id IS NOT NULL THEN 'in transaction' ELSE 'idle' END,
       p.time_ms / 1000, b.trx_mysql_thread_id, CASE WHEN p.command <> 'Sleep' THEN coalesce(p.state, '') ELSE '' END,
       timestampdiff(MICROSECOND, t.trx_started, now()) / 1000000, coalesce(p.info, '')
FROM information_schema.processlist p
LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
LEFT JOIN information_schema.innodb_lock_waits w ON w.requesting_trx_id = t.trx_id
LEFT JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id
WHERE p.db = database() AND p.id <> connection_id()
ORDER BY 4 DESC, p.id
"""


def sessions(address: Address) -> list[Session]:
    """Of this database, the ones that have been at it longest first; SQLite has none. Raises Unavailable."""
    if address.kind == "sqlite":
        return []
    rows = driver_of(address).ask(_POSTGRESQL if address.kind == "postgresql" else _MARIADB, PATIENCE)
    seen: dict[int, Session] = {}
    for number, user, state, seconds, waits_for, waits_on, open_for, statement in rows:
        transaction = None if open_for is None else round(max(0.0, float(open_for)), 1)
        shown = " ".join(str(statement).split())[:_MOST_SHOWN]
        session = Session(
            number, str(user), state, round(float(seconds), 1), waits_for, str(waits_on), transaction, shown
        )
        seen.setdefault(number, session)
    return list(seen.values())


def queues(found: Sequence[Session]) -> list[Waiting]:
    """Who blocks whom: each session that others wait for, and below it those who wait, the longest queue first."""
    by_number = {session.number: session for session in found}
    waiters: dict[int, list[Session]] = {}
    for session in found:
        if session.waits_for is not None:
            waiters.setdefault(session.waits_for, []).append(session)
    heads = [number for number in waiters if (head := by_number.get(number)) is None or head.waits_for is None]
    trees = [list(_queue(by_number.get(number) or _unseen(number), waiters, 0)) for number in heads]
    return [waiting for tree in sorted(trees, key=len, reverse=True) for waiting in tree]


def _queue(head: Session, waiters: dict[int, list[Session]], depth: int) -> Iterator[Waiting]:
    behind = [one for waiter in waiters.get(head.number, ()) for one in _queue(waiter, waiters, depth + 1)]
    yield Waiting(head, depth, len(behind))
    yield from behind


def _unseen(number: int) -> Session:
    """One that is not of this database, or hidden from this user."""
    return Session(number, "", "hidden", 0.0, None, "", None, "")
