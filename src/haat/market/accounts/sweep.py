"""Sweep away what has been of no use for a while: attempts to sign in, letters that were asked for, links and sessions."""

from __future__ import annotations

from haat.kernel.clock import DAY
from haat.market.accounts import queries
from haat.store import Store, Tx

_KEPT_FOR = 30 * DAY


def sweep(store: Store) -> str:
    """Forget what is older than 30 days; says how much that was."""
    attempts, letters, links, sessions = store.write(_sweep)
    return (
        f"Forgot {attempts} attempts to sign in, {letters} wishes for a letter, {links} links and {sessions} sessions."
    )


def _sweep(tx: Tx) -> tuple[int, int, int, int]:
    before = tx.now - _KEPT_FOR
    return (
        tx.run(queries.FORGET_ATTEMPTS, before=before),
        tx.run(queries.FORGET_LETTERS, before=before),
        tx.run(queries.FORGET_LINKS, before=before),
        tx.run(queries.FORGET_SESSIONS, before=before),
    )
