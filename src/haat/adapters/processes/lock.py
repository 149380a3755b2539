"""One supervisor to a stack: whoever has the lock, and its processes as long as one of them lives."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from haat.kernel.errors import Conflict

_PATIENCE = 5.0  # seconds for the processes of a supervisor that was killed to end by themselves


def take(path: Path) -> int:
    """Take the lock, for as long as this process and its forks live; returns what holds it. Raises Conflict."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    until = time.monotonic() + _PATIENCE
    while not _is_locked(handle):
        owner = _owner(handle)
        if _is_alive(owner) or time.monotonic() > until:
            os.close(handle)
            raise _taken(path, owner)
        time.sleep(0.05)
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def owner_of(path: Path) -> int | None:
    """The process that has the lock, or None when nobody has."""
    try:
        handle = os.open(path, os.O_RDONLY)  # to look takes no disk that can be written
    except FileNotFoundError:
        return None
    try:
        return None if _is_locked(handle) else _owner(handle)
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(handle: int) -> int:
    text = os.pread(handle, 20, 0).strip()
    return int(text) if text.isdigit() else 0


def _is_alive(pid: int) -> bool:
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _has_ended(pid)


def _has_ended(pid: int) -> bool:
    """It has, and its parent has not taken notice: then it still has a number, which Linux shows as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _taken(path: Path, owner: int) -> Conflict:
    if _is_alive(owner):
        return Conflict(
            "This stack is running already.",
            why=f"Process {owner} has the lock {path}.",
            try_=f"Use it as it is, or end it first with `kill {owner}`; for another stack name another folder with --data.",
        )
    return Conflict(
        "This stack is still ending.",
        why=f"Its supervisor is gone, and a process that it started still holds {path}.",
        try_="Try again in a moment.",
    )
