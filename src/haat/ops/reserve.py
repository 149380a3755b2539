"""A file that takes room on the disk so that there is some when there is none left.

What a procedure is about to do is written to `ops.db` before it is done. On a disk that is full that could not be, so nothing could be done
about it: then the reserve is let go, and its room is enough for the journal of a run. Whoever only looks does not touch it.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from haat.ops import running

SIZE = 1_000_000  # bytes

_ENOUGH = 20 * SIZE  # that must be free before so much is kept back


def keep(data: Path) -> None:
    """Keep it back, once there is room enough. A folder that cannot be written stays as it is."""
    file = running.reserve_of(data)
    with suppress(OSError):
        if not _is_whole(file) and shutil.disk_usage(data).free > _ENOUGH:
            file.unlink(missing_ok=True)
            _make(file)


def let_go(data: Path) -> None:
    """Give its room, if it is still there, to whoever needs it now."""
    with suppress(OSError):
        running.reserve_of(data).unlink()


def _is_whole(file: Path) -> bool:
    return file.exists() and file.stat().st_size == SIZE


def _make(file: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(handle, 0, SIZE)
    except OSError:
        file.unlink()
        raise
    finally:
        os.close(handle)
