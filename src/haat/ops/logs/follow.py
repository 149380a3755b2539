"""What is written from now on, while files are turned over and parts come and go."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import BinaryIO

from haat.ops.logs import line as lines
from haat.ops.logs.files import OpenFile, Part, ages_of, opened, path_of
from haat.ops.logs.line import Line
from haat.ops.logs.wanted import Wanted

_PIECE = 1 << 20  # bytes


class Follower:
    """Goes on behind what was in the parts when they were opened. `names` are the parts to follow, none of them for all."""

    def __init__(self, folder: Path, names: Sequence[str], parts: Sequence[Part], wanted: Wanted) -> None:
        self._folder = folder
        self._names = names
        self._wanted = wanted
        self._followed = {part.name: _Followed(part.files[0]) for part in parts if part.files}

    def news(self) -> list[Line]:
        """The lines that were written since the last call, those of all parts in the order of time."""
        found = [line for name in self._names or ages_of(self._folder) for line in self._news_of(name)]
        return sorted(filter(self._wanted.holds, found), key=lambda line: line.at or 0)

    def _news_of(self, name: str) -> Iterator[Line]:
        followed = self._followed.get(name)
        if followed:
            yield from followed.read(name)
        for file in self._begun_since(name, followed):
            self._followed[name] = begun = _Followed(file._replace(size=0))
            yield from begun.read(name)

    def _begun_since(self, name: str, followed: _Followed | None) -> list[OpenFile]:
        """The files that came after the one that is followed, the oldest first."""
        begun: list[OpenFile] = []
        for age in count():
            path = path_of(self._folder, name, age)
            if followed and _number(path) == followed.number:
                break
            file = opened(path)
            if file is None:
                break
            begun.append(file)
        return begun[::-1]


class _Followed:
    """A file that is read as it grows."""

    def __init__(self, file: OpenFile) -> None:
        self.number = file.number
        self._handle: BinaryIO = file.handle
        self._read = file.size
        self._unfinished = b""

    def read(self, part: str) -> Iterator[Line]:
        """The lines that have come to an end since the last call."""
        if os.fstat(self._handle.fileno()).st_size < self._read:  # Somebody has emptied it.
            self._read = 0
        self._handle.seek(self._read)
        while piece := self._handle.read(_PIECE):
            self._read += len(piece)
            *whole, self._unfinished = (self._unfinished + piece).split(b"\n")
            yield from (lines.read(part, raw) for raw in whole if raw)


def _number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
