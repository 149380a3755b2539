"""The processes of a stack: what each is, since when, and what it takes of the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.health import host

SAMPLE = 0.05  # seconds over which use is measured
_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
_STATES = {"R": "at work", "S": "waits", "D": "waits for the disk", "T": "stopped", "t": "stopped", "Z": "has ended"}


class Process(NamedTuple):
    """One process: `cpu` is how much of one core it takes now, `memory` what it has in memory, in bytes, shared with others or not.

    `files` are open, of `most_files` that it may open; None where we may not see that of another user's process.
    """

    name: str
    pid: int
    state: str
    up_seconds: float
    cpu: float
    memory: int
    files: int | None
    most_files: int | None


class _Stat(NamedTuple):
    pid: int
    parent: int
    name: str
    state: str
    ticks: int
    began: int
    pages: int


def family(pid: int) -> list[Process]:
    """The process and all that descend from it, the oldest first; nothing where there is none. Takes SAMPLE seconds."""
    before = {one.pid: _worked(one) for one in _family(pid)}
    began = time.monotonic()
    time.sleep(SAMPLE)
    span = time.monotonic() - began
    now = host.up_seconds()
    return [
        _process(one, now, max(0.0, _worked(one) - before[one.pid]) / span)
        for one in sorted(_those(before), key=lambda one: (one.began, one.pid))
    ]


def children(pid: int) -> dict[int, str]:
    """The names of the processes that this one began and that live, by their numbers."""
    return {one.pid: one.name for one in _those(_pids()) if one.parent == pid and one.state != "Z"}


def services(data: Path) -> dict[int, str]:
    """Of which service each process of the stack is (“web” of “haat-web-2”), by their numbers. Raises Unavailable."""
    told = running.told(data)
    found = children(told.pid) if told else {}
    if not found:
        raise Unavailable("The stack does not run.", why="It has no supervisor.", try_="`haat up` starts it.")
    return {pid: name.removeprefix("haat-").split("-")[0] for pid, name in found.items()}


def _process(one: _Stat, now: float, cpu: float) -> Process:
    up_seconds = round(max(0.0, now - one.began / _TICKS), 1)
    state = _STATES.get(one.state, one.state)
    return Process(one.name, one.pid, state, up_seconds, round(cpu, 2), one.pages * _PAGE, *_files(one.pid))


def _worked(one: _Stat) -> float:
    """Seconds of a processor that it has had: of all its threads and to the nanosecond where the system counts them, else to its tick."""
    try:
        tasks = list(Path(f"/proc/{one.pid}/task").glob("*/schedstat"))
        return sum(int(file.read_text().split()[0]) for file in tasks) / 1e9 if tasks else one.ticks / _TICKS
    except (OSError, IndexError):  # One has ended meanwhile.
        return one.ticks / _TICKS


def _files(pid: int) -> tuple[int | None, int | None]:
    """How many are open, and how many may be."""
    try:
        is_open = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 (a list of names, and nothing of each)
        [limit] = [
            row for row in Path(f"/proc/{pid}/limits").read_text().splitlines() if row.startswith("Max open files")
        ]
    except OSError:
        return None, None
    most = limit.split()[3]
    return is_open, int(most) if most.isdigit() else None


def born(pid: int) -> int | None:
    """When a process began, in ticks since the machine was started, which no clock that is set changes: with its number it is known by that. None where
    there is none any more.
    """
    found = next(_those([pid]), None)
    return None if found is None else found.began


def age(pid: int) -> float | None:
    """For how many seconds a process has been there, to a few hundredths; None where there is none any more."""
    began = born(pid)
    return None if began is None else host.up_seconds() - began / _TICKS


def _family(pid: int) -> Iterator[_Stat]:
    known = {one.pid: one for one in _those(_pids())}
    for one in known.values():
        ancestor: _Stat | None = one
        while ancestor and ancestor.pid != pid:
            ancestor = known.get(ancestor.parent)
        if ancestor:
            yield one


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208 (a list of names, and nothing of each)


def _those(pids: Iterable[int]) -> Iterator[_Stat]:
    """The processes of these numbers that live."""
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        except OSError:  # It has ended meanwhile.
            continue
        before, _, after = text.rpartition(")")
        fields = after.split()
        state, parent, pages = fields[0], int(fields[1]), int(fields[21])
        name = before.partition(" (")[2]
        yield _Stat(pid, parent, name, state, int(fields[11]) + int(fields[12]), int(fields[19]), pages)
