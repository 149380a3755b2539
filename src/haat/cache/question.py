"""One short question to a server of Redis, in its own protocol (RESP2): for `haat health`, which has not the third of a second that its client takes to load."""

from __future__ import annotations

import socket
from time import perf_counter
from typing import BinaryIO

from haat.config.cache_address import CacheAddress
from haat.kernel.errors import Unavailable


def figures(address: CacheAddress, patience: float) -> tuple[float, dict[str, str]]:
    """How long it took to answer a ping (ms), and what it says of itself. Raises Unavailable when it does not within `patience` seconds."""
    try:
        with socket.create_connection((address.host, address.port), patience) as connection:
            connection.settimeout(patience)
            with connection.makefile("rb") as answers:
                if address.password:
                    who = (address.user,) if address.user else ()
                    _ask(connection, answers, "AUTH", *who, address.password.reveal())
                began = perf_counter()
                _ask(connection, answers, "PING")
                took = (perf_counter() - began) * 1000
                told = _ask(connection, answers, "INFO")
    except (OSError, ValueError) as error:
        raise _away(address, str(getattr(error, "strerror", None) or error)) from error
    return round(took, 3), dict(line.split(":", 1) for line in told.splitlines() if ":" in line)


def _ask(connection: socket.socket, answers: BinaryIO, *words: str) -> str:
    parts = [word.encode() for word in words]
    connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
    line = answers.readline().decode("utf-8", "replace").rstrip("\r\n")
    kind, said = line[:1], line[1:]
    if kind == "$":
        return answers.read(int(said) + 2).decode("utf-8", "replace")
    if kind == "+":
        return said
    raise ValueError(said or "it closed the connection")


def _away(address: CacheAddress, why: str) -> Unavailable:
    return Unavailable(f"The cache at {address} does not answer as it should.", why=f"{why.rstrip('.')}.")
