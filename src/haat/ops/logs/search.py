"""Find lines in logs of any size: a block at a time is searched as bytes, the youngest first, and only what may be wanted is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.logs import line as lines
from haat.ops.logs.files import OpenFile, Part
from haat.ops.logs.line import Line
from haat.ops.logs.wanted import Wanted

_BLOCK = 1 << 20  # bytes
_LONGEST_LINE = 1 << 24  # bytes; what is longer is read in pieces
_LATE = 5 * clock.MINUTE  # a request is written down when it has ended, under the time at which it began


class Found(NamedTuple):
    """The last lines that were wanted, oldest first, and whether there may be more before them."""

    lines: Sequence[Line]
    has_more: bool


def newest(parts: Sequence[Part], wanted: Wanted, most: int) -> Found:
    """The last lines, of all parts together, in the order of time."""
    found = [line for part in parts for line in islice(matching(part, wanted), most + 1)]
    found.sort(key=lambda line: line.at or 0)
    return Found(found[-most:], len(found) > most)


def matching(part: Part, wanted: Wanted) -> Iterator[Line]:
    """The lines of a part, the last first. One that does not say when it was written has the time of the one before it."""
    for block in blocks_in_time(part.files, wanted):
        for start, end in reversed(_places(block, wanted)):
            line = lines.read(part.name, block[start:end])
            if line.at is None:
                line = line._replace(at=_instant_before(block, start))
            if wanted.holds(line):
                yield line


def blocks_in_time(files: Sequence[OpenFile], wanted: Wanted) -> Iterator[bytes]:
    """Blocks of whole lines, the last first, without those that are all too young, and until one that is all too old."""
    for file in files:
        for block in blocks(file):
            if wanted.until is not None and (_first_instant(block) or 0) > wanted.until + _LATE:
                continue
            if wanted.since is not None and (_last_instant(block) or wanted.since) < wanted.since - _LATE:
                return
            yield block


def blocks(file: OpenFile) -> Iterator[bytes]:
    """The file in blocks of whole lines, the last first."""
    end, rest = file.size, b""
    while end > 0:
        start = max(0, end - _BLOCK)
        file.handle.seek(start)
        block = file.handle.read(end - start) + rest
        end, rest = start, b""
        if start > 0 and len(block) < _LONGEST_LINE:
            cut = block.find(b"\n") + 1 or len(block)
            block, rest = block[cut:], block[:cut]
        if block:
            yield block


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


def _first_instant(block: bytes) -> int | None:
    """When the first line was written that says so, of the first few."""
    for start in islice(_starts(block), 50):
        at = lines.read("", block[start : _end(block, start)]).at
        if at is not None:
            return at
    return None


def _last_instant(block: bytes) -> int | None:
    return _instant_before(block, len(block))


def _instant_before(block: bytes, end: int) -> int | None:
    """When the last line before this place was written that says so, of the last few."""
    for _ in range(50):
        end = block.rfind(b"\n", 0, end)
        if end < 0:
            return None
        at = lines.read("", block[block.rfind(b"\n", 0, end) + 1 : end]).at
        if at is not None:
            return at
    return None
