"""What a database does by itself or when it is asked to: triggers, functions, procedures, views and events. Haat has none; whoever runs a shop may."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from haat.kernel.errors import HaatError
from haat.ops.backups.mariadb.line import Line, quoted

# What is used by others is made before them, and triggers of one table in the order in which they act.
_LISTED = """
SELECT 1, 0, routine_type, routine_name, definer FROM information_schema.routines WHERE routine_schema = %s
UNION ALL SELECT 2, action_order, 'TRIGGER', trigger_name, definer FROM information_schema.triggers WHERE trigger_schema = %s
UNION ALL SELECT 3, 0, 'VIEW', table_name, definer FROM information_schema.views WHERE table_schema = %s
UNION ALL SELECT 4, 0, 'EVENT', event_name, definer FROM information_schema.events WHERE event_schema = %s
ORDER BY 1, 3, 2, 4
"""
_TRIGGER = """
SELECT action_timing, event_manipulation, event_object_table, action_statement, sql_mode, collation_connection, definer
FROM information_schema.triggers WHERE trigger_schema = %s AND trigger_name = %s
"""
_DEFINER = re.compile(r" DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*`")
_PROBE = "haat_probe"
# One that does nothing, of each kind that can be made only where there are tables.
_PROBES = {
    "TRIGGER": "BEFORE INSERT ON {table} FOR EACH ROW SET @haat = 1",
    "VIEW": "AS SELECT 1",
    "EVENT": "ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1",
}


class Program(NamedTuple):
    """`words` make it, in the database that is used then. What they mean depends on `mode`, `collation` and `zone`."""

    kind: str
    name: str
    definer: str
    mode: str
    collation: str
    zone: str
    words: str

    def of_ours(self) -> Program:
        """Whoever makes it is whom it acts as."""
        return self._replace(definer="", words=_DEFINER.sub("", self.words, count=1))


def listed(line: Line, database: str) -> list[tuple[str, str, str]]:
    """Kind, name and definer of what is there, in the order in which it can be made."""
    return [(kind, name, definer) for _, _, kind, name, definer in line.rows(_LISTED, *[database] * 4)]


def read(line: Line, database: str, kind: str, name: str, definer: str) -> Program:
    """Raises Refused where the user may not read it."""
    if kind == "TRIGGER":
        [(timing, event, table, body, mode, collation, whose)] = line.rows(_TRIGGER, database, name)
        words = f"CREATE DEFINER={_user(whose)} TRIGGER {quoted(name)} {timing} {event} ON {quoted(table)} FOR EACH ROW {body}"
        return Program(kind, name, definer, mode, collation, "SYSTEM", words)
    line.rows(f"USE {quoted(database)}")  # Then a view does not name the database that its tables are in.
    told = line.told(f"SHOW CREATE {kind} {quoted(name)}")
    [words] = [value for column, value in told.items() if column.startswith("create ")]
    if words is None:
        why = f"The {kind.lower()} {name} is another user's, and cannot be read."
        raise line.not_allowed(why, f"GRANT SELECT ON mysql.proc TO {line.user()};")
    mode, zone = told.get("sql_mode", ""), told.get("time_zone", "SYSTEM")
    return Program(kind, name, definer, mode, told["collation_connection"], zone, words)


def rehearse(line: Line, database: str, table: str, programs: Iterable[Program]) -> None:
    """Make, in a database without the tables that these need, what can be made there, and of the rest one of each kind that does nothing, on this table.
    Raises Refused where the user may not.
    """
    found = [*programs]
    make(line, database, [one for one in found if one.kind not in _PROBES])
    for kind, definer in dict.fromkeys((one.kind, one.definer) for one in found if one.kind in _PROBES):
        probe, body = quoted(database, _PROBE), _PROBES[kind].format(table=quoted(database, table))
        line.change(database, f"CREATE OR REPLACE DEFINER={_user(definer)} {kind} {probe} {body}")
        line.change(database, f"DROP {kind} {probe}")


def make(line: Line, database: str, programs: Iterable[Program]) -> None:
    """Also what is there already. Views may need one another."""
    line.rows(f"USE {quoted(database)}")
    left, failed = [*programs], None
    while left:
        count, waiting = len(left), []
        for program in left:
            try:
                _make(line, database, program)
            except HaatError as error:
                failed = error
                waiting.append(program)
        left = waiting
        if failed and len(left) == count:
            raise failed


def _make(line: Line, database: str, program: Program) -> None:
    settings = "SET SESSION sql_mode = %s, collation_connection = %s, time_zone = %s"
    line.rows(settings, program.mode, program.collation, program.zone)
    line.change(database, f"CREATE OR REPLACE{program.words.removeprefix('CREATE')}")


def _user(definer: str) -> str:
    name, _, host = definer.rpartition("@")
    return f"{quoted(name)}@{quoted(host)}"
