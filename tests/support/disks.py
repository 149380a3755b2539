"""A small disk for a test, and a program that heeds what may be read and written: the superuser may everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from haat.ops.drills import small_disk

BOUND = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--")
"""Before a program: modes of files count for it, whoever runs it."""


@contextmanager
def own_disk(folder: Path, size: int) -> Iterator[Path]:
    """A folder that is a disk of so many bytes."""
    if why := small_disk.why_not():
        pytest.skip(why)
    folder.mkdir()
    small_disk.mount(folder, size)
    try:
        yield folder
    finally:
        small_disk.unmount(folder)


def fill(disk: Path, but: int = 0) -> Path:
    """Nothing fits on it any more, but so many bytes. Returns the file that is in the way."""
    filler, spare = disk / "in-the-way", disk / "spare"
    spare.write_bytes(bytes(but))
    small_disk.fill(filler)
    spare.unlink()
    return filler
