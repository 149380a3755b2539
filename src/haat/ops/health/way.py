"""The way to something outside: its name, the connection, TLS. Each stretch is timed, and an error says how far one came."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from haat.kernel.errors import Unavailable


class Stretch(NamedTuple):
    """A part of the way, and how long it took, in milliseconds."""

    name: str
    ms: float


@dataclass
class Way:
    """What came of it. `url` is where it leads to; `certificate_days` are left of the certificate, None where there is none."""

    url: str
    address: str = ""
    certificate_days: float | None = None
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def ms(self) -> float:
        return round(sum(stretch.ms for stretch in self.stretches), 2)

    @contextmanager
    def stretch(self, name: str) -> Iterator[None]:
        """Time a part of the way. Raises Unavailable when it ends here."""
        began = time.perf_counter()
        try:
            yield
        except OSError as error:
            raise Unavailable(
                f"{self.url} cannot be reached.",
                why=f"It came as far as “{name}”, {(time.perf_counter() - began) * 1000:.0f} ms long: {_said(error)}.",
            ) from error
        self.stretches.append(Stretch(name, round((time.perf_counter() - began) * 1000, 2)))


def connect(way: Way, host: str, port: int, patience: float) -> socket.socket:
    """A connection, which waits `patience` seconds for each answer. Raises Unavailable."""
    with way.stretch("name"):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    with way.stretch("connect"):
        connection, address = _first_that_answers(found, patience)
    way.address = address
    return connection


def secure(way: Way, connection: socket.socket, host: str) -> ssl.SSLSocket:
    """The same connection with TLS, if the certificate is good for the host. Raises Unavailable."""
    with way.stretch("tls"):
        secured = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    way.certificate_days = _days_left(secured)
    return secured


def _first_that_answers(found: list[Any], patience: float) -> tuple[socket.socket, str]:
    """Of several addresses of one name; raises the error of the last."""
    last = OSError("it has no address")
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(patience)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection, str(address[0])
    raise last


def _said(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.strerror or str(error) or type(error).__name__).rstrip(".")


def _days_left(connection: ssl.SSLSocket) -> float:
    certificate = connection.getpeercert() or {}
    until = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return round((until - time.time()) / 86_400, 1)
