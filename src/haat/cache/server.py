"""A server of Redis. What its client calls things, and its errors, stay in this file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Broken
from redis.exceptions import RedisError
from redis.retry import Retry

from haat.config.cache_address import CacheAddress
from haat.kernel.errors import Unavailable

# Names that are looked through at a time: a tenth of a millisecond in which the server does nothing else.
_PORTION = 100
_LONGEST_PAUSE = 0.01  # seconds


class Server:
    """Reached when it is first asked. Everything raises Unavailable when it is not done within `patience` seconds."""

    def __init__(self, address: CacheAddress, patience: float) -> None:
        self.address = address
        self._client = Redis(
            host=address.host,
            port=address.port,
            db=address.number,
            username=address.user or None,
            password=address.password.reveal() if address.password else None,
            socket_connect_timeout=patience,
            socket_timeout=patience,
            # A connection that the server has closed meanwhile is opened again; who waited in vain does not wait twice.
            retry=Retry(NoBackoff(), 1, (Broken,)),
            protocol=2,
        )
        self._scripts: dict[str, Any] = {}

    def ping(self) -> float:
        """How long it takes to answer, in milliseconds."""
        began = perf_counter()
        with self._in_our_words():
            self._client.ping()
        return round((perf_counter() - began) * 1000, 3)

    def run(self, script: str, names: Sequence[str], *given: str | int | bytes) -> Any:
        """Let the server do several things as one."""
        known = self._scripts.get(script)
        if known is None:
            known = self._scripts[script] = self._client.register_script(script)
        with self._in_our_words():
            return known(names, given)

    def names(self, beginning: str) -> Iterator[Sequence[bytes]]:
        """All names that begin so, in portions. A name may come twice. After each portion the server is left to others for as long as it
        took, with whatever was done to it.
        """
        place = 0
        while True:
            began = perf_counter()
            with self._in_our_words():
                found: Any = self._client.scan(place, f"{beginning}*", _PORTION)
            place, portion = found
            yield portion
            if place == 0:
                return
            sleep(min(perf_counter() - began, _LONGEST_PAUSE))

    def go_through(self, beginning: str, script: str, *given: str | int | bytes) -> int:
        """Give all names that begin so to the script, in portions and with pauses as above: it looks through one from a place on (ARGV 1 to 3: the place, the
        names, how many) and returns the next place and a number. Returns the sum of these. Names do not come here and go back: that takes nearly twice as long.
        """
        place, total = b"0", 0
        while True:
            began = perf_counter()
            place, count = self.run(script, [], place, f"{beginning}*", _PORTION, *given)
            total += int(count)
            if place == b"0":
                return total
            sleep(min(perf_counter() - began, _LONGEST_PAUSE))

    def beginnings(self, names: Sequence[bytes], length: int) -> list[bytes]:
        """The first bytes of what is kept under each name; none where there is nothing (any more)."""
        with self._in_our_words():
            pipe = self._client.pipeline(transaction=False)
            for name in names:
                pipe.getrange(name, 0, length - 1)
            return list(pipe.execute())

    def figures(self) -> dict[str, Any]:
        """What it says of itself."""
        with self._in_our_words():
            return dict(self._client.info())

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            why = f"{error}".strip().rstrip(".")
            raise Unavailable(f"The cache at {self.address} does not answer as it should.", why=f"{why}.") from error
