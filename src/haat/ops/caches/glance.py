"""How the server of the cache is, at a glance: for whoever asks every part of a stack, and has little time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from haat.cache import question
from haat.config.cache_address import CacheAddress
from haat.config.schema import Settings
from haat.kernel.errors import Unavailable

PATIENCE = 0.5  # seconds for a glance at the server, or for each answer to a closer look


class Server(NamedTuple):
    """What the server of the cache says of itself. `pings` are in milliseconds, `keys` those of this stack (at least so many, where `has_more`),
    `limit` is 0 where it has none. Where it does not answer, `why_away` says why, and the rest says nothing.
    """

    address: str
    version: str = ""
    pings: Sequence[float] = ()
    memory: int = 0
    limit: int = 0
    policy: str = ""
    hits: int = 0
    misses: int = 0
    evicted: int = 0
    keys: int = 0
    has_more: bool = False
    why_away: str = ""

    @property
    def hit_rate(self) -> float:
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 0.0

    @property
    def ping(self) -> float:
        """The middle one, in milliseconds."""
        return median(self.pings) if self.pings else 0.0

    @property
    def is_full(self) -> bool:
        """Whether it has no room and makes none: nothing new is kept."""
        return 0 < self.limit <= self.memory and self.policy == "noeviction"


def glance_at_server(settings: Settings) -> Server | None:
    """The same without its keys, by one short question. None where the settings name none."""
    if settings.cache.url is None:
        return None
    try:
        took, said = question.figures(settings.cache.url, PATIENCE)
        return seen(settings.cache.url, [took], said)
    except Unavailable as error:
        return Server(str(settings.cache.url), why_away=error.why)


def seen(address: CacheAddress, took: Sequence[float], said: Mapping[str, Any]) -> Server:
    """Raises Unavailable where it does not say all that."""
    try:
        return Server(
            str(address),
            f"Redis {said['redis_version']}",
            took,
            int(said["used_memory"]),
            int(said["maxmemory"]),
            str(said["maxmemory_policy"]),
            int(said["keyspace_hits"]),
            int(said["keyspace_misses"]),
            int(said["evicted_keys"]),
        )
    except (KeyError, ValueError) as error:
        what, why = f"The cache at {address} does not answer as it should.", "It does not say of itself what Redis does"
        raise Unavailable(what, why=f"{why}: {error}.") from error
