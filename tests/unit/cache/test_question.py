"""A short question to the server of the cache, without its client."""

from __future__ import annotations

import socket

import pytest

from haat.cache.question import figures
from haat.config.cache_address import CacheAddress
from haat.config.secrets import Secret
from haat.kernel.errors import Unavailable
from haat.ops.drills.servers import OwnRedis
from haat.ops.servers import free_port


def test_it_says_how_soon_it_answers_and_what_it_has(cache_server: OwnRedis) -> None:
    took, said = figures(cache_server.address, 5.0)
    assert took > 0
    assert said["redis_version"]
    assert int(said["maxmemory"]) == 64 << 20


def test_a_wrong_password_is_told_and_not_shown(cache_server: OwnRedis) -> None:
    with pytest.raises(Unavailable, match="does not answer as it should") as caught:
        figures(cache_server.address._replace(password=Secret("not this one")), 5.0)
    assert "invalid" in caught.value.why
    assert "not this one" not in f"{caught.value} {caught.value.why}"


def test_where_nobody_listens_it_is_said_at_once() -> None:
    with pytest.raises(Unavailable):
        figures(CacheAddress("127.0.0.1", free_port(), 0), 0.5)


def test_whoever_accepts_and_says_nothing_is_not_waited_for_longer_than_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        figures(CacheAddress("127.0.0.1", silent.getsockname()[1], 0), 0.1)
