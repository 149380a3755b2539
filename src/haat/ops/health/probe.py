"""How a caller comes to an address of the web: how long each stretch of the way takes, and for how long its certificate is good."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from haat.kernel.errors import Invalid, Unavailable
from haat.ops.health.way import Way, connect, secure

FEW_DAYS = 21  # that a certificate is still good for: time to renew it

_MOST_READ = 1 << 24  # bytes


@dataclass
class Probe(Way):
    """What came of it."""

    status: int = 0
    bytes: int = 0


def probe(url: str, patience: float) -> Probe:
    """One GET, no redirect is followed. Raises Invalid, and Unavailable, which says how far it came."""
    parts = _parts(url)
    found = Probe(url)
    host = str(parts.hostname)
    connection = connect(found, host, parts.port or _port(parts), patience)
    try:
        if parts.scheme == "https":
            connection = secure(found, connection, host)
        _ask(found, connection, parts)
    finally:
        connection.close()
    return found


def _ask(found: Probe, connection: socket.socket, parts: SplitResult) -> None:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    words = (
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: haat\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
    with found.stretch("first byte"):
        connection.sendall(words.encode())
        answer = connection.recv(1 << 16)
    with found.stretch("rest"):
        size = len(answer)
        while size < _MOST_READ and (piece := connection.recv(1 << 16)):
            size += len(piece)
    words = answer[:20].decode("latin-1")
    if not words.startswith("HTTP/") or not words[9:12].isdigit():
        raise Unavailable(f"{found.url} does not answer as a web server would.", why=f"It said: {words!r}.")
    found.status, found.bytes = int(words[9:12]), size


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        is_sound = False
    if not is_sound or not all(letter.isprintable() and letter != " " for letter in url):
        raise Invalid(f"“{url}” is no address of the web.", try_="Write it like https://shop.example/health.")
    return parts


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80
