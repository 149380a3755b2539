"""Restart the server of the database: in order, and by force where that does not work."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from haat.kernel import clock
from haat.kernel.clock import SECOND
from haat.kernel.errors import Refused, Unavailable
from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Program, Scene, Step

# For how many seconds it has been up.
UP = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8",
    "mariadb": "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'UPTIME'",
}
_PATIENCE = 5.0  # seconds to wait for an answer, each time it is asked for
# How exactly each knows it, in ms: one counts whole seconds.
_EXACT_TO = {"postgresql": 20, "mariadb": SECOND}


def _was_started(scene: Scene) -> Finding:
    """Whether it was started since the run began. Raises Unavailable while it does not answer."""
    [(up,)] = scene.ask(UP[scene.database_kind], _PATIENCE)
    started_at = clock.now() - float(up) * SECOND
    said = f"it answers, and is up for {float(up):.0f} s"
    return Finding(started_at >= scene.began_at - _EXACT_TO[scene.database_kind], said)


def _is_up_already(scene: Scene) -> Finding:
    """A server that is down, or hangs, is one to be restarted."""
    _refuse_without_command(scene)
    try:
        return _was_started(scene)
    except Unavailable as error:
        return Finding(False, f"{error.what} {error.why}")


def _restart(scene: Scene) -> Sequence[Deed]:
    store = scene.settings.store
    return [Program(store.restart_command, store.force_command)]


def _refuse_without_command(scene: Scene) -> None:
    if not scene.settings.store.restart_command:
        raise Refused(
            "Nobody has said how this database is restarted.",
            why=f"It is {scene.settings.database}, and store.restart_command is empty.",
            try_=f"Write the words of the command under [store] in haat.toml, such as {shlex.quote('systemctl restart postgresql')}.",
        )


RESTART_DATABASE = Procedure(
    name="restart-database",
    purpose="Restart the server of the database, in order, and by force where that fails; the shop waits for it, and goes on by itself. "
    "A database of SQLite is a file, and has no server to restart.",
    symptoms=(
        "the database takes callers and answers nobody",
        "a setting of the database needs a restart",
        "the database has no connection left, and nobody to end",
    ),
    databases=("postgresql", "mariadb"),
    steps=(
        Step(
            "Restart the server",
            _is_up_already,
            _restart,
            _was_started,
            Irreversible("what was not committed is rolled back; its clients wait, or are told to try again"),
            budget=30.0,
            timeout=60.0,
        ),
    ),
)
