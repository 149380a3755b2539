"""Give back the room in a database that nothing takes, and make indexes anew that are of no use or far too large."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence

from haat.kernel.errors import Refused
from haat.ops.databases.seen import size
from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Program, Scene, Statement, Step

LEAST = 10_000_000  # bytes that are worth it
_SHARE = 0.2  # of the file or table, that is free
_TOO_LARGE = 2.0  # times as large as its entries need
# What making an index anew leaves behind when it is killed (REINDEX in the manual of PostgreSQL).
_LEFT_BEHIND = re.compile(r".*_cc(new|old)[0-9]*")

_FREE_IN_FILE = (
    "SELECT c.page_count * s.page_size, f.freelist_count * s.page_size"
    " FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s"
)
# A table that shares its file with others is not made smaller by being written anew.
_FREE_IN_TABLES = (
    "SELECT table_name, data_free FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE'"
    " AND @@innodb_file_per_table = 1 AND data_free >= {least} AND data_free >= {share} * (data_length + index_length + data_free)"
    " ORDER BY table_name"
)
# An entry needs the width of its values, each rounded up to eight bytes, and twelve beside them; nine tenths of a page are filled.
_INDEXES = """
SELECT c.relname, i.indisvalid FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = c.relam
LEFT JOIN LATERAL (
  SELECT sum(s.avg_width + 8) AS width, count(*) AS known FROM unnest(i.indkey) AS k(number)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
  JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname
) w ON true
WHERE n.nspname = current_schema() AND (NOT i.indisvalid OR (
  m.amname = 'btree' AND w.known = i.indnatts AND c.reltuples >= 0 AND pg_relation_size(c.oid) >= {least}
  AND pg_relation_size(c.oid) >= {too_large} * c.reltuples * (w.width + 12) / 0.9))
ORDER BY c.relname
"""


def is_worth_compacting(free: int, whole: int) -> bool:
    """Whether so many bytes that are free, of all, are worth writing a file anew."""
    return free >= LEAST and free >= _SHARE * whole


def _needs_nothing_yet(scene: Scene) -> Finding:
    """Raises Refused where the disk has no room for it."""
    found = _needs_nothing(scene)
    if not found.holds and scene.database_kind == "sqlite":
        _refuse_without_room(scene)
    return found


def _needs_nothing(scene: Scene) -> Finding:
    return _LOOKS[scene.database_kind](scene)


def _look_at_file(scene: Scene) -> Finding:
    [(whole, free)] = scene.ask(_FREE_IN_FILE)
    return Finding(not is_worth_compacting(free, whole), f"{size(free)} of {size(whole)} are free")


def _look_at_tables(scene: Scene) -> Finding:
    found = [f"{size(free)} in {name}" for name, free in _tables(scene)]
    return Finding(not found, f"free are {', '.join(found)}" if found else "no table has much room that is free")


def _look_at_indexes(scene: Scene) -> Finding:
    found = [f"{name} is {'far too large' if is_valid else 'not valid'}" for name, is_valid in _indexes(scene)]
    return Finding(not found, "; ".join(found) or "every index is valid, and none is far too large")


def _compact(scene: Scene) -> Sequence[Deed]:
    match scene.database_kind:
        case "sqlite":
            return [Program((sys.executable, "-m", "haat.ops.databases.vacuum", str(scene.settings.database.path)))]
        case "mariadb":
            return [Statement(f"OPTIMIZE TABLE `{name}`") for name, _ in _tables(scene)]
        case _:
            return [Statement(_anew(name)) for name, _ in _indexes(scene)]


def _anew(index: str) -> str:
    return f'{"DROP" if _LEFT_BEHIND.fullmatch(index) else "REINDEX"} INDEX CONCURRENTLY "{index}"'


def _tables(scene: Scene) -> list[tuple[str, int]]:
    return [(str(name), int(free)) for name, free in scene.ask(_FREE_IN_TABLES.format(least=LEAST, share=_SHARE))]


def _indexes(scene: Scene) -> list[tuple[str, bool]]:
    return [(str(name), bool(valid)) for name, valid in scene.ask(_INDEXES.format(least=LEAST, too_large=_TOO_LARGE))]


def _refuse_without_room(scene: Scene) -> None:
    """It is written once into a file of its own, and from there into the log beside the database."""
    path = scene.settings.database.path
    needed, free = 2 * path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise Refused(
            "The disk has no room for that.",
            why=f"The database is written anew beside itself, which needs {size(needed)}; {size(free)} are free.",
            try_="Make room with `haat runbook run clean-up days=30`. What is free in the database is used again in any case.",
        )


_LOOKS: Mapping[str, Callable[[Scene], Finding]] = {
    "sqlite": _look_at_file,
    "postgresql": _look_at_indexes,
    "mariadb": _look_at_tables,
}

COMPACT = Procedure(
    name="compact-database",
    purpose="Give back the room in the database that nothing takes, where that is worth it: on SQLite whoever writes waits until the file is"
    " written anew, on MariaDB tables are written anew while everybody goes on. On PostgreSQL indexes that are not valid, or far too large, are"
    " made anew while everybody goes on.",
    symptoms=(
        "the database stays large after much was deleted",
        "upkeep-database says that an index is not valid",
    ),
    steps=(
        Step(
            "Give back what nothing takes",
            _needs_nothing_yet,
            _compact,
            _needs_nothing,
            Irreversible("no row is touched, and room that nothing takes is not wanted back"),
            budget=60.0,
            timeout=3600.0,
        ),
    ),
)
