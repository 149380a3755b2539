"""What must outlive a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(file: Path) -> None:
    """What is in it is on disk when this returns. Raises OSError."""
    _sync(file)


def sync_folder(folder: Path) -> None:
    """New names in it are on disk when this returns: a file that was synced may still have none. Raises OSError."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
