"""How a caller comes to an address: how long each stretch of the way takes, and for how long its certificate is good."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from haat.kernel.errors import Invalid, Unavailable

_MOST_READ = 1 << 24  # bytes


class Stretch(NamedTuple):
    """A part of the way, and how long it took, in milliseconds."""

    name: str
    ms: float


@dataclass
class Probe:
    """What came of it. `certificate_days` are left of the certificate, None where there is none."""

    url: str
    address: str = ""
    status: int = 0
    bytes: int = 0
    certificate_days: float | None = None
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def ms(self) -> float:
        return round(sum(stretch.ms for stretch in self.stretches), 2)


def probe(url: str, patience: float) -> Probe:
    """One GET, no redirect is followed. Raises Invalid, and Unavailable, which says how far it came."""
    parts = _parts(url)
    found = Probe(url)
    with _stretch(found, "name"):
        family, kind, protocol, _, address = socket.getaddrinfo(
            parts.hostname, parts.port or _port(parts), type=socket.SOCK_STREAM
        )[0]
    found.address = str(address[0])
    with socket.socket(family, kind, protocol) as connection:
        connection.settimeout(patience)
        with _stretch(found, "connect"):
            connection.connect(address)
        if parts.scheme == "https":
            with _stretch(found, "tls"):
                connection = ssl.create_default_context().wrap_socket(connection, server_hostname=parts.hostname)
            found.certificate_days = _days_left(connection)
        _ask(found, connection, parts)
    return found


def _ask(found: Probe, connection: socket.socket, parts: SplitResult) -> None:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    words = (
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: haat\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
    with _stretch(found, "first byte"):
        connection.sendall(words.encode())
        answer = connection.recv(1 << 16)
    with _stretch(found, "rest"):
        size = len(answer)
        while size < _MOST_READ and (piece := connection.recv(1 << 16)):
            size += len(piece)
    words = answer[:20].decode("latin-1")
    if not words.startswith("HTTP/") or not words[9:12].isdigit():
        raise Unavailable(f"{found.url} does not answer as a web server would.", why=f"It said: {words!r}.")
    found.status, found.bytes = int(words[9:12]), size


@contextmanager
def _stretch(found: Probe, name: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"{found.url} cannot be reached.",
            why=f"It came as far as “{name}”, {(time.perf_counter() - began) * 1000:.0f} ms long: {_said(error)}.",
        ) from error
    found.stretches.append(Stretch(name, round((time.perf_counter() - began) * 1000, 2)))


def _said(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return error.strerror or str(error) or type(error).__name__


def _days_left(connection: ssl.SSLSocket) -> float:
    certificate = connection.getpeercert() or {}
    until = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return round((until - time.time()) / 86_400, 1)


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
