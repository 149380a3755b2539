"""One dangerous thing at a time: the lock of a stack's operations.

It is held by the system for as long as the process that took it lives, or a program of ours that does a part of it (see `hands.py`): so the lock of a
dead owner is free as soon as nothing of what it did goes on. Who has it, and for what, stands in the file. Whoever only reads has another one beside it,
and a program that gives way to a recovery has a third with it.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from haat.kernel.errors import Conflict, Unavailable
from haat.ops.backups.still import processes_with, users_of

_LONGEST_LOOK, _BETWEEN_TRIES = 0.1, 0.005  # seconds
_GIVES_WAY_WITHIN = 5.0  # seconds, after which it is not asked any more
_DIES_WITHIN = 5.0  # seconds
_LENT: ContextVar[tuple[int, ...]] = ContextVar("_LENT", default=())


@contextmanager
def held(path: Path, purpose: str) -> Iterator[None]:
    """Have the lock while this lasts; a program that whoever has it has begun has it with them. Raises Conflict, which says who has it and for what, and
    Unavailable where nothing can be written.
    """
    handle = _opened(path)
    try:
        if _is_lent(handle):
            yield
            return
        _take(handle, path)
        _sign(handle, purpose)
        _LENT.set((*lent(), handle))
        try:
            yield
        finally:
            _LENT.set(tuple(one for one in lent() if one != handle))
    finally:
        os.close(handle)


@contextmanager
def held_to_read(path: Path, purpose: str) -> Iterator[None]:
    """Be the only one who reads while this lasts. It begins when nothing is being done under the lock of this path, and whoever wants that one meanwhile
    has it. Raises Conflict, Unavailable.
    """
    with ExitStack() as reading:
        with held(path, purpose):
            reading.enter_context(held(reading_beside(path), purpose))
        yield


@contextmanager
def held_giving_way(path: Path, purpose: str) -> Iterator[None]:
    """As `held`, by a program of its own that leaves nothing half done wherever it is ended: `make_way` ends it. Raises Conflict, Unavailable."""
    with held(_giving_way_beside(path), purpose), held(path, purpose):
        yield


def gives_way(path: Path) -> bool:
    """Whether a program has this lock, or wants it, that gives way."""
    return is_held(_giving_way_beside(path))


def make_way(path: Path) -> None:
    """End the program that has this lock and gives way, if one has it, and wait until it has let go, and whoever had begun it."""
    giving = _giving_way_beside(path)
    if not is_held(giving):
        return
    for number, patience in ((signal.SIGTERM, _GIVES_WAY_WITHIN), (signal.SIGKILL, _DIES_WITHIN)):
        until, owner = time.monotonic() + patience, None
        while (is_held(giving) or (owner and is_held(path))) and time.monotonic() < until:
            if owner is None and (owner := _owner_of(giving)):
                with suppress(ProcessLookupError, PermissionError):  # Of another user's is told by who wants the lock.
                    os.kill(owner, number)
            time.sleep(_BETWEEN_TRIES)


def reading_beside(path: Path) -> Path:
    """The lock of those who only read."""
    return path.with_name(f"reading.{path.name}")


def lent() -> tuple[int, ...]:
    """The handles by which a program that is begun here has with us what we hold."""
    return _LENT.get()


def is_held(path: Path) -> bool:
    """Whether somebody who lives has it."""
    if not path.exists():
        return False
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # to look takes no disk that can be written
    try:
        return not _is_ours(
            handle, fcntl.LOCK_SH
        )  # Those who look are in nobody's way but that of who wants to have it.
    finally:
        os.close(handle)


def _giving_way_beside(path: Path) -> Path:
    """The lock of a program that may be ended."""
    return path.with_name(f"giving-way.{path.name}")


def _heirs(path: Path, owner: str) -> str:
    """Who has the lock of an owner that has ended."""
    pid = _pid_in(owner)
    if pid is None or Path(f"/proc/{pid}").exists():
        return ""
    return (
        f" That process has ended, and what it had begun goes on: {', '.join(users_of(path)) or 'nobody we may see'}."
    )


def _owner_of(path: Path) -> int | None:
    """The process that has the lock; None as long as it has not said so, for what stands there may be of an earlier one."""
    pid = _pid_in(path.read_text("utf-8", "replace"))
    return pid if pid in {pid for pid, _ in processes_with(path)} else None


def _pid_in(owner: str) -> int | None:
    said = re.match(r"process (\d+),", owner)
    return int(said[1]) if said else None


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise Unavailable(
            "Nothing can be done to this stack now.",
            why=f"What is to be done has to be written down first, and cannot be: {error}.",
            try_=f"See that {path.parent.parent} is on a disk that can be written and has room.",
        ) from error


def _sign(handle: int, purpose: str) -> None:
    """Say whose it is. On a full disk nobody can, and what is to be done may be what makes room."""
    said = f"{_named(os.getpid())}, for {purpose}".encode()
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, said, 0)


def _is_lent(handle: int) -> bool:
    """Whether the process that has begun this one has the lock."""
    owner = os.pread(handle, 500, 0).decode("utf-8", "replace")
    return owner.startswith(f"{_named(os.getppid())},") and not _is_ours(handle, fcntl.LOCK_SH)


def _named(pid: int) -> str:
    return f"process {pid}"


def _take(handle: int, path: Path) -> None:
    """Whoever only looks has it for a moment."""
    until = time.monotonic() + _LONGEST_LOOK
    while not _is_ours(handle, fcntl.LOCK_EX):
        if time.monotonic() > until:
            owner = os.pread(handle, 500, 0).decode("utf-8", "replace") or "a process that has not said who it is"
            raise Conflict(
                "Something else is being done to this stack.",
                why=f"The lock {path} belongs to {owner}.{_heirs(path, owner)}",
                try_="Wait until it is done: it is when that process ends. How far the run of a procedure is, `haat runbook history` shows.",
            )
        time.sleep(_BETWEEN_TRIES)


def _is_ours(handle: int, way: int) -> bool:
    """Take it, alone or with others who look, if that can be; says whether we have it now."""
    try:
        fcntl.flock(handle, way | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
