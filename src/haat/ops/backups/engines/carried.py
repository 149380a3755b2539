"""The databases on a server of PostgreSQL that is not ours: a copy gets a place among them, by what the role of the shop may do.

A copy goes from one server to the other through a pipe, so it needs no room in between, and nothing is left behind by whoever is killed. Indexes are
what takes long, and the server itself makes each with several processes.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.config.address import Address
from haat.kernel import faults
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.ops.backups import damage
from haat.ops.backups.engine import CARRIED, not_reached
from haat.ops.backups.engines.clients import connected, environment, program_of, where
from haat.ops.servers import dying_with_us
from haat.store import libpq

if TYPE_CHECKING:
    import psycopg

_PATIENCE = 20.0  # seconds until nobody is connected any more to a database that gets another name
_EXTENSION = "plpgsql"  # which is there anyway: the shop needs no other, and others are an administrator's
_NAMES = "SELECT datname::text FROM pg_database WHERE NOT datistemplate ORDER BY 1"
_RIGHTS = """
SELECT current_user::text, rolcreatedb OR rolsuper,
       coalesce((SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = %(name)s), true)
FROM pg_roles WHERE rolname = current_user
"""
_TABLES = "SELECT schemaname::text, tablename::text FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
_HOW = """
SELECT pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text, datlocprovider::text, daticulocale::text
FROM pg_database WHERE datname = current_database()
"""
_COMMENT = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %(name)s"
_CONNECTED = """
SELECT pid, application_name, usename::text, coalesce(host(client_addr), 'its own machine') FROM pg_stat_activity
WHERE datname = %(name)s AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
"""
_INDEXES_CAN_BE_CHECKED = "SELECT coalesce(bool_and(has_function_privilege(oid, 'EXECUTE')), false) FROM pg_proc WHERE proname = 'bt_index_check'"
_INDEXES_CAN_BE_CHECKED_ONCE = """
SELECT rolsuper AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'amcheck') FROM pg_roles WHERE rolname = current_user
"""
_CHECK_INDEXES = """
SELECT bt_index_check(indexrelid, true) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
WHERE amname = 'btree' AND indisvalid AND relpersistence = 'p' AND relnamespace = 'public'::regnamespace
"""


class Carried:
    """`address` is that of the shop, with its password."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def refuse_unless_allowed(self) -> None:
        [(user, may_make, is_owner)] = self._there(_RIGHTS, name=self._address.database)
        lacks = [] if may_make else [f"ALTER ROLE {_quoted(user)} CREATEDB;"]
        lacks += [] if is_owner else [f"ALTER DATABASE {_quoted(self._address.database)} OWNER TO {_quoted(user)};"]
        if lacks:
            raise Refused(
                "A copy can get no place on the server of the database.",
                why=f"The role {user} may not make a database beside the shop's, or not give the shop's another name.",
                try_=f"An administrator of the server runs: {' '.join(lacks)}",
            )

    def wrong(self) -> str:
        import psycopg

        name = self._address.database
        if name not in self.names():
            return f"there is no database {name} on its server"
        try:
            with connected(self._address) as connection:
                return _what_is_wrong(connection)
        except psycopg.Error as error:
            if damage.is_of_postgres(error):
                return f"{name} cannot be entered: {_line(error)}"
            raise Unavailable("The database cannot be looked at now.", why=_line(error)) from error

    def carry(self, copy: Address, name: str) -> None:
        if name in self.names():
            self.drop(name)
        [(encoding, collation, letters, provider, icu)] = _rows(copy, _HOW)
        how = f"ENCODING {_text(encoding)} LC_COLLATE {_text(collation)} LC_CTYPE {_text(letters)}"
        if provider == "i":
            how += f" LOCALE_PROVIDER icu ICU_LOCALE {_text(icu)}"
        self._there(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 {how}")
        faults.reach("carry.made")
        self._there(f"COMMENT ON DATABASE {_quoted(name)} IS {_text(CARRIED)}")
        self._pour(copy, name)
        faults.reach("carry.filled")
        _rows(self._address._replace(database=name), "ANALYZE")

    def names(self) -> Sequence[str]:
        return [name for (name,) in self._there(_NAMES)]

    def rename(self, old: str, new: str) -> None:
        from psycopg.errors import ObjectInUse

        there = self.names()
        if old in there and new in there:
            raise Refused(
                f"{old} cannot be called {new}.",
                why=f"There is a database {new} as well.",
                try_=f"Look what is in both, and give {new} another name; then do it again.",
            )
        if old not in there:
            if new in there:
                return
            raise NotFound(f"There is no database {old} on the server, and no {new} either.")
        until = time.monotonic() + _PATIENCE
        with self._door() as connection:
            while True:
                self._put_out(connection, old)
                try:
                    connection.execute(f"ALTER DATABASE {_quoted(old)} RENAME TO {_quoted(new)}".encode())
                    break
                except ObjectInUse as error:
                    if time.monotonic() > until:
                        raise self._in_use(old, _line(error)) from error
            connection.execute(f"COMMENT ON DATABASE {_quoted(new)} IS NULL".encode())

    def shut(self, name: str) -> Sequence[str]:
        """Never one: see `part_with`."""
        return ()

    def part_with(self, name: str, kept_in: Path) -> None:
        """A database of PostgreSQL gets another name whatever is damaged in it."""

    def drop(self, name: str) -> None:
        if name not in self.names():
            return
        if not self._is_ours(name):
            raise Refused(
                f"There is a database {name} on the server, which is somebody else's.",
                why="Something is in it, and it was not made by `haat backup restore`.",
                try_="Give it another name; then do it again.",
            )
        with self._door() as connection:
            self._put_out(connection, name)
            connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}".encode())

    def sessions(self, name: str) -> Sequence[str]:
        found = self._there(_CONNECTED, name=name)
        return [f"{program or 'a program'} of {user} at {place}" for _, program, user, place in found]

    def counts(self, name: str) -> Mapping[str, int]:
        address = self._address._replace(database=name)
        names = [_in_schema(*table) for table in _rows(address, _TABLES)]
        return {table: _rows(address, f"SELECT count(*) FROM {table}")[0][0] for table in names}  # noqa: S608 - quoted

    def _is_ours(self, name: str) -> bool:
        """Whether it was made by `carry`, which may have been killed before it could say so: then nothing is in it yet."""
        [(comment,)] = self._there(_COMMENT, name=name)
        return comment == CARRIED or not _rows(self._address._replace(database=name), _TABLES)

    def _put_out(self, connection: psycopg.Connection[Any], name: str) -> None:
        from psycopg.errors import InsufficientPrivilege

        for pid, *_ in connection.execute(_CONNECTED, {"name": name}).fetchall():
            try:
                connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
            except InsufficientPrivilege:  # Others may be gone by themselves before we are at the end of our patience.
                time.sleep(0.1)

    def _in_use(self, name: str, why: str) -> Refused:
        return Refused(
            f"Somebody is connected to {name}, and may not be put out by us.",
            why=f"{'; '.join(self.sessions(name)) or why}.",
            try_="End that, and do it again: it goes on where it was.",
        )

    def _pour(self, copy: Address, name: str) -> None:
        there = self._address._replace(database=name)
        reads = [str(program_of("pg_dump")), "--format=custom", "--compress=0", f"--extension={_EXTENSION}"]
        reads += ["--no-owner", "--no-privileges", "--no-password", f"--dbname={where(copy)}"]
        writes = [str(program_of("pg_restore")), "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"]
        writes += [f"--dbname={where(there)}"]
        dies = dying_with_us(signal.SIGKILL)
        with (
            subprocess.Popen(  # noqa: S603 (a program of the system, with our words)
                reads, env=environment(copy), stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=dies
            ) as reader,
            subprocess.Popen(  # noqa: S603
                writes, env=environment(there), stdin=reader.stdout, stderr=subprocess.PIPE, preexec_fn=dies
            ) as writer,
        ):
            assert reader.stdout is not None
            reader.stdout.close()  # Only who writes has it, and so who reads learns when that has ended.
            said = b"".join(one.communicate()[1] for one in (writer, reader)).decode(errors="replace").strip()
        if writer.returncode or reader.returncode:
            raise Unavailable(
                "The copy could not be carried to the server of the database.",
                why=said[-1000:],
                try_="Do what it says, and do it again: what is half made is made anew.",
            )

    def _there(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self._door() as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def _door(self) -> Iterator[psycopg.Connection[Any]]:
        """Raises Unavailable, also for what the server does not do."""
        import psycopg

        connection, failed = None, []
        for name in libpq.DOORS:
            try:
                connection = connected(self._address._replace(database=name))
                break
            except psycopg.Error as error:
                failed.append(error)
        if connection is None:
            raise not_reached(self._address.user, _line(failed[0])) from failed[0]
        with connection:
            try:
                yield connection
            except psycopg.errors.ObjectInUse:
                raise
            except psycopg.Error as error:
                raise Unavailable("The server of the database does not do that.", why=_line(error)) from error


def _what_is_wrong(connection: psycopg.Connection[Any]) -> str:
    import psycopg

    table = "the catalogue"
    try:
        for schema, table in connection.execute(_TABLES.encode()).fetchall():
            # Every column of every row, on the server: nothing of it is sent.
            connection.execute(f"SELECT sum(length(t::text)) FROM {_in_schema(schema, table)} t".encode())  # noqa: S608
        table = "an index"
        _check_indexes(connection)
    except psycopg.Error as error:
        if damage.is_of_postgres(error):
            return f"{table}: {_line(error)}"
        raise
    return ""


def _check_indexes(connection: psycopg.Connection[Any]) -> None:
    """Where this role may; what is needed for that is there for a moment, and nobody else sees it. Raises psycopg.Error for what is wrong with one."""
    if connection.execute(_INDEXES_CAN_BE_CHECKED.encode()).fetchone() == (True,):
        connection.execute(_CHECK_INDEXES.encode())
    elif connection.execute(_INDEXES_CAN_BE_CHECKED_ONCE.encode()).fetchone() == (True,):
        with connection.transaction(force_rollback=True):
            connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
            connection.execute(_CHECK_INDEXES.encode())


def _rows(address: Address, statement: str) -> list[tuple[Any, ...]]:
    import psycopg

    try:
        with connected(address) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []
    except psycopg.Error as error:
        raise Unavailable("The server of the database does not do that.", why=_line(error)) from error


def _in_schema(schema: str, table: str) -> str:
    return f"{_quoted(schema)}.{_quoted(table)}"


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def _line(error: Exception) -> str:
    said = " ".join(str(error).split())
    return said if said.endswith(".") else f"{said}."
