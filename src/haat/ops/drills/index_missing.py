"""A question of a large table reads all of it, for it has no index. One is made while clients order."""

from __future__ import annotations

from haat.ops.databases.create_index import CREATE_INDEX
from haat.ops.databases.explain import advice, explain
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding, Procedure, Scene

_TABLE = "CREATE TABLE remarks (number INTEGER PRIMARY KEY, topic INTEGER NOT NULL)"
_DIGITS = f"({' UNION ALL '.join(f'SELECT {digit} AS d' for digit in range(10))})"
_PLACES = ("a", "b", "c", "d", "e")
_NUMBER = " + ".join(f"{10**power} * {place}.d" for power, place in enumerate(_PLACES))
_TOPIC = " + ".join(f"{10**power} * {place}.d" for power, place in enumerate(_PLACES[:-1]))
# A hundred thousand rows, ten of each topic, made by the database itself.
_ROWS = f"INSERT INTO remarks SELECT {_NUMBER}, {_TOPIC} FROM {', '.join(f'{_DIGITS} {one}' for one in _PLACES)}"  # noqa: S608 (our own words)
_QUESTION = "SELECT number FROM remarks WHERE topic = 4711"


def _ask_for_what_has_no_index(stage: Stage) -> Finding:
    scene = Scene(stage.settings, {})
    scene.tell(_TABLE)
    scene.tell(_ROWS)
    if stage.settings.database.kind != "sqlite":
        scene.tell("ANALYZE TABLE remarks" if stage.settings.database.kind == "mariadb" else "ANALYZE remarks")
    found = _reads_few(stage)
    return Finding(not found.holds, found.said)


def _create(stage: Stage, procedure: Procedure = CREATE_INDEX) -> None:
    stage.run(procedure, {"table": "remarks", "columns": "topic"})


def _create_none(stage: Stage) -> None:
    _create(stage, blind(CREATE_INDEX))


def _reads_few(stage: Stage) -> Finding:
    thoughts = advice(explain(stage.settings.database, _QUESTION))
    return Finding(not thoughts, thoughts[0] if thoughts else "the question reads only what it wants")


INDEX_MISSING = Drill(
    name="index-missing",
    purpose="A question reads all of a large table for ten of its rows; an index is made while clients order.",
    fault=_ask_for_what_has_no_index,
    answer=_create,
    verify=_reads_few,
    budget=Budget(gap=2.5, failed=0, seconds=15.0, proof=3.0),
    mutations=(
        Mutation(
            "creates-none", "The procedure says what it does, and does nothing.", _create_none, breaks=CREATE_INDEX.name
        ),
    ),
    procedures=(CREATE_INDEX.name,),
)
