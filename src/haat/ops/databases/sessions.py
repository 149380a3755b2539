"""Who is connected to the database, what they do, and who waits for whom."""

from __future__ import annotations

from typing import NamedTuple

from haat.config.address import Address
from haat.store.driver import driver_of

_MOST_SHOWN = 300  # characters of a statement


class Session(NamedTuple):
    """A session: its number, what it is doing (`active`, `idle`, `in transaction`), for how many seconds, whom it waits for, and its statement."""

    number: int
    user: str
    state: str
    seconds: float
    waits_for: int | None
    statement: str


_POSTGRESQL = """
SELECT pid, usename, CASE WHEN state IN ('active', 'idle') THEN state ELSE 'in transaction' END,
       extract(epoch FROM clock_timestamp() - state_change)::float8, (pg_blocking_pids(pid))[1], query
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
ORDER BY 4 DESC, pid
"""
_MARIADB = """
SELECT p.id, p.user, CASE WHEN p.command <> 'Sleep' THEN 'active' WHEN t.trx_id IS NOT NULL THEN 'in transaction' ELSE 'idle' END,
       p.time_ms / 1000, b.trx_mysql_thread_id, coalesce(p.info, '')
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
    rows = driver_of(address).ask(_POSTGRESQL if address.kind == "postgresql" else _MARIADB)
    seen: dict[int, Session] = {}
    for number, user, state, seconds, waits_for, statement in rows:
        shown = " ".join(str(statement).split())[:_MOST_SHOWN]
        seen.setdefault(number, Session(number, str(user), state, round(float(seconds), 1), waits_for, shown))
    return list(seen.values())
