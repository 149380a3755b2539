"""Much was deleted, and the database is as large as before; or an index was left half made. It is put in order while clients order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from haat.kernel.errors import HaatError
from haat.ops.databases.compact import COMPACT
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage, soon
from haat.ops.procedure import Finding, Procedure, Scene

_TABLE = "CREATE TABLE letters (number INTEGER NOT NULL, said VARCHAR(1000) NOT NULL)"
_DIGITS = f"({' UNION ALL '.join(f'SELECT {digit} AS d' for digit in range(10))})"
# Twenty thousand rows of a thousand letters, made by the database itself.
_OF_EACH = f"{', '.join(f'{_DIGITS} {place}' for place in 'abcd')}, (SELECT 1 AS d UNION ALL SELECT 2 AS d) e"
_ROWS = f"INSERT INTO letters SELECT 1, '{'x' * 1000}' FROM {_OF_EACH}"  # noqa: S608 (our own words)
_TWO_ROWS = "INSERT INTO letters VALUES (1, 'a'), (1, 'b')"
_HALF_MADE = "CREATE UNIQUE INDEX CONCURRENTLY half_made ON letters (number)"
_PURGED_WITHIN = 10.0  # seconds in which a server clears away what was deleted


def _waste(stage: Stage) -> Finding:
    scene = Scene(stage.settings, {})
    scene.tell(_TABLE)
    for statement in _statements(stage.settings.database.kind):
        with suppress(HaatError):  # An index of what is there twice is left half made.
            scene.tell(statement)
    return soon(lambda: _is_wasted(stage), _PURGED_WITHIN)


def _statements(kind: str) -> Iterator[str]:
    yield from (_TWO_ROWS, _HALF_MADE) if kind == "postgresql" else (_ROWS,)
    yield "DELETE FROM letters"


def _is_wasted(stage: Stage) -> Finding:
    found = _is_compact(stage)
    return Finding(not found.holds, found.said)


def _compact(stage: Stage, procedure: Procedure = COMPACT) -> None:
    stage.run(procedure, {})


def _compact_nothing(stage: Stage) -> None:
    _compact(stage, blind(COMPACT))


def _is_compact(stage: Stage) -> Finding:
    return COMPACT.steps[0].verify(Scene(stage.settings, {}))


ROOM_WASTED = Drill(
    name="room-wasted",
    purpose="Much was deleted and the database is as large as before, or an index is half made; it is put in order while clients order.",
    fault=_waste,
    answer=_compact,
    verify=_is_compact,
    budget=Budget(gap=2.5, failed=0, seconds=20.0, proof=3.0),
    mutations=(
        Mutation(
            "compacts-nothing",
            "The procedure says what it does, and does nothing.",
            _compact_nothing,
            breaks=COMPACT.name,
        ),
    ),
    procedures=(COMPACT.name,),
)
