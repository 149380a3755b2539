"""The machine: what it has, and how much of it is taken."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

_LISTENING, _ESTABLISHED = "0A", "01"


class Use(NamedTuple):
    """`cpu` and `memory` are the share that is taken, from 0 to 1; `load` counts what wants to run, on average over a minute."""

    cores: int
    cpu: float
    load: float
    memory: float
    memory_bytes: int


class Doors(NamedTuple):
    """Connections to a port of this machine that are open now, and whether anybody listens there."""

    port: int
    is_open: bool
    connections: int


def use(span: float) -> Use:
    """Measured over so many seconds."""
    busy_before, all_before = _ticks()
    time.sleep(span)
    busy, all_ = _ticks()
    memory = _memory()
    total = memory["MemTotal"]
    return Use(
        os.cpu_count() or 1,
        round((busy - busy_before) / max(1, all_ - all_before), 3),
        round(os.getloadavg()[0], 2),
        round(1 - memory["MemAvailable"] / total, 3),
        total,
    )


def up_seconds() -> float:
    """Since the machine was started."""
    return float(Path("/proc/uptime").read_text().split()[0])


def doors(ports: Collection[int]) -> list[Doors]:
    """Of each port."""
    listening: set[int] = set()
    established: Counter[int] = Counter()
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        for local, state in _sockets(Path(file)):
            if state == _LISTENING:
                listening.add(local)
            elif state == _ESTABLISHED:
                established[local] += 1
    return [Doors(port, port in listening, established[port]) for port in ports]


def _ticks() -> tuple[int, int]:
    """What all cores did, and what they could have done."""
    fields = [int(field) for field in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)


def _memory() -> dict[str, int]:
    rows = (row.split() for row in Path("/proc/meminfo").read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows}


def _sockets(file: Path) -> list[tuple[int, str]]:
    """Local port and state of every connection."""
    try:
        rows = file.read_text().splitlines()[1:]
    except FileNotFoundError:  # A machine without IPv6.
        return []
    return [(int(row.split()[1].rpartition(":")[2], 16), row.split()[3]) for row in rows]
