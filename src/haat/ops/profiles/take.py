"""Ask the processes of a service to look at themselves, and collect what they saw."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from haat.kernel.errors import Conflict, NotFound, Unavailable
from haat.ops import running
from haat.ops.health.processes import services
from haat.ops.profiles.sampler import SIGNAL, Profile, Wish, is_listening, profile_of, wish_of

_GRACE = 10.0  # seconds that a busy process may take longer


def folder_of(data: Path) -> Path:
    """Where wishes and what came of them are."""
    return running.folder_of(data) / "profiles"


def take(data: Path, service: str, seconds: float) -> list[Profile]:
    """One of each process of the service. Raises NotFound, Unavailable, and Conflict while another is taken."""
    pids = _pids(data, service)
    folder = folder_of(data)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        for pid in pids:
            profile_of(folder, pid).unlink(missing_ok=True)
            wish_of(folder, pid).write_bytes(msgspec.json.encode(Wish(seconds)))
            _wake(pid)
        return [_collected(folder, pid, seconds) for pid in pids]


def _pids(data: Path, service: str) -> list[int]:
    found = services(data)
    pids = sorted(pid for pid, name in found.items() if name == service)
    if not pids:
        raise NotFound(f"No process of “{service}” runs.", why=f"There are {', '.join(sorted({*found.values()}))}.")
    deaf = [pid for pid in pids if not is_listening(pid)]
    if deaf:
        raise Unavailable(
            f"Process {deaf[0]} cannot look at itself.",
            why="It is still starting, or is of an older Haat.",
            try_="Try again in a moment; `haat ps` says which version runs.",
        )
    return pids


def _wake(pid: int) -> None:
    """Raises Unavailable where it has ended since it was looked for."""
    try:
        os.kill(pid, SIGNAL)
    except ProcessLookupError as error:
        raise Unavailable(
            f"Process {pid} has ended just now.",
            why="It was ended, or died, before it could be asked to look at itself.",
            try_="Try again: the one that takes its place can be asked in a moment.",
        ) from error


def _collected(folder: Path, pid: int, seconds: float) -> Profile:
    """Raises Unavailable where it does not come."""
    file, until = profile_of(folder, pid), time.monotonic() + seconds + _GRACE
    while not file.exists():
        if time.monotonic() > until:
            raise Unavailable(
                f"Process {pid} has not answered.",
                why="It was killed, or does not come to look at itself: something keeps all its threads waiting.",
                try_="`haat ps` shows whether it is there, its log what it said last.",
            )
        time.sleep(0.05)
    profile = msgspec.json.decode(file.read_bytes(), type=Profile)
    file.unlink()
    wish_of(folder, pid).unlink(missing_ok=True)
    return profile


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Conflict("A profile is being taken already.", try_="Wait until it is done.") from error
    finally:
        os.close(handle)
