"""What is done to kept pages: thrown away on the server or in the web processes, and asked for as anybody would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from haat.cache import orders
from haat.cache.names import Names, names_of, names_of_stack
from haat.cache.pattern import Pattern
from haat.cache.watch import orders_of
from haat.config.schema import Settings
from haat.kernel.errors import Unavailable
from haat.kernel.ids import encode, new_id
from haat.ops import running

if TYPE_CHECKING:
    from haat.cache.server import Server

WARMING = "warm-"  # What the ids of our own requests begin with: they are nobody's wish.
_PATIENCE = 5.0  # seconds for the server
_PATIENCE_WITH_A_PAGE = 20.0  # seconds


class Answered(NamedTuple):
    """How the shop answered: whether the page is one that is kept, and whether it was there already."""

    status: int
    may_be_kept: bool
    was_kept: bool


def clear_server(settings: Settings, pattern: str) -> str:
    """Throw away what fits on the server; says how many pages there were. Raises Unavailable."""
    from haat.cache import shared

    server, names = server_of(settings)
    return f"{shared.clear(server, names, Pattern(pattern)):,} pages were on the server"


def left_on_server(settings: Settings, pattern: str) -> int:
    """How many pages that fit are older than the last order to clear. Raises Unavailable."""
    from haat.cache import shared

    server, names = server_of(settings)
    return shared.left_over(server, names, Pattern(pattern))


def are_on_server(settings: Settings, visits: Sequence[tuple[str, str]]) -> list[bool]:
    """Of each page, by its path and language, whether the server has it. Raises Unavailable."""
    server, names = server_of(settings)[0], names_of(settings)
    host = urlsplit(settings.web.url).netloc
    wanted = [names.page((host, path, "", language)).encode() for path, language in visits]
    return [bool(beginning) for beginning in server.beginnings(wanted, 1)]


def clear_processes(settings: Settings, pattern: str) -> str:
    """Order every web process of this machine to throw away what fits."""
    file = orders_of(running.folder_of(settings.data))
    file.parent.mkdir(parents=True, exist_ok=True)
    return f"order {orders.give(file, pattern)}"


def visit(settings: Settings, path: str, language: str) -> Answered:
    """Ask the shop for a page, as anybody who reads this language. Raises Unavailable where it does not answer."""
    headers = {
        "Host": urlsplit(settings.web.url).netloc,
        "Accept-Language": language,
        "Accept-Encoding": "gzip",
        "X-Request-Id": f"{WARMING}{encode(new_id())}",
    }
    with _asked(settings, quote(path.encode("latin-1", "replace")), headers) as answer:
        may_be_kept = answer.status == 200 and answer.getheader("ETag") is not None
        return Answered(answer.status, may_be_kept, may_be_kept and answer.getheader("Server-Timing") is None)


def server_of(settings: Settings, patience: float = _PATIENCE) -> tuple[Server, Names]:
    """The server of the settings, and what the stack calls things on it, whatever its release."""
    from haat.cache.server import Server

    assert settings.cache.url is not None
    return Server(settings.cache.url, patience), names_of_stack(settings)


@contextmanager
def _asked(settings: Settings, path: str, headers: dict[str, str]) -> Iterator[HTTPResponse]:
    told = running.told(settings.data)
    url = urlsplit(told.url if told else settings.web.own_url)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=_PATIENCE_WITH_A_PAGE)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        yield answer
    except (OSError, HTTPException) as error:
        raise Unavailable(
            f"The shop does not answer at {url.geturl()}.",
            why=f"{error}.",
            try_="Is the stack up? `haat up` starts it.",
        ) from error
    finally:
        connection.close()
