"""Find lines in logs of any size: a block at a time is searched as bytes, the youngest first, and only what may be wanted is read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.logs import line as lines
from haat.ops.logs.files import OpenFile, Part
from haat.ops.logs.line import Line
from haat.ops.logs.wanted import Wanted

_BLOCK = 1 << 17  # bytes: what the processor keeps near
_PROBE = 1 << 14  # bytes in which a line is expected to end
_BEFORE = 1 << 16  # bytes in which a line is expected that says when it was written
_FEW = 50  # lines
_LONGEST_LINE = 1 << 24  # bytes; what is longer is read in pieces
_LATE = 5 * clock.MINUTE  # a request is written down when it has ended, under the time at which it began


class Block(NamedTuple):
    """Whole lines of a file, and where in it they begin."""

    file: OpenFile
    start: int
    content: bytes


class Found(NamedTuple):
    """The last lines that were wanted, oldest first, and whether there may be more before them."""

    lines: Sequence[Line]
    has_more: bool


def newest(parts: Sequence[Part], wanted: Wanted, most: int) -> Found:
    """The last lines, of all parts together, in the order of time."""
    found = [line for part in parts for line in reversed(list(islice(matching(part, wanted), most + 1)))]
    found.sort(key=lambda line: line.at or 0)  # What was written in the same millisecond stays as it was written.
    return Found(found[-most:], len(found) > most)


def matching(part: Part, wanted: Wanted) -> Iterator[Line]:
    """The lines of a part, the last first. One that does not say when it was written has the time of the one before it."""
    for block in blocks_in_time(part.files, wanted):
        for start, end in reversed(_places(block.content, wanted)):
            line = lines.read(part.name, block.content[start:end])
            if line.at is None:
                line = line._replace(at=_instant_at(block, start))
            if wanted.holds(line):
                yield line


def blocks_in_time(files: Sequence[OpenFile], wanted: Wanted) -> Iterator[Block]:
    """Blocks of whole lines, the last first, without those that are all too young, and until one that is all too old."""
    for file in files:
        for block in blocks(file):
            if wanted.until is not None and (_first_instant(block.content) or 0) > wanted.until + _LATE:
                continue
            if wanted.since is not None and (_last_instant(block.content) or wanted.since) < wanted.since - _LATE:
                return
            yield block


def blocks(file: OpenFile) -> Iterator[Block]:
    """The file in blocks, the last first."""
    end = file.size
    while end > 0:
        start = _start_of_block(file, end)
        yield Block(file, start, os.pread(file.handle.fileno(), end - start, start))
        end = start


def _start_of_block(file: OpenFile, end: int) -> int:
    """Where a line begins, about a block before the end."""
    for size in range(_BLOCK, _LONGEST_LINE, _BLOCK):
        start = end - size
        if start <= 0:
            return 0
        cut = os.pread(file.handle.fileno(), _PROBE, start).find(b"\n") + 1
        if 0 < cut < size:
            return start + cut
    return end - _LONGEST_LINE


def _places(block: bytes, wanted: Wanted) -> list[tuple[int, int]]:
    """Start and end of the lines that may be wanted."""
    places = wanted.places(block)
    if places is None:
        places = _starts(block)
    found: dict[int, int] = {}
    for place in places:
        start = block.rfind(b"\n", 0, place) + 1
        if start not in found:
            found[start] = _end(block, place)
    return [(start, end) for start, end in sorted(found.items()) if end > start]


def _end(block: bytes, place: int) -> int:
    """Where the line ends in which this place is."""
    end = block.find(b"\n", place)
    return len(block) if end < 0 else end


def _starts(block: bytes) -> Iterator[int]:
    place = 0
    while place < len(block):
        yield place
        place = _end(block, place) + 1


def _instant_at(block: Block, place: int) -> int | None:
    """When the line at this place was written, which does not say it itself: as the one before it, else as one after it."""
    content = block.content
    if (at := _last_instant(content[:place])) is None and block.start > 0:
        before = max(0, block.start - _BEFORE)
        at = _last_instant(os.pread(block.file.handle.fileno(), block.start - before, before))
    return _first_instant(content) if at is None else at


def _first_instant(content: bytes) -> int | None:
    """When the first line was written that says so, of the first few."""
    for start in islice(_starts(content), _FEW):
        at = lines.read("", content[start : _end(content, start)]).at
        if at is not None:
            return at
    return None


def _last_instant(content: bytes) -> int | None:
    """When the last line was written that says so, of the last few."""
    end = len(content)
    for _ in range(_FEW):
        start = content.rfind(b"\n", 0, end) + 1
        at = lines.read("", content[start:end]).at
        if at is not None or start == 0:
            return at
        end = start - 1
    return None
