"""A connection to a server, in none of its databases, by which they are looked at and changed; what it refuses is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import pymysql
from pymysql.constants import ER

from haat.config.address import Address
from haat.kernel import faults
from haat.kernel.errors import HaatError, Refused, Unavailable
from haat.ops.backups import damage
from haat.ops.backups.engine import not_reached
from haat.store.errors import Again, Lost, gone, said
from haat.store.mariadb import connect

_LONGEST_WAIT = 3  # seconds for a table that somebody else is using
_LONGEST_IDLE = 86_400  # seconds, in which programs may be at work that have connections of their own
_DENIED = {
    ER.DBACCESS_DENIED_ERROR,
    ER.TABLEACCESS_DENIED_ERROR,
    ER.COLUMNACCESS_DENIED_ERROR,
    ER.PROCACCESS_DENIED_ERROR,
}
# Triggers and functions are not made by everybody where there is a binary log.
_NOT_TRUSTED = {ER.BINLOG_UNSAFE_ROUTINE, ER.BINLOG_CREATE_ROUTINE_NEED_SUPER}
_SESSIONS = """
SELECT id, user, host, command, time, db FROM information_schema.processlist WHERE id <> connection_id() AND db IS NOT NULL ORDER BY id
"""
_TABLES = """
SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type <> 'VIEW' ORDER BY table_name
"""
_MANNERS = """
SELECT default_character_set_name, default_collation_name, schema_comment FROM information_schema.schemata WHERE schema_name = %s
"""


class Session(NamedTuple):
    """Somebody who is connected; as text, for people."""

    number: int
    user: str
    host: str
    doing: str
    seconds: int

    def __str__(self) -> str:
        doing = "idle" if self.doing == "Sleep" else "busy"
        return f"{self.user} from {self.host} (session {self.number}, {doing} for {self.seconds} s)"


class Manners(NamedTuple):
    """How a database is made: what text is like in it, and what is noted of it."""

    letters: str
    collation: str
    comment: str

    def __str__(self) -> str:
        comment = self.comment.replace("\\", "\\\\").replace("'", "''")
        return f"CHARACTER SET {self.letters} COLLATE {self.collation} COMMENT '{comment}'"


class Line:
    """`address` names the database of the shop, whether or not it is there: the user's rights go by its name."""

    def __init__(self, address: Address) -> None:
        """Raises Unavailable."""
        self.address = address
        self._changes = 0
        try:
            self._wire = connect(address._replace(database=""))
        except (pymysql.err.Error, Lost) as error:
            raise not_reached(address.user, said(error)) from error
        self.rows(f"SET SESSION lock_wait_timeout = {_LONGEST_WAIT}, SESSION wait_timeout = {_LONGEST_IDLE}")

    def rows(self, text: str, *values: object) -> list[Any]:
        """Raises Refused where the user may not do that, Busy, Unavailable."""
        return list(self._ask(text, values).fetchall())

    def told(self, text: str) -> dict[str, Any]:
        """A row by the names of its columns, in small letters."""
        answer = self._ask(text, ())
        [row] = answer.fetchall()
        return {column[0].lower(): value for column, value in zip(answer.description, row, strict=True)}

    def change(self, database: str, text: str, *values: object) -> None:
        """Change something in a database. Raises as `rows`, and Refused which names who holds the database meanwhile."""
        try:
            self.rows(text, *values)
        except Busy as error:
            raise self._held(database) from error
        self._changes += 1
        faults.reach(f"line.changed.{self._changes}")

    def write(self, text: str, rows: Sequence[Sequence[object]]) -> None:
        """Many rows, all or none of them. Raises Unavailable."""
        try:
            self._wire.begin()
            self._wire.executemany(text, rows)
            self._wire.commit()
        except (pymysql.err.Error, Again, Lost) as error:
            raise gone(error) from error

    def names(self) -> list[str]:
        """Of the databases that the user may see."""
        return [name for (name,) in self.rows("SHOW DATABASES")]

    def tables(self, database: str) -> list[str]:
        """Without views."""
        return [name for (name,) in self.rows(_TABLES, database)]

    def opens(self, database: str, table: str) -> bool:
        """Whether the server can open it, whatever is in it: False where it is damaged. Raises Busy, and Unavailable where anything else is in the way."""
        try:
            self._wire.execute(f"SELECT 1 FROM {quoted(database, table)} LIMIT 0")  # noqa: S608 - quoted
        except Again as error:
            raise Busy from error
        except (pymysql.err.Error, Lost) as error:
            if damage.is_of_mariadb(error):
                return False
            raise gone(error) from error
        return True

    def manners(self, database: str) -> Manners | None:
        """None where there is no such database."""
        found = self.rows(_MANNERS, database)
        return Manners(*found[0]) if found else None

    def sessions(self, database: str) -> list[Session]:
        """Who is connected to it, of those that the user may see; without us."""
        return [Session(*row[:-1]) for row in self.rows(_SESSIONS) if row[-1] == database]

    def end_sessions(self, database: str) -> None:
        """Of all whom the user may end. Of the others who is in the way is told by what waits for them."""
        for session in self.sessions(database):
            with suppress(HaatError):
                self.rows(f"KILL CONNECTION {session.number}")

    def not_allowed(self, why: str, statement: str) -> Refused:
        """The error of a user who lacks what this statement gives."""
        return Refused(
            "A copy cannot be put beside the database.",
            why=f"{self.address.user} may not do on the server what that needs. {why}",
            try_=f"An administrator of the server runs: {statement}",
        )

    def refuse_unless_owned(self, database: str) -> None:
        """Of one that is not there, or that this user may not see. Raises Refused where it has no right to it."""
        try:
            self._wire.execute(f"DROP TABLE {quoted(database, 'haat_trial')}")
        except (pymysql.err.Error, Lost, Unavailable) as error:
            code, why = (*error.args, "", "")[:2]
            if code in _DENIED:
                raise self.not_allowed(why, self._all_that_is_ours()) from error

    def user(self) -> str:
        """Whom the server takes us for, as it is written in a statement."""
        [(user,)] = self.rows("SELECT current_user()")
        name, _, host = user.rpartition("@")
        return f"'{name}'@'{host}'"

    def close(self) -> None:
        self._wire.close()

    def _ask(self, text: str, values: Sequence[object]) -> Any:
        try:
            return self._wire.execute(text, values or None)
        except Again as error:
            raise Busy from error
        except (pymysql.err.Error, Lost) as error:
            code, why = (*error.args, "", "")[:2]
            if code in _DENIED:
                raise self.not_allowed(why, self._all_that_is_ours()) from error
            if code == ER.SPECIFIC_ACCESS_DENIED_ERROR:
                raise self.not_allowed(why, f"GRANT SET USER ON *.* TO {self.user()};") from error
            if code in _NOT_TRUSTED:
                raise self.not_allowed(why, "SET GLOBAL log_bin_trust_function_creators = 1;") from error
            raise gone(error) from error

    def _all_that_is_ours(self) -> str:
        """What gives the shop's user its database and all that stand beside it: on a new server both are missing."""
        name, user = _as_pattern(self.address.database), self.user()
        return " ".join(f"GRANT ALL ON {quoted(ours)}.* TO {user};" for ours in (name, f"{name}\\_%"))

    def _held(self, database: str) -> Refused:
        there = [str(session) for session in self.sessions(database)]
        whom = "; ".join(there) or "somebody whom this user may not see"
        return Refused(
            f"The database {database} is in use.",
            why=f"{self.address.user} could not put out who holds it: {whom}.",
            try_="End them, then do it again, which goes on where it was. With this, Haat ends them:"
            f" GRANT PROCESS, CONNECTION ADMIN ON *.* TO {self.user()};",
        )


def _as_pattern(name: str) -> str:
    """What stands for this name alone where rights are given."""
    for letter in "\\_%":
        name = name.replace(letter, f"\\{letter}")
    return name


class Busy(Unavailable):
    """Somebody else is using what is asked for."""

    def __init__(self) -> None:
        super().__init__(
            "The database is in use.", why=f"Somebody has held it for {_LONGEST_WAIT} s.", try_="Do it again."
        )


def quoted(*names: str) -> str:
    """A name as it is written in a statement, of something in something."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)
