"""A short question to the server of the cache, without its client."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from haat.cache.question import figures
from haat.config.cache_address import CacheAddress
from haat.config.secrets import Secret
from haat.kernel.errors import Unavailable
from haat.ops.caches.glance import seen
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


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"-NOAUTH Authentication required.\r\n", "Authentication required"),
        (b"-ERR unknown command 'AUTH', with args beginning with: 'sesame'\r\n", "beginning with: '…'"),
        (b"", "closed the connection"),
        (b"+PO", "closed the connection"),
        (b"+OK\r\n+PONG\r\n$100\r\nredis_version:7", "closed the connection"),
        (b"+OK\r\n+PONG\r\n$-1\r\n", "as Redis does"),
        (b":1\r\n", "as Redis does"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "as Redis does"),
        (b"x" * 100_000, "as Redis does"),
    ],
)
def test_what_is_no_answer_is_told_in_words_and_at_once(said: bytes, why: str) -> None:
    with saying(said) as port, pytest.raises(Unavailable) as caught:
        figures(CacheAddress("127.0.0.1", port, 0, password=Secret("sesame")), 5.0)
    assert why in caught.value.why
    assert "sesame" not in caught.value.why


def test_an_answer_may_come_in_pieces_and_with_colons_in_it() -> None:
    info = b"# Server\r\nexecutable:C:\\redis\r\nredis_version:7\r\n"
    with saying(b"+OK\r", b"\n+PONG\r\n", b"$%d\r\n" % len(info), info[:30], info[30:] + b"\r\n") as port:
        _, said = figures(CacheAddress("127.0.0.1", port, 0, password=Secret("sesame")), 5.0)
    assert said == {"executable": "C:\\redis", "redis_version": "7"}


def test_what_does_not_say_of_itself_what_is_needed_is_told_in_words() -> None:
    with pytest.raises(Unavailable, match="as it should") as caught:
        seen(CacheAddress("127.0.0.1", 6379, 0), [0.1], {"redis_version": "7"})
    assert "used_memory" in caught.value.why


def test_whoever_says_a_little_again_and_again_is_not_waited_for_any_longer() -> None:
    began = time.monotonic()
    with saying(*[b"x"] * 40) as port, pytest.raises(Unavailable):
        figures(CacheAddress("127.0.0.1", port, 0), 0.3)
    assert time.monotonic() - began < 2


@contextmanager
def saying(*pieces: bytes) -> Iterator[int]:
    """The port of a server that says this to whoever calls, once, whatever it is asked, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                connection.recv(1 << 16)
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(0.05 if len(pieces) > 1 else 0)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 16):
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_whoever_accepts_and_says_nothing_is_not_waited_for_longer_than_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        figures(CacheAddress("127.0.0.1", silent.getsockname()[1], 0), 0.1)
