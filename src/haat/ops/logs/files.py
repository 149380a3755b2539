"""The log files of a stack: for each part the one that is written now, and those that were turned over."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from haat.config.words import listed, nearest
from haat.kernel.errors import Invalid, NotFound

LOG = re.compile(r"(?P<part>[a-z-]+)\.log(?:\.(?P<age>[0-9]{1,4}))?")


class OpenFile(NamedTuple):
    """A file as it was when it was opened: what is written later stands behind `size`."""

    handle: BinaryIO
    size: int
    number: int  # of its inode: it stays the same file when it is turned over


class Part(NamedTuple):
    """What one part of the stack wrote; the youngest file first."""

    name: str
    files: Sequence[OpenFile]


def open_parts(folder: Path, wanted: Sequence[str]) -> list[Part]:
    """The parts of these names, or all. Raises NotFound where nothing is logged, and Invalid for a part that there is not."""
    ages = ages_of(folder)
    if not ages:
        raise NotFound(
            f"There are no logs in {folder}.",
            why="Nothing was started here yet." if folder.exists() else "There is no such folder.",
            try_="Say with --data where the stack is; `haat up` starts one.",
        )
    for name in wanted:
        if name not in ages:
            raise _no_part(name, ages)
    return [
        Part(name, list(_opened(folder, name, oldest))) for name, oldest in ages.items() if name in (wanted or ages)
    ]


@contextmanager
def parts_of(folder: Path, wanted: Sequence[str]) -> Iterator[list[Part]]:
    """The same, open as long as this lasts."""
    parts = open_parts(folder, wanted)
    try:
        yield parts
    finally:
        close(parts)


def close(parts: Sequence[Part]) -> None:
    for part in parts:
        for file in part.files:
            file.handle.close()


def ages_of(folder: Path) -> dict[str, int]:
    """The names of all parts, with the number of their oldest file."""
    ages: dict[str, int] = {}
    for path in sorted(folder.glob("*.log*")):
        if named := LOG.fullmatch(path.name):
            ages[named["part"]] = max(ages.get(named["part"], 0), int(named["age"] or 0))
    return ages


def path_of(folder: Path, name: str, age: int) -> Path:
    return folder / (f"{name}.log.{age}" if age else f"{name}.log")


def opened(path: Path) -> OpenFile | None:
    """The file, or None where there is none (any more)."""
    try:
        handle = path.open("rb", buffering=0)
    except FileNotFoundError:
        return None
    found = os.fstat(handle.fileno())
    return OpenFile(handle, found.st_size, found.st_ino)


def _opened(folder: Path, name: str, oldest: int) -> Iterator[OpenFile]:
    """Each file once, though it may be turned over meanwhile: it is then met again under the next name."""
    seen = set()
    for age in range(oldest + 2):
        file = opened(path_of(folder, name, age))
        if file is not None and file.number not in seen:
            seen.add(file.number)
            yield file
        elif file is not None:
            file.handle.close()


def _no_part(name: str, known: dict[str, int]) -> Invalid:
    meant = nearest(name, known)
    return Invalid(
        f"No part of the stack called “{name}” has written a log.",
        why=f"There are {listed(known)}.",
        try_=f"Did you mean “{meant}”?" if meant else "Name one of them, or none to read all.",
    )
