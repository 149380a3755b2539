"""End one session of the database: the one that blocks others, or has run away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haat.config.kinds import Whole
from haat.kernel import clock
from haat.kernel.clock import SECOND
from haat.kernel.errors import Refused
from haat.ops.databases.sqlite import writers
from haat.ops.health.processes import age
from haat.ops.procedure import Deed, Finding, Irreversible, Parameter, Procedure, Program, Scene, Statement, Step

# Of whoever has the number now: whether it is of this database, whether it is a client, and for how many seconds it has been there. A server of
# MariaDB gives no number twice as long as it is up, so there it is as old as the server; of PostgreSQL's sessions of others only some may be seen.
_WHO = {
    "postgresql": """
SELECT coalesce(datname = current_database(), FALSE), backend_type = 'client backend',
       extract(epoch FROM clock_timestamp() - backend_start)::float8
FROM pg_stat_activity WHERE pid = {session}
""",
    "mariadb": """
SELECT coalesce(p.db = database(), FALSE),
       p.user <> 'system user' AND p.command <> 'Daemon' AND left(p.command, 11) <> 'Binlog Dump', cast(s.variable_value AS double)
FROM information_schema.processlist p JOIN information_schema.global_status s ON s.variable_name = 'UPTIME'
WHERE p.id = {session}
""",
}
_END = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = {session} AND datname = current_database()"
    " AND backend_type = 'client backend'",
    "mariadb": "KILL CONNECTION {session}",
}
_IS_AWAY = {"sqlite": "does not write to the database", "postgresql": "is gone", "mariadb": "is gone"}
# How exactly it is known since when it is there, in seconds.
_EXACT_TO = {"sqlite": 0.1, "postgresql": 0.1, "mariadb": 1.0}


class _Holder(NamedTuple):
    """Who has the number. What cannot be seen of it is None."""

    is_of_this_database: bool
    is_client: bool | None
    seconds: float | None


def _is_gone(scene: Scene) -> Finding:
    return _seen(_holder(scene), scene)


def _may_be_ended(scene: Scene) -> Finding:
    """Whether it is gone already. Raises Refused for one that is not ended by this."""
    holder = _holder(scene)
    found = _seen(holder, scene)
    if holder is not None and not found.holds:
        _refuse_others(holder, scene)
    return found


def _seen(holder: _Holder | None, scene: Scene) -> Finding:
    """The number may have become that of another, who came since the run began: that one is left alone."""
    session = scene.given["session"]
    if holder is None:
        return Finding(True, f"{_named(scene)} {_IS_AWAY[scene.database_kind]}")
    if holder.seconds is not None and _came_since(holder.seconds, scene):
        return Finding(True, f"{_named(scene)} is gone; who has the number {session} now came since")
    return Finding(False, f"{_named(scene)} is still there")


def _refuse_others(holder: _Holder, scene: Scene) -> None:
    if not holder.is_of_this_database:
        raise _refused(scene, "It is of another database, or of none.")
    if holder.is_client is None:
        raise _refused(
            scene,
            "What it is, and since when, is hidden from the user of the shop: it may be another one than you saw.",
        )
    if not holder.is_client:
        raise _refused(scene, "It is a part of the server: what it does, such as replication, would end with it.")


def _holder(scene: Scene) -> _Holder | None:
    """Nobody may have the number. A file has no sessions, but the process that writes to it."""
    if scene.database_kind != "sqlite":
        rows = scene.ask(_of(scene, _WHO))
        return _Holder(*rows[0]) if rows else None
    session = scene.given["session"]
    seconds = age(session) if session in writers(scene.settings.database.path) else None
    return None if seconds is None else _Holder(True, True, seconds)


def _came_since(seconds: float, scene: Scene) -> bool:
    return clock.now() / SECOND - seconds > scene.began_at / SECOND + _EXACT_TO[scene.database_kind]


def _end(scene: Scene) -> Sequence[Deed]:
    """It is looked at once more, for another may have its number."""
    if _is_gone(scene).holds:
        return []
    if scene.database_kind == "sqlite":
        return [Program(("kill", "-KILL", str(scene.given["session"])))]
    return [Statement(_of(scene, _END))]


def _named(scene: Scene) -> str:
    return f"{'process' if scene.database_kind == 'sqlite' else 'session'} {scene.given['session']}"


def _refused(scene: Scene, why: str) -> Refused:
    return Refused(
        f"{_named(scene).capitalize()} is not ended.",
        why=why,
        try_="`haat database sessions` shows those that can be. If it is in the way nevertheless, the administrator of the server can end it.",
    )


def _of(scene: Scene, statements: dict[str, str]) -> str:
    return statements[scene.database_kind].format(session=scene.given["session"])


END_SESSION = Procedure(
    name="end-session",
    purpose="End one session of the database; what it had not committed is rolled back.",
    symptoms=("checkouts hang", "one session blocks others", "a query has run away"),
    parameters=(
        Parameter(
            "session",
            "the number of the session, as `haat database sessions` shows it; on SQLite that of the process that writes, as `haat database"
            " look` shows it",
            Whole(1, 2**31),
        ),
    ),
    steps=(
        Step(
            "End the session",
            _may_be_ended,
            _end,
            _is_gone,
            Irreversible("what the session had not committed is gone; its client is told, and may try again"),
            budget=5.0,
        ),
    ),
)
