"""A look at a database of SQLite: there is no server to ask, but the file, and the locks that the system holds for its processes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from haat.ops.databases import seen
from haat.ops.databases.compact import is_worth_compacting
from haat.ops.databases.seen import Advice, Eyes, Figure, Look, TableSize

_LARGE_LOG = 64_000_000  # bytes
_PROCESSES = Path("/proc")
# Which bytes of the file beside the database are locked by whoever writes, and by whoever reads a picture of it (fileformat2.html of SQLite).
_WRITER, _FIRST_READER, _LAST_READER = 120, 123, 127

_LOOKS, _BETWEEN_LOOKS = 20, 0.02  # seconds; who writes for the shop is done in a hundredth of one

_TABLES = """
SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema m ON m.name = d.name
WHERE d.aggregate = TRUE GROUP BY m.tbl_name ORDER BY 2 DESC, 1 LIMIT 12
"""
_KNOWN_ROWS = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl"


def look_at(eyes: Eyes, found: Look) -> None:
    [(pages, free, page_size)] = eyes.ask(
        "SELECT c.page_count, f.freelist_count, s.page_size"
        " FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s"
    )
    found.version = f"SQLite {sqlite3.sqlite_version}"
    path = eyes.address.path
    log = _size_of(path.with_name(f"{path.name}-wal"))
    found.figures += [
        Figure("size", pages * page_size, seen.size(pages * page_size)),
        Figure("free", free * page_size, f"{seen.size(free * page_size)} of it, which is used again"),
        Figure("log", log, f"{seen.size(log)} are written and not yet in the file"),
    ]
    _see_locks(path, found)
    if keeper := holder_of(path):
        found.advice.append(
            Advice(
                f"Process {keeper} ({_name_of(keeper)}) keeps the database to itself, and nobody else can write.",
                f"`haat runbook run end-session session={keeper}`",
            )
        )
    found.tables = eyes.see("tables", lambda: _tables(eyes), [])
    found.advice += [*_on_log(log, found), *_on_free(free * page_size, pages * page_size)]
    if not _has_statistics(eyes):
        found.advice.append(Advice("It knows nothing of its rows yet.", "`haat runbook run upkeep-database`"))


def writers(path: Path) -> list[int]:
    """The process that writes to the database in this file now, or none."""
    return sorted({pid for pid, first, last in _held(path) if first <= _WRITER <= last})


def holder_of(path: Path) -> int | None:
    """The process that keeps the database to itself, and lets nobody else write; None while writers come and go, as they should."""
    keeper = None
    for _ in range(_LOOKS):
        found = writers(path)
        if len(found) != 1 or found[0] != (keeper or found[0]):
            return None
        keeper = found[0]
        time.sleep(_BETWEEN_LOOKS)
    return keeper


def _see_locks(path: Path, found: Look) -> None:
    """Who is at work: it is seen from outside, and nobody has to wait for it."""
    readers = sorted({pid for pid, first, last in _held(path) if first <= _LAST_READER and last >= _FIRST_READER})
    for name, pids in (("writing", writers(path)), ("reading", readers)):
        said = ", ".join(f"process {pid} ({_name_of(pid)})" for pid in pids) or "nobody, at this moment"
        found.figures.append(Figure(name, ", ".join(map(str, pids)), said))


def _held(path: Path) -> Iterator[tuple[int, int, int]]:
    """The locks on what stands beside the database in this file: process, first and last byte.

    They are read of each process that has it open, for the system's list of all locks is read in pieces, between which some are passed over.
    """
    file = path.with_name(f"{path.name}-shm")
    for process in _PROCESSES.glob("[0-9]*"):
        for handle in _opened(process, file):
            for first, last in _locks_of(process / "fdinfo" / handle):
                yield int(process.name), first, last


def _opened(process: Path, file: Path) -> Iterator[str]:
    """The handles by which it has this very file open; the same name may be that of another, or of one that was removed."""
    with suppress(OSError):  # The process may have ended meanwhile, or be another user's.
        for handle in (process / "fd").iterdir():
            with suppress(OSError):
                if handle.readlink().name.startswith(file.name) and handle.samefile(file):
                    yield handle.name


def _locks_of(handle: Path) -> Iterator[tuple[int, int]]:
    with suppress(OSError):
        for fields in map(str.split, handle.read_text().splitlines()):
            if fields[0] == "lock:" and fields[2] == "POSIX":
                yield int(fields[7]), 2**63 if fields[8] == "EOF" else int(fields[8])


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "which has ended"


def _tables(eyes: Eyes) -> list[TableSize]:
    """The rows are those that the last upkeep counted; a table that it has not seen has none that are known."""
    known = dict(eyes.ask(_KNOWN_ROWS)) if _has_statistics(eyes) else {}
    return [TableSize(name, size, known.get(name), None, None) for name, size in eyes.ask(_TABLES)]


def _has_statistics(eyes: Eyes) -> bool:
    return bool(eyes.ask("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'"))


def _on_log(log: int, found: Look) -> list[Advice]:
    if log < _LARGE_LOG:
        return []
    reading = next(figure.said for figure in found.figures if figure.name == "reading")
    return [
        Advice(
            f"{seen.size(log)} cannot go into the file as long as somebody reads what was there before: {reading}.",
            "See what that process does (`haat logs read --since 15m`); it ends with `haat up` when that is ended in order.",
        )
    ]


def _on_free(free: int, whole: int) -> list[Advice]:
    if not is_worth_compacting(free, whole):
        return []
    said = f"{seen.size(free)} of {seen.size(whole)} are free; the disk has them back only when the file is written anew, for which writers wait."
    return [Advice(said, "`haat runbook run compact-database`")]


def _size_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
