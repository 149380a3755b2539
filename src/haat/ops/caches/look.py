"""What is kept and what that saves: as the log of requests tells it, as web processes say themselves, and as the server of the cache answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from haat.cache.watch import State, states
from haat.config.schema import Settings
from haat.kernel import clock
from haat.kernel.errors import HaatError
from haat.ops import running
from haat.ops.caches import act
from haat.ops.caches.glance import PATIENCE, Server, seen
from haat.ops.caches.requests import Request, requests, web_log
from haat.ops.databases.seen import Advice
from haat.ops.logs.files import Part

_PINGS = 10
_MOST_KEYS = 100_000  # that are counted
_SHORT = 5 * clock.SECOND


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


class Caches(NamedTuple):
    """Everything that is kept, at a glance. `saved` is of the last hour; `server` is None where the settings name none."""

    kept_for_ms: int
    saved: Look
    processes: Sequence[State]
    server: Server | None
    advice: Sequence[Advice]


@dataclass
class _Tally:
    """Answers of a route that were made, and that were kept, with the milliseconds that they took."""

    made: int = 0
    cached: int = 0
    ms_made: float = 0.0
    ms_cached: float = 0.0

    def add(self, request: Request) -> None:
        if request.from_cache:
            self.cached += 1
            self.ms_cached += request.ms
        else:
            self.made += 1
            self.ms_made += request.ms


def look_at(settings: Settings) -> Caches:
    """All of it. Nothing raises: what does not answer is told as that."""
    until = clock.now()
    server = look_at_server(settings)
    return Caches(
        settings.web.page_cache,
        _saved(settings, until),
        states(running.folder_of(settings.data)),
        server,
        list(_advice(settings, server)),
    )


def look_at_server(settings: Settings) -> Server | None:
    """None where the settings name none."""
    if settings.cache.url is None:
        return None
    try:
        server, names = act.server_of(settings, PATIENCE)
        took = [server.ping() for _ in range(_PINGS)]
        said = server.figures()
        keys = 0
        for portion in server.names(names.pages):
            keys += len(portion)
            if keys >= _MOST_KEYS:
                break
        return seen(settings.cache.url, took, said)._replace(keys=keys, has_more=keys >= _MOST_KEYS)
    except HaatError as error:  # Also of a stack that has no keys yet.
        return Server(str(settings.cache.url), why_away=error.why)


def look(parts: Sequence[Part], since: int, until: int) -> Look:
    """What was answered between the two to others than ourselves."""
    tallies: dict[str, _Tally] = {}
    for request in requests(parts, since, until):
        if request.status == 200 and not request.is_ours:
            tallies.setdefault(request.route, _Tally()).add(request)
    kept = {route: tally for route, tally in tallies.items() if tally.cached}
    routes = [Route(route, one.made + one.cached, one.cached) for route, one in kept.items()]
    return Look(
        since,
        until,
        sorted(routes, key=lambda one: (-one.answered, one.route)),
        _average(sum(one.ms_made for one in kept.values()), sum(one.made for one in kept.values())),
        _average(sum(one.ms_cached for one in kept.values()), sum(one.cached for one in kept.values())),
    )


def _saved(settings: Settings, until: int) -> Look:
    with web_log(settings.data) as parts:
        return look(parts, until - clock.HOUR, until)


def _advice(settings: Settings, server: Server | None) -> Iterator[Advice]:
    if server is None:
        return
    if server.why_away:
        yield Advice(
            f"The server does not answer: {server.why_away} Each web process keeps its own pages meanwhile.",
            "See to the server, and to `url` under [cache].",
        )
    elif server.is_full:
        yield Advice(
            "The server is full, and keeps nothing new.",
            "Set its `maxmemory-policy` to `allkeys-lru`, or raise `maxmemory`.",
        )
    elif not server.limit:
        yield Advice("The server has no limit, and may take all memory.", "Set its `maxmemory`.")
    if settings.web.page_cache < _SHORT:
        yield Advice(
            f"Pages are kept for {settings.web.page_cache / 1000:g} s: too short for a server to help.",
            "Write a longer time as `page_cache` under [web], or leave the server out.",
        )


def _average(total: float, count: int) -> float:
    return round(total / count, 3) if count else 0.0
