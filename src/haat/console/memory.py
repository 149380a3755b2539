"""`ops.db` as the console opens it. SQLite has to write beside a file even to read it, which a disk may not let it.

Then the console works on a copy in memory: operators sign in, and see what was written down until then. Nothing is run, because the journal
of a run has to be on the disk before anything is done.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 (the folder in it has a name of its own, and is its owner's alone)


class Memory(NamedTuple):
    """The file to open; `copied_at` is when it was copied, None where it is the one on the disk."""

    file: Path
    copied_at: int | None = None

    def close(self) -> None:
        if self.copied_at is not None:
            shutil.rmtree(self.file.parent, ignore_errors=True)


def remembered(file: Path) -> Memory:
    """The file itself, or a copy of it where it cannot be written."""
    if not file.exists() or os.access(file, os.W_OK):
        return Memory(file)
    folder = Path(tempfile.mkdtemp(prefix="haat-console-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None))
    for name in (file.name, f"{file.name}-wal"):  # What stands in the second is not in the first yet.
        if (file.parent / name).exists():
            shutil.copy(file.parent / name, folder / name)
    return Memory(folder / file.name, clock.now())
