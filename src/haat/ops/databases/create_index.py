"""Create an index on columns of a table, while the shop goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from zlib import crc32

from haat.config.kinds import Text
from haat.config.words import nearest
from haat.kernel.errors import Invalid
from haat.ops.procedure import Deed, Finding, Parameter, Procedure, Scene, Statement, Step

_LONGEST_NAME = 60  # characters; PostgreSQL cuts off what is longer than 63
_WORD = "[a-z_][a-z0-9_]{0,62}"

_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{table}')",
    "postgresql": "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " WHERE c.oid = to_regclass('\"{table}\"') AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
    "mariadb": "SELECT c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
    " ON t.table_schema = c.table_schema AND t.table_name = c.table_name"
    " WHERE c.table_schema = database() AND c.table_name = '{table}' AND t.table_type = 'BASE TABLE'",
}
# Name, whether it is valid, and each of its columns in turn; indexes of a part of the rows or of the text are none for all questions.
_INDEXES = {
    "sqlite": "SELECT l.name, 1, i.name FROM pragma_index_list('{table}') l, pragma_index_info(l.name) i"
    " WHERE l.partial = 0 ORDER BY l.name, i.seqno",
    "postgresql": "SELECT c.relname, i.indisvalid, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_am m ON m.oid = c.relam CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
    " LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    " WHERE i.indrelid = to_regclass('\"{table}\"') AND i.indpred IS NULL AND m.amname = 'btree' AND k.place <= i.indnkeyatts"
    " ORDER BY c.relname, k.place",
    "mariadb": "SELECT index_name, 1, CASE WHEN sub_part IS NULL THEN column_name ELSE '' END"
    " FROM information_schema.statistics WHERE table_schema = database() AND table_name = '{table}' AND index_type = 'BTREE'"
    " ORDER BY index_name, seq_in_index",
}
_CREATE = {
    "sqlite": 'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" ({columns})',
    "postgresql": 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{name}" ON "{table}" ({columns})',
    "mariadb": "CREATE INDEX IF NOT EXISTS `{name}` ON `{table}` ({columns}) LOCK=NONE",
}
_DROP = {
    "sqlite": 'DROP INDEX IF EXISTS "{name}"',
    "postgresql": 'DROP INDEX CONCURRENTLY IF EXISTS "{name}"',
    "mariadb": "ALTER TABLE `{table}` DROP INDEX IF EXISTS `{name}`, LOCK=NONE",
}


class _Index(NamedTuple):
    name: str
    is_valid: bool
    columns: tuple[str, ...]


def _is_there_already(scene: Scene) -> Finding:
    """Raises Invalid for what this database does not have."""
    _refuse_unless_known(scene)
    return _is_there(scene)


def _is_there(scene: Scene) -> Finding:
    """An index of more columns that begins with these answers the same questions."""
    wanted = _columns(scene)
    found = [one for one in _indexes(scene) if one.columns[: len(wanted)] == wanted]
    valid = next((one.name for one in found if one.is_valid), None)
    if valid:
        return Finding(True, f"{valid} is there, and valid")
    return Finding(False, f"{found[0].name} is there, and not valid" if found else "no index begins with these columns")


def _create(scene: Scene) -> Sequence[Deed]:
    """What was left half made by a run that was killed is in the way of a whole one."""
    is_half = any(one.name == _name(scene) and not one.is_valid for one in _indexes(scene))
    return [*(_drop(scene) if is_half else ()), Statement(_of(scene, _CREATE))]


def _drop(scene: Scene) -> Sequence[Deed]:
    return [Statement(_of(scene, _DROP))]


def _refuse_unless_known(scene: Scene) -> None:
    table = scene.given["table"]
    known = [str(name) for (name,) in scene.ask(_of(scene, _COLUMNS))]
    if not known:
        raise Invalid(
            f"There is no table “{table}”.",
            try_="`haat database look` names the largest. A name that a statement gives to a table is none of a table.",
        )
    for column in _columns(scene):
        if column not in known:
            meant = nearest(column, known)
            raise Invalid(
                f"“{table}” has no column “{column}”.",
                try_=f"Did you mean “{meant}”?" if meant else f"It has {', '.join(known)}.",
            )


def _indexes(scene: Scene) -> Iterator[_Index]:
    rows: Iterable[Sequence[Any]] = scene.ask(_of(scene, _INDEXES))
    for (name, is_valid), columns in groupby(rows, itemgetter(0, 1)):
        yield _Index(str(name), bool(is_valid), tuple(str(column) for _, _, column in columns))


def _of(scene: Scene, statements: Mapping[str, str]) -> str:
    quote = "`" if scene.database_kind == "mariadb" else '"'
    columns = ", ".join(f"{quote}{column}{quote}" for column in _columns(scene))
    return statements[scene.database_kind].format(name=_name(scene), table=scene.given["table"], columns=columns)


def _columns(scene: Scene) -> tuple[str, ...]:
    return tuple(scene.given["columns"].split(","))


def _name(scene: Scene) -> str:
    """The same for the same columns, so that it is found again, and none that a release gives."""
    name = "_".join(("by_hand", scene.given["table"], *_columns(scene)))
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 9]}_{crc32(name.encode()):08x}"


CREATE_INDEX = Procedure(
    name="create-index",
    purpose="Create an index on columns of a table. On PostgreSQL and MariaDB everybody reads and writes meanwhile; on SQLite whoever writes waits"
    " until it is made.",
    symptoms=(
        "a statement reads all of a large table, and wants few of its rows",
        "`haat database explain` says that an index would help",
    ),
    parameters=(
        Parameter("table", "the table that is read from end to end", Text("the name of a table", _WORD)),
        Parameter(
            "columns",
            "the columns that the statement asks for, those that must be equal first",
            Text("names of columns, such as “shop_id” or “shop_id,state”", f"{_WORD}(,{_WORD}){{0,7}}"),
        ),
    ),
    steps=(Step("Create the index", _is_there_already, _create, _is_there, _drop, budget=60.0, timeout=3600.0),),
)
