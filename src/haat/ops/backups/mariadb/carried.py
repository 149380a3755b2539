"""The databases of a shop on its own server of MariaDB, which is not ours: a copy is carried there, and gets its place by new names."""

from __future__ import annotations

import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from haat.config.address import Address
from haat.kernel.errors import Refused, Unavailable
from haat.ops.backups.engine import CARRIED, not_reached
from haat.ops.backups.mariadb import programs, renamed, shut
from haat.ops.backups.mariadb.checked import checked
from haat.ops.backups.mariadb.line import Line, Manners, quoted
from haat.ops.backups.mariadb.tools import Failed, is_of_a_full_disk, login, refuse_if_killed, started, words
from haat.store.errors import full

_READS = (
    "--single-transaction",
    "--skip-lock-tables",
    "--skip-add-locks",
    "--skip-triggers",
    "--hex-blob",
    "--default-character-set=utf8mb4",
    "--max-allowed-packet=1G",
)
_WRITES = ("--default-character-set=utf8mb4", "--max-allowed-packet=1G")
_TRIED = (
    "CREATE TABLE {0}.one (id INTEGER PRIMARY KEY)",
    "CREATE TABLE {0}.two (id INTEGER REFERENCES {0}.one (id))",
    "INSERT INTO {0}.one VALUES (1)",
    "UPDATE {0}.one SET id = 2",
    "CREATE TEMPORARY TABLE {0}.passing (id INTEGER)",
    # Else the server does so when the session ends, and writes into its log that it did it in a database that is gone: nobody could replay that.
    "DROP TEMPORARY TABLE {0}.passing",
    "RENAME TABLE {0}.one TO {0}.three",
    "SELECT count(*) FROM {0}.three",
    "ALTER TABLE {0}.three ADD INDEX by_id (id)",
)
_FLOATS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = %s AND data_type = 'float' AND is_generated = 'NEVER' ORDER BY table_name, column_name
"""
_KEYS = """
SELECT column_name FROM information_schema.statistics
WHERE table_schema = %s AND table_name = %s AND index_name = 'PRIMARY' ORDER BY seq_in_index
"""
_WAS_CUT_OFF = re.compile(r"Got error: (1053|1927|2002|2003|2006|2013|2026)\b")
_COUNT = "SELECT count(*) FROM {}"
_CUT_FLOATS = "SELECT {keys}, {exact} FROM {table} WHERE {exact} <> CAST(CAST({column} AS CHAR) AS DOUBLE)"
# Row by row it would take a minute for a hundred thousand.
_MENDED = (
    "CREATE TEMPORARY TABLE {mended} (PRIMARY KEY ({keys})) SELECT {keys}, {exact} AS haat_exact FROM {table} LIMIT 0"
)
_INTO_MENDED = "INSERT INTO {mended} VALUES ({places})"
_MEND_FLOATS = "UPDATE {table} JOIN {mended} USING ({keys}) SET {column} = haat_exact"


class Carried:
    """Each verb is a connection of its own, in none of the databases."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def refuse_unless_allowed(self) -> None:
        """Raises Refused, with the statement that an administrator has to run, Unavailable. A database is made for that, and dropped."""
        name = f"{self._address.database}_trial"
        with self._line() as line:
            self._refuse_unless_own(line)
            _make_anew(line, name, Manners("utf8mb4", "utf8mb4_bin", CARRIED))
            for statement in _TRIED:
                line.change(name, statement.format(quoted(name)))
            line.change(name, f"DROP DATABASE {quoted(name)}")

    def _refuse_unless_own(self, line: Line) -> None:
        """On a server that is new this user may have no right to the shop's own: whoever has one is told that it is not there."""
        name = self._address.database
        if name not in line.names():
            line.refuse_unless_owned(name)

    def wrong(self) -> str:
        """What is wrong with the shop's database, in a few words; nothing where it is sound. Raises Unavailable."""
        name = self._address.database
        with self._line() as line:
            if name not in line.names():
                return f"there is no database {name} on its server"
            tables = line.tables(name)
        found = checked(self._address, name, *tables)
        if _WAS_CUT_OFF.search(found.said):  # By a server that was ended, or fell over: which of them is not known.
            raise not_reached(self._address.user, found.said)
        return "" if found.holds or not tables else found.said

    def carry(self, copy: Address, name: str) -> None:
        """Make a database of this name out of the one that is served at `copy`; one that was carried before, be it in part, is made anew. What it does by
        itself acts as the shop's user. Raises Refused with what an administrator has to grant, and for a database that is somebody else's; Unavailable.
        """
        with closing(Line(copy)) as there, self._line() as here:
            manners = there.manners(copy.database)
            assert manners is not None
            _make_anew(here, name, manners._replace(comment=CARRIED))
            _pour(copy, self._address._replace(database=name), _views(there, copy.database))
            _mend_floats(there, copy.database, here, name)
            found = [
                programs.read(there, copy.database, *one).of_ours() for one in programs.listed(there, copy.database)
            ]
            programs.make(here, name, found)
            _refuse_unless_same(there, copy.database, here, name)

    def names(self) -> Sequence[str]:
        """Of the databases there that we may see. Raises Unavailable."""
        with self._line() as line:
            return line.names()

    def rename(self, old: str, new: str) -> None:
        """Raises what `renamed` does."""
        with self._line() as line:
            renamed.rename(line, old, new)

    def shut(self, name: str) -> Sequence[str]:
        """Raises what `shut.tables` does."""
        with self._line() as line:
            return shut.tables(line, name)

    def part_with(self, name: str, kept_in: Path) -> None:
        """Raises what `shut.part_with` does."""
        with self._line() as line:
            shut.part_with(line, name, kept_in)

    def drop(self, name: str) -> None:
        """Nothing where it is not there. Raises Refused for one that is somebody else's, Unavailable."""
        with self._line() as line:
            _drop(line, name)

    def sessions(self, name: str) -> Sequence[str]:
        """Who is connected to it, for people; of those that we may see, and without us. Raises Unavailable."""
        with self._line() as line:
            return [str(session) for session in line.sessions(name)]

    def counts(self, name: str) -> Mapping[str, int]:
        """Rows of every table. Raises Unavailable."""
        with self._line() as line:
            return {table: line.rows(_COUNT.format(quoted(name, table)))[0][0] for table in line.tables(name)}

    def _line(self) -> closing[Line]:
        return closing(Line(self._address))


def _make_anew(line: Line, name: str, manners: Manners) -> None:
    _drop(line, name)
    line.change(name, f"CREATE DATABASE {quoted(name)} {manners}")


def _drop(line: Line, name: str) -> None:
    there = line.manners(name)
    if there and there.comment != CARRIED and line.tables(name):
        raise Refused(
            f"There is a database {name} on the server, which is somebody else's.",
            why="It has tables, and was not made by `haat backup restore`.",
            try_="Look at what is in it, and give it another name; then do it again.",
        )
    if there:
        line.end_sessions(name)
        line.change(name, f"DROP DATABASE {quoted(name)}")


def _views(line: Line, database: str) -> list[str]:
    return [name for kind, name, _ in programs.listed(line, database) if kind == "VIEW"]


def _pour(copy: Address, into: Address, views: Sequence[str]) -> None:
    """All tables with their rows, out of one server into the other."""
    without = (f"--ignore-table={copy.database}.{view}" for view in views)
    with (
        login(copy) as source,
        login(into) as target,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as answered,
    ):
        reads = words("mariadb-dump", f"--defaults-file={source}", *_READS, *without, copy.database)
        writes = words("mariadb", f"--defaults-file={target}", *_WRITES, into.database)
        with (
            started(reads, subprocess.PIPE, said) as reader,
            started(writes, answered, answered, reader.stdout) as writer,
        ):
            pass
        refuse_if_killed("mariadb-dump", reader)
        refuse_if_killed("mariadb", writer)
        for name, ended, heard in (("mariadb-dump", reader, said), ("mariadb", writer, answered)):
            # Whoever reads has nothing to say when it is the other who does not listen any more.
            if ended.returncode not in (0, -signal.SIGPIPE):
                heard.seek(0)
                raise _failed(name, heard.read().decode(errors="replace"))


def _failed(name: str, said: str) -> Unavailable:
    return full(said.strip()) if is_of_a_full_disk(said) else Failed(name, said)


def _mend_floats(there: Line, database: str, here: Line, name: str) -> None:
    """Of a FLOAT a client is told six digits, and some have more."""
    for table, column in there.rows(_FLOATS, database):
        keys = [quoted(key) for (key,) in there.rows(_KEYS, database, table)]
        field = quoted(column)
        exact, fields = f"CAST({field} AS DOUBLE)", ", ".join(keys)
        cut = _CUT_FLOATS.format(keys=fields, exact=exact, table=quoted(database, table), column=field) if keys else ""
        if cut and (found := there.rows(cut)):
            mended, places = quoted(name, "haat_mended"), ", ".join(["%s"] * (len(keys) + 1))
            into = {"table": quoted(name, table), "mended": mended, "keys": fields, "exact": exact, "column": field}
            here.rows(_MENDED.format(**into))
            here.write(_INTO_MENDED.format(mended=mended, places=places), found)
            here.rows(_MEND_FLOATS.format(**into))
            here.rows(f"DROP TEMPORARY TABLE {mended}")


def _refuse_unless_same(there: Line, database: str, here: Line, name: str) -> None:
    tables = there.tables(database)
    other = [table for table in tables if _sum(there, database, table) != _sum(here, name, table)]
    if other or tables != here.tables(name):
        raise Unavailable(
            "What was carried is not what the copy has.",
            why=f"They differ in {', '.join(other) or 'which tables there are'}.",
            try_="Do it again: the copy is as it was.",
        )


def _sum(line: Line, database: str, table: str) -> int | None:
    [(_, found)] = line.rows(f"CHECKSUM TABLE {quoted(database, table)}")
    return int(found) if found is not None else None
