"""The machine: what it has, and how much of it is taken."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
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


class _Socket(NamedTuple):
    """The ports of its two ends, and its state as the system writes it."""

    local: int
    remote: int
    state: str


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


def in_words() -> str:
    """What kind of machine it is, without its name: “2 cores of AMD EPYC 7B13, 24 GB”."""
    cores = os.cpu_count() or 1
    rows = (row.partition(":") for row in Path("/proc/cpuinfo").read_text().splitlines())
    model = next((value.strip() for key, _, value in rows if key.strip() == "model name"), "an unknown kind")
    return f"{cores} {'core' if cores == 1 else 'cores'} of {model}, {_memory()['MemTotal'] / 1e9:.0f} GB"


def up_seconds() -> float:
    """Since the machine was started."""
    return float(Path("/proc/uptime").read_text().split()[0])


def doors(ports: Collection[int]) -> list[Doors]:
    """Of each port."""
    found = list(_sockets())
    listening = {one.local for one in found if one.state == _LISTENING}
    established = Counter(one.local for one in found if one.state == _ESTABLISHED)
    return [Doors(port, port in listening, established[port]) for port in ports]


def calls(port: int) -> int:
    """Connections that this machine has open to such a port, of its own or of another machine."""
    return sum(one.remote == port and one.state == _ESTABLISHED for one in _sockets())


def _ticks() -> tuple[int, int]:
    """What all cores did, and what they could have done."""
    fields = [int(field) for field in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)


def _memory() -> dict[str, int]:
    rows = (row.split() for row in Path("/proc/meminfo").read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows}


def _sockets() -> Iterator[_Socket]:
    """Every connection, and every door."""
    for file in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(FileNotFoundError):  # A machine without IPv6.
            for row in file.read_text().splitlines()[1:]:
                _, local, remote, state, *_ = row.split()
                yield _Socket(_port(local), _port(remote), state)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
