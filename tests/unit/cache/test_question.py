"""A short question to the server of the cache, without its client."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from haat.cache.question import figures
from haat.config.cache_address import CacheAddress
from haat.config.secrets import Secret
from haat.kernel.errors import Unavailable
from haat.ops.drills.servers import OwnRedis, free_port, is_installed

pytestmark = pytest.mark.skipif(not is_installed("redis"), reason="needs redis-server")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    folder = tmp_path_factory.mktemp("redis")
    for place in (folder, *list(folder.parents)[:2]):
        place.chmod(0o711)
    server = OwnRedis(folder / "server")
    server.start()
    yield server
    server.end()


def test_it_says_how_soon_it_answers_and_what_it_has(server: OwnRedis) -> None:
    took, said = figures(server.address, 5.0)
    assert took > 0
    assert said["redis_version"]
    assert int(said["maxmemory"]) == 64 << 20


def test_a_wrong_password_is_told_and_not_shown(server: OwnRedis) -> None:
    with pytest.raises(Unavailable, match="does not answer as it should") as caught:
        figures(server.address._replace(password=Secret("not this one")), 5.0)
    assert "invalid" in caught.value.why
    assert "not this one" not in f"{caught.value} {caught.value.why}"


def test_where_nobody_listens_it_is_said_at_once() -> None:
    with pytest.raises(Unavailable):
        figures(CacheAddress("127.0.0.1", free_port(), 0), 0.5)


def test_whoever_accepts_and_says_nothing_is_not_waited_for_longer_than_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        figures(CacheAddress("127.0.0.1", silent.getsockname()[1], 0), 0.1)
