"""The database's own shell: which program, with what to say on its line and what not to.

A password stands in the environment of the program, where its own user alone can read it, and never on the list of processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from haat.config.address import Address
from haat.kernel.errors import Unavailable


class Shell(NamedTuple):
    """The words of a program, and what is added to its environment."""

    argv: tuple[str, ...]
    environ: Mapping[str, str]


_PROGRAMS = {
    "postgresql": ("psql", "postgresql-client"),
    "mariadb": ("mariadb", "mariadb-client"),
    "sqlite": ("sqlite3", "sqlite3"),
}


def shell(address: Address, *, may_write: bool) -> Shell:
    """Raises Unavailable where the program is not installed, or there is no file to open."""
    program = _found(address.kind)
    match address.kind:
        case "postgresql":
            return _psql(program, address, may_write)
        case "mariadb":
            return _mariadb(program, address, may_write)
        case _:
            return _sqlite3(program, address, may_write)


def _found(kind: str) -> str:
    name, package = _PROGRAMS[kind]
    found = shutil.which(name)
    if found is None:
        raise Unavailable(
            f"There is no {name} here.",
            why="It is the shell of this database, and a program of its own.",
            try_=f"On Debian and Ubuntu: apt-get install {package}",
        )
    return found


def _psql(program: str, address: Address, may_write: bool) -> Shell:
    where = {"host": address.host, "port": str(address.port or ""), "dbname": address.database, "user": address.user}
    pairs = {**where, "application_name": "haat shell", **dict(address.options)}
    words = " ".join(f"{name}={_quoted(value)}" for name, value in pairs.items() if value)
    environ = {"PGPASSWORD": address.password.reveal()} if address.password else {}
    if not may_write:
        environ["PGOPTIONS"] = "-c default_transaction_read_only=on"
    return Shell((program, words), environ)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _mariadb(program: str, address: Address, may_write: bool) -> Shell:
    environ = {"MYSQL_PWD": address.password.reveal()} if address.password else {}
    return Shell((program, *_options_of_mariadb(address, may_write), address.database), environ)


def _options_of_mariadb(address: Address, may_write: bool) -> Iterator[str]:
    if address.user:
        yield f"--user={address.user}"
    options = dict(address.options)
    if "unix_socket" in options:
        yield f"--socket={options['unix_socket']}"
    else:
        yield from (f"--host={address.host or 'localhost'}", f"--port={address.port_or_usual}", "--protocol=TCP")
    yield from (f"--{name.replace('_', '-')}={value}" for name, value in options.items() if name.startswith("ssl_"))
    yield "--default-character-set=utf8mb4"
    if not may_write:
        yield "--init-command=SET SESSION TRANSACTION READ ONLY"


def _sqlite3(program: str, address: Address, may_write: bool) -> Shell:
    if not address.path.exists():
        raise Unavailable("There is no database.", why=f"{address.path} does not exist.", try_="`haat up` makes one.")
    safely = ("-cmd", ".timeout 10000", "-cmd", "PRAGMA foreign_keys = ON")
    return Shell((program, *(safely if may_write else ("-readonly",)), str(address.path)), {})
