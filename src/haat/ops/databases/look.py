"""What a database does now, how it is, and what to do next.

Every question is asked read-only and has a few seconds. What cannot be asked (a right is missing, a module is not loaded) is named with
the reason, and does not keep the rest from being told.
"""

from __future__ import annotations

from collections.abc import Sequence

from haat.config.address import Address
from haat.ops.databases.seen import LONG, Advice, Eyes, Look, Statement, span
from haat.ops.databases.sessions import Session, queues

_SLOW = 100.0  # milliseconds on average
_OFTEN = 10  # calls from which on an average says something


def look(address: Address) -> Look:
    """Raises Unavailable where the database does not answer at all."""
    match address.kind:
        case "postgresql":
            from haat.ops.databases.postgresql import look_at
        case "mariadb":
            from haat.ops.databases.mariadb import look_at
        case _:
            from haat.ops.databases.sqlite import look_at
    found = Look(address.kind)
    look_at(Eyes(address, found), found)
    found.advice += [*_on_sessions(found.sessions), *_on_statements(found.statements)]
    return found


def _on_sessions(sessions: Sequence[Session]) -> list[Advice]:
    heads = [one for one in queues(sessions) if one.depth == 0]
    blocking = {one.session.number for one in heads}
    advice = [
        Advice(f"Session {one.session.number} holds up {_others(one.behind)}.", _end(one.session)) for one in heads
    ]
    for session in sessions:
        long = max(session.transaction_seconds or 0.0, session.seconds if session.state == "active" else 0.0)
        if long >= LONG and session.number not in blocking and session.waits_for is None:
            advice.append(Advice(f"Session {session.number} has been at it for {span(long)}.", _end(session)))
    return advice


def _on_statements(statements: Sequence[Statement]) -> list[Advice]:
    slow = [one for one in statements if one.mean_ms >= _SLOW and one.calls >= _OFTEN]
    return [
        Advice(
            f"A statement that was called {one.calls:,} times takes {one.mean_ms:,.0f} ms on average: {one.text[:60]}…",
            "`haat database explain 'SELECT …'` shows its way, with values in the place of its parameters.",
        )
        for one in slow[:3]
    ]


def _others(count: int) -> str:
    return "another" if count == 1 else f"{count} others"


def _end(session: Session) -> str:
    if not session.user:
        return "It is not of this database, or hidden from this user: the administrator of the server can end it."
    return f"`haat runbook run end-session session={session.number}`"
