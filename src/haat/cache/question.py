"""One short question to a server of Redis, in its own protocol (RESP2): for `haat health`, which has not the third of a second that its client takes to load."""

from __future__ import annotations

import socket
from time import monotonic, perf_counter

from haat.config.cache_address import CacheAddress
from haat.kernel.errors import Unavailable

_PORTION = 1 << 16  # bytes that are read at once
_LONGEST_LINE = 1 << 16


def figures(address: CacheAddress, patience: float) -> tuple[float, dict[str, str]]:
    """How long it took to answer a ping (ms), and what it says of itself. Raises Unavailable when all that is not said within `patience`
    seconds.
    """
    try:
        asked = _Asked(address, monotonic() + patience)
        try:
            if address.password:
                who = (address.user,) if address.user else ()
                asked.answer("AUTH", *who, address.password.reveal())
            began = perf_counter()
            asked.answer("PING")
            took = (perf_counter() - began) * 1000
            told = asked.answer("INFO")
        finally:
            asked.close()
    except (OSError, ValueError) as error:
        raise _away(address, str(getattr(error, "strerror", None) or error)) from error
    return round(took, 3), dict(line.split(":", 1) for line in told.splitlines() if ":" in line)


class _Asked:
    """A connection that is given up at a time. Raises OSError, and ValueError for what is no answer, or a refusal."""

    def __init__(self, address: CacheAddress, until: float) -> None:
        self._until = until
        self._connection = socket.create_connection((address.host, address.port), self._left())
        self._unread = b""

    def answer(self, *words: str) -> str:
        parts = [word.encode() for word in words]
        command = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._connection.settimeout(self._left())
        self._connection.sendall(command)
        kind, said = self._line()
        if kind == "+":
            return said
        if kind == "-":
            raise ValueError(said)
        if kind != "$" or not said.isdecimal():
            raise ValueError("it does not speak as Redis does")
        return self._bytes(int(said) + 2).decode("utf-8", "replace")

    def close(self) -> None:
        self._connection.close()

    def _line(self) -> tuple[str, str]:
        """What kind of answer it is, and what stands behind that."""
        while b"\r\n" not in self._unread:
            if len(self._unread) > _LONGEST_LINE:
                raise ValueError("it does not speak as Redis does")
            self._read()
        line, _, self._unread = self._unread.partition(b"\r\n")
        text = line.decode("utf-8", "replace")
        return text[:1], text[1:]

    def _bytes(self, count: int) -> bytes:
        while len(self._unread) < count:
            self._read()
        found, self._unread = self._unread[:count], self._unread[count:]
        return found

    def _read(self) -> None:
        self._connection.settimeout(self._left())
        portion = self._connection.recv(_PORTION)
        if not portion:
            raise ValueError("it closed the connection in the middle of an answer")
        self._unread += portion

    def _left(self) -> float:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


def _away(address: CacheAddress, why: str) -> Unavailable:
    if address.password:  # Some say again what they did not understand.
        why = why.replace(address.password.reveal(), "…")
    return Unavailable(f"The cache at {address} does not answer as it should.", why=f"{why.rstrip('.')}.")
