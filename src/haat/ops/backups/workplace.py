"""A folder for work that is thrown away, or gets another name when it is done: whose it is while it lasts, and nobody's when they are dead."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.kernel.errors import Conflict


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """The folder, empty and ours alone. What somebody left there who is dead goes. Raises Conflict while somebody lives who has it, and OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not _is_ours(handle):
            raise Conflict(
                f"Somebody else is at work in {folder}.",
                why="Its lock is held by a process that lives.",
                try_="Wait until it is done, or name another folder.",
            )
        _empty(folder)
        yield folder
    finally:
        os.close(handle)


def forget_dead(parent: Path, pattern: str) -> None:
    """Remove folders below this one whose names are of this pattern, and that nobody has any more. Those that are not ours to enter stay."""
    for folder in parent.glob(pattern):
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # Somebody else was faster, or it is another user's.
            continue
        try:
            if _is_ours(handle):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


def _is_ours(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
