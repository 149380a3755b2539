"""`ops.db` as the console opens it. SQLite has to write beside a file even to read it, which a disk may not let it.

Then the console works on a copy in memory: operators sign in, and see what was written down until then. Nothing is run, because the journal
of a run has to be on the disk before anything is done.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder in it has a name of its own, and is its owner's alone)

_PREFIX = "haat-console-"


class Memory(NamedTuple):
    """The file to open; `copied_at` is when it was copied, None where it is the one on the disk. The folder of a copy is locked by `handle`."""

    file: Path
    copied_at: int | None = None
    handle: int | None = None

    def close(self) -> None:
        if self.handle is not None:
            shutil.rmtree(self.file.parent, ignore_errors=True)
            os.close(self.handle)


def remembered(file: Path) -> Memory:
    """The file itself, or a copy of it where it cannot be written."""
    if not file.exists() or os.access(file, os.W_OK):
        return Memory(file)
    place = _IN_MEMORY if _IN_MEMORY.is_dir() else Path(tempfile.gettempdir())
    _remove_left(place)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    handle = _locked(folder)
    for name in (file.name, f"{file.name}-wal"):  # What stands in the second is not in the first yet.
        if (file.parent / name).exists():
            shutil.copy(file.parent / name, folder / name)
    return Memory(folder / file.name, clock.now(), handle)


def _remove_left(place: Path) -> None:
    """Copies of consoles that were killed: they hold what operators sign in with, and the system has given up their locks."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # It is a living console's, or another user's.
            handle = _locked(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)


def _locked(folder: Path) -> int:
    """Until it is closed, or who opened it ends. Raises OSError where it is somebody else's."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
