"""The processes of a stack: what each is, since when, and what it takes of the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from haat.ops.health import host

SAMPLE = 0.2  # seconds over which use is measured
_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
_STATES = {"R": "at work", "S": "waits", "D": "waits for the disk", "T": "stopped", "t": "stopped", "Z": "has ended"}


class Process(NamedTuple):
    """One process: `cpu` is how much of one core it takes now, `memory` what it has in memory, in bytes, shared with others or not."""

    name: str
    pid: int
    state: str
    up_seconds: float
    cpu: float
    memory: int


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
    before = {one.pid: one.ticks for one in _all()}
    began = time.monotonic()
    time.sleep(SAMPLE)
    span = time.monotonic() - began
    found = list(_family(pid))
    now = host.up_seconds()
    return [
        Process(
            one.name,
            one.pid,
            _STATES.get(one.state, one.state),
            round(max(0.0, now - one.began / _TICKS), 1),
            round((one.ticks - before.get(one.pid, one.ticks)) / _TICKS / span, 2),
            one.pages * _PAGE,
        )
        for one in sorted(found, key=lambda one: (one.began, one.pid))
    ]


def children(pid: int) -> dict[int, str]:
    """The names of the processes that this one began and that live, by their numbers."""
    return {one.pid: one.name for one in _all() if one.parent == pid and one.state != "Z"}


def began_at(pid: int) -> float | None:
    """When a process began, in seconds since 1970, to a few hundredths; None where there is none any more."""
    found = next((one for one in _all() if one.pid == pid), None)
    return None if found is None else time.time() - host.up_seconds() + found.began / _TICKS


def _family(pid: int) -> Iterator[_Stat]:
    known = {one.pid: one for one in _all()}
    for one in known.values():
        ancestor: _Stat | None = one
        while ancestor and ancestor.pid != pid:
            ancestor = known.get(ancestor.parent)
        if ancestor:
            yield one


def _all() -> Iterator[_Stat]:
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = file.read_text("utf-8", "replace")
        except OSError:  # It has ended meanwhile.
            continue
        before, _, after = text.rpartition(")")
        pid, _, name = before.partition(" (")
        fields = after.split()
        state, parent, pages = fields[0], int(fields[1]), int(fields[21])
        yield _Stat(int(pid), parent, name, state, int(fields[11]) + int(fields[12]), int(fields[19]), pages)
