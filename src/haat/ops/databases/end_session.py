"""End one session of the database: the one that blocks others, or has run away."""

from __future__ import annotations

from collections.abc import Sequence

from haat.config.kinds import Whole
from haat.ops.databases.sqlite import writers
from haat.ops.procedure import Deed, Finding, Irreversible, Parameter, Procedure, Program, Scene, Statement, Step

_THERE = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE pid = {session}",
    "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE id = {session}",
}
_END = {"postgresql": "SELECT pg_terminate_backend({session})", "mariadb": "KILL CONNECTION {session}"}


def _is_gone(scene: Scene) -> Finding:
    session = scene.given["session"]
    if scene.database_kind == "sqlite":
        is_there = session in writers(scene.settings.database.path)
        return Finding(not is_there, f"process {session} {'still writes' if is_there else 'does not write'}")
    [(count,)] = scene.ask(_of(scene, _THERE))
    return Finding(count == 0, f"session {session} is {'still there' if count else 'gone'}")


def _end(scene: Scene) -> Sequence[Deed]:
    """A file has no server that could end it, but the process that writes: it is looked at once more, for another may have its number."""
    if scene.database_kind == "sqlite":
        return [] if _is_gone(scene).holds else [Program(("kill", "-KILL", str(scene.given["session"])))]
    return [Statement(_of(scene, _END))]


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
            _is_gone,
            _end,
            _is_gone,
            Irreversible("what the session had not committed is gone; its client is told, and may try again"),
            budget=5.0,
        ),
    ),
)
