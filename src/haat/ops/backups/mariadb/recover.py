"""Make a database of a copy of MariaDB's files: mariadb-backup puts them together, and its binary logs bring it to an instant."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from haat.kernel import faults
from haat.ops.backups.engines.private import let_through
from haat.ops.backups.log import Stretch
from haat.ops.backups.mariadb.place import MAGIC, fates
from haat.ops.backups.mariadb.served import OWNER, served
from haat.ops.backups.mariadb.tools import (
    Failed,
    is_of_a_full_disk,
    login,
    no_room,
    refuse_if_killed,
    run,
    started,
    words,
)
from haat.ops.backups.vault import Damaged

_MOST_AT_ONCE = "1G"  # of a statement: the most that there can be


def recover(
    folder: Path, log: Iterable[Stretch], position: str, at: int, dropped: str = "", *, is_for_good: bool = False
) -> None:
    """The copy in this folder as it was made at this position, and what these binary logs say until the instant, or until the database `dropped` was
    dropped for the last time; a server can be started on it then. Raises Damaged, also where it was not dropped, or not `is_for_good` and came again, and
    Unavailable.
    """
    try:
        run("mariadb-backup", "--prepare", f"--target-dir={folder}", "--use-memory=256M")
    except Failed as error:
        if is_of_a_full_disk(error.said):
            raise no_room(error.why) from error
        raise Damaged("The copy of MariaDB's files could not be put together.", why=error.why) from error
    copied = int(position.partition(":")[2] or 0)
    with tempfile.TemporaryDirectory(prefix=".logs-", dir=folder.parent) as name:
        logs = list(_written(Path(name), log, copied, at))
        if dropped:
            logs = _before_dropped(logs, dropped, is_for_good=is_for_good)
        if logs:
            _replay(folder, logs, Path(name) / "said")
    let_through(OWNER, folder)


def _written(place: Path, log: Iterable[Stretch], copied: int, at: int) -> Iterator[tuple[Path, int]]:
    """The binary logs as files, the last one until the instant, each with the place from where on it is not in the copy."""
    for number, stretch in enumerate(log):
        if stretch.first != 1:
            raise Damaged(
                "The binary log of MariaDB is not whole.",
                why=f"Number {stretch.generation} lacks its beginning.",
                try_="Restore the set as it is, without --to.",
            )
        # What comes before the copy is in it already, whether or not it was shipped.
        first, last = (len(MAGIC) if number else copied), stretch.up_to(at)
        if last > first:
            file = place / f"log.{stretch.generation:06d}"
            file.write_bytes(stretch.cut(last))
            yield file, first
        faults.reach("replay.generation")
        if stretch.last > last:
            return


def _before_dropped(logs: Sequence[tuple[Path, int]], database: str, *, is_for_good: bool) -> list[tuple[Path, int]]:
    """Cut off where this database was dropped for the last time."""
    for number, (file, first) in reversed([*enumerate(logs)]):
        for place, is_dropped in reversed([*fates(file.read_bytes(), database)]):
            if place >= first and is_dropped:
                os.truncate(file, place)
                return [*logs[:number], *([(file, first)] if place > first else [])]
            if is_for_good:
                raise Damaged(f"The database {database} was there again after it was dropped.")
    raise Damaged(f"The binary log of MariaDB knows of no database {database} that was dropped.")


def _replay(folder: Path, logs: Sequence[tuple[Path, int]], told: Path) -> None:
    first, files = logs[0][1], [str(file) for file, _ in logs]
    with served(folder, "mysql") as address, login(address) as options, told.open("w+b") as said:
        reads = words("mariadb-binlog", "--no-defaults", f"--start-position={first}", *files)
        writes = words(
            "mariadb", f"--defaults-file={options}", "--binary-mode", f"--max-allowed-packet={_MOST_AT_ONCE}"
        )
        with started(reads, subprocess.PIPE, said) as reader, started(writes, said, said, reader.stdout) as writer:
            pass
        refuse_if_killed("mariadb-binlog", reader)
        refuse_if_killed("mariadb", writer)
        if reader.returncode or writer.returncode:
            said.seek(0)
            why = said.read().decode(errors="replace").strip()[-600:]
            if is_of_a_full_disk(why):
                raise no_room(why)
            raise Damaged(
                "The binary log of MariaDB could not be replayed.",
                why=why,
                try_="Restore an earlier instant, or the set as it is, without --to.",
            )
