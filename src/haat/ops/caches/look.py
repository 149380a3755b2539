"""What the kept pages save, as the log of requests tells it: a web process keeps its pages for itself, and nobody else can look into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from haat.ops.logs.files import Part
from haat.ops.logs.search import blocks_in_time
from haat.ops.logs.wanted import Wanted


class Route(NamedTuple):
    """A page of the shop: how often it was answered, and how often from what is kept."""

    route: str
    answered: int
    from_cache: int


class Look(NamedTuple):
    """Between two instants. `routes` are those that are kept at all, the most wanted first; `ms` is what an answer took on average."""

    since: int
    until: int
    routes: Sequence[Route]
    ms: float
    ms_from_cache: float

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.routes)

    @property
    def from_cache(self) -> int:
        return sum(one.from_cache for one in self.routes)

    @property
    def hit_rate(self) -> float:
        return self.from_cache / self.answered if self.answered else 0.0


class _Request(msgspec.Struct, gc=False):
    at: datetime
    route: str
    status: int
    ms: float
    from_cache: bool


@dataclass
class _Tally:
    """Answers of a route that were made, and that were kept, with the milliseconds that they took."""

    made: int = 0
    cached: int = 0
    ms_made: float = 0.0
    ms_cached: float = 0.0

    def add(self, request: _Request) -> None:
        if request.from_cache:
            self.cached += 1
            self.ms_cached += request.ms
        else:
            self.made += 1
            self.ms_made += request.ms


def look(parts: Sequence[Part], since: int, until: int) -> Look:
    """What was answered between the two."""
    seen: dict[str, _Tally] = {}
    for part in parts:
        for block in blocks_in_time(part.files, Wanted(since=since, until=until)):
            for request in _requests(block.content):
                if request.status == 200 and since <= request.at.timestamp() * 1000 <= until:
                    seen.setdefault(request.route, _Tally()).add(request)
    kept = {route: tally for route, tally in seen.items() if tally.cached}
    routes = [Route(route, one.made + one.cached, one.cached) for route, one in kept.items()]
    return Look(
        since,
        until,
        sorted(routes, key=lambda one: (-one.answered, one.route)),
        _average(sum(one.ms_made for one in kept.values()), sum(one.made for one in kept.values())),
        _average(sum(one.ms_cached for one in kept.values()), sum(one.cached for one in kept.values())),
    )


def _requests(content: bytes) -> Iterator[_Request]:
    for raw in content.split(b"\n"):
        if b'"from_cache"' in raw:
            try:
                yield _decoder.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):  # It is damaged, and counts for nothing.
                continue


def _average(total: float, count: int) -> float:
    return round(total / count, 3) if count else 0.0


_decoder = msgspec.json.Decoder(_Request)
