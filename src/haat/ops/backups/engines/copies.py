"""A copy of a server that passes through a folder: its programs write it there, and a set is made of its files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.ops.backups.engine import Found
from haat.ops.backups.workplace import forget_dead, workplace

_PREFIX = "copy-"


@contextmanager
def place_for_copy(scratch: Path) -> Iterator[Path]:
    """An empty folder below this one, as long as the copy is needed; those of copies that were killed go. Raises Unavailable."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        forget_dead(scratch, f"{_PREFIX}*")
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=scratch))
    except OSError as error:
        raise Unavailable(
            f"There is no place for a copy in {scratch}.",
            why=f"{error.strerror}.",
            try_="Name another with `backup.scratch`; it needs as much room as the database has.",
        ) from error
    try:
        with workplace(place):
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def files_of(folder: Path, name: str) -> Iterator[Found]:
    """Every file of a copy, which a set knows below this name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            known = path.stat()
            where = f"{name}/{path.relative_to(folder).as_posix()}"
            yield Found("database", where, path, None, known.st_size, known.st_mode & 0o777, known.st_mtime_ns)
