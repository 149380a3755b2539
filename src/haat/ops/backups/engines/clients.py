"""The programs of PostgreSQL that copy, follow and look, and what they and we are told of a server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.config.address import Address
from haat.kernel.errors import Refused, Unavailable
from haat.ops.servers import dying_with_us, programs_of_postgres
from haat.store import libpq

if TYPE_CHECKING:
    from psycopg import Connection

_ALLOWED = """
SELECT (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user), current_user::text, current_setting('wal_level'),
       current_setting('max_wal_senders')::int, pg_is_in_recovery(),
       (SELECT string_agg(spcname, ', ') FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global'))
"""


def program_of(name: str) -> Path:
    """Raises Unavailable where it is not installed."""
    programs = programs_of_postgres()
    found = str(programs / name) if programs and (programs / name).exists() else shutil.which(name)
    if found is None:
        raise Unavailable(
            f"There is no {name} on this machine.",
            why="A copy of PostgreSQL is made by its own programs.",
            try_="Install those of the server's version or newer: `apt-get install postgresql-client`.",
        )
    return Path(found)


def asked(address: Address, statement: str) -> list[tuple[Any, ...]]:
    """All rows. Raises Unavailable."""
    import psycopg

    try:
        with connected(address) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []
    except psycopg.Error as error:
        raise Unavailable("The database does not answer.", why=f"{error}".strip()) from error


def of_server(address: Address) -> Address:
    """Where one can ask what is of the whole server, and is in nobody's way: not in the shop's database, unless we may enter no other."""
    import psycopg

    for name in (*libpq.DOORS, address.database):
        with suppress(psycopg.Error), connected(address._replace(database=name)):
            return address._replace(database=name)
    return address


def connected(address: Address) -> Connection[Any]:
    """Raises psycopg.Error, also when the other end is dead for some seconds."""
    import psycopg

    return psycopg.connect(autocommit=True, **libpq.parameters(address))


def refuse_unless_copied(address: Address) -> None:
    """Refused with the statement that an administrator runs."""
    [(may, user, level, senders, is_standby, spaces)] = asked(address, _ALLOWED)
    what = "The database cannot be copied."
    if not may:
        raise Refused(
            what,
            why=f"The role {user} may not replicate.",
            try_=f'An administrator of the server runs: ALTER ROLE "{user}" REPLICATION;',
        )
    if level == "minimal" or not senders:
        setting = "wal_level = 'replica'" if level == "minimal" else "max_wal_senders = 10"
        raise Refused(
            what,
            why=f"Its server has {'wal_level minimal' if level == 'minimal' else 'max_wal_senders 0'}: it lets nobody read its log.",
            try_=f"An administrator of the server runs: ALTER SYSTEM SET {setting}; and restarts it.",
        )
    if spaces:
        raise Refused(
            what,
            why=f"Part of the server lies in tablespaces outside of its data folder: {spaces}. A set has none.",
            try_="Move what is in them: ALTER TABLE … SET TABLESPACE pg_default; then DROP TABLESPACE.",
        )
    if is_standby:
        raise Refused(what, why="It is a standby.", try_="Name the server that is written to in `store.url`.")


def refuse_unless_followed(address: Address) -> None:
    """Refused as `refuse_unless_copied`, and with the line that its server misses to let somebody in who reads its log; Unavailable."""
    import psycopg

    refuse_unless_copied(address)
    try:
        psycopg.connect(**libpq.parameters(address), replication="true").close()
    except psycopg.Error as error:
        refuse_unless_let_in(f"{error}".strip(), address)
        raise Unavailable("The database does not answer.", why=f"{error}".strip()) from error


def run_client(words: Sequence[str], address: Address) -> None:
    """Run a program of PostgreSQL that copies. Raises Refused where the server does not let it in, Unavailable."""
    ended = client(words, address)
    if not ended.returncode:
        return
    why = ended.stderr.strip().removeprefix(f"{Path(words[0]).name}: error: ")[-1000:]
    refuse_unless_let_in(why, address)
    raise Unavailable("The database could not be copied.", why=why, try_="Do what it says, and take the backup again.")


def refuse_unless_let_in(said: str, address: Address) -> None:
    """Refused where this is what a program says that the server does not let in, with the line that it misses."""
    if "no pg_hba.conf entry for replication" in said:
        raise Refused(
            "The database cannot be copied.",
            why=said,
            try_=f'Let the role in, with a line in pg_hba.conf such as “host replication "{address.user}" ADDRESS scram-sha-256”, then: SELECT '
            "pg_reload_conf();",
        )


def environment(address: Address) -> dict[str, str]:
    """A password is not for the list of processes."""
    secret = {"PGPASSWORD": address.password.reveal()} if address.password else {}
    return {**os.environ, **secret, "LC_ALL": "C"}


def where(address: Address) -> str:
    """What a program of PostgreSQL is told of it on its line."""
    from psycopg.conninfo import make_conninfo

    told = libpq.parameters(address)
    return make_conninfo(**{name: value for name, value in told.items() if name not in ("password", "client_encoding")})


def client(words: Sequence[str], address: Address) -> subprocess.CompletedProcess[str]:
    # pg_amcheck takes patterns of databases, and no words of a connection.
    if Path(words[0]).name == "pg_amcheck":
        where_it_is = [f"--host={dict(address.options)['host']}", f"--port={address.port_or_usual}"]
        words = [*words, *where_it_is, f"--username={address.user}"]
    else:
        words = [*words, f"--dbname={where(address)}"]
    return subprocess.run(  # noqa: S603 (a program of the system, with our words)
        [*words, "--no-password"],
        env=environment(address),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        # A copy that nobody waits for any more takes the disk.
        preexec_fn=dying_with_us(signal.SIGKILL),
    )
