"""The news that the sandbox sends: signed, at their time, again until they are taken.

A message is the event as JSON with a header `Haat-Sandbox-Signature: t=…,v1=…`: the milliseconds at which it was sent, and the
HMAC-SHA256 of those digits, a full stop and the body, under the secret that the market and the gateway share.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import sqlite3
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from haat.adapters.sandbox.book import Book
from haat.adapters.sandbox.queries import ADD_EVENT, CLAIM_EVENT, DUE_EVENTS, FORGET_EVENT, PUT_OFF_EVENT
from haat.kernel.clock import MINUTE, SECOND
from haat.kernel.faults import reach
from haat.market.payments.ports import GatewayEvent, NotGenuine

SIGNATURE = "Haat-Sandbox-Signature"
TOLERANCE = 5 * MINUTE

# Hands a message to the market and says with which HTTP status it was answered; 0 when there was no answer.
Send: TypeAlias = Callable[[bytes, dict[str, str]], int]

_MOST_AT_ONCE = 20
_MOST_ATTEMPTS = 12
_LONGEST_WAIT = MINUTE
_LEASE = 10 * SECOND  # a courier that died is replaced after this; longer than it waits for an answer
_PATIENCE = 5.0  # seconds to wait for the answer to a message
_SIGNED = re.compile(r"t=([0-9]{1,15}),v1=([0-9a-f]{64})")


def add(write: sqlite3.Connection, event: GatewayEvent, due_at: int, times: int = 1) -> None:
    """Queue an event, in the transaction of what it tells about."""
    body = msgspec.json.encode(event)
    for _ in range(times):
        write.execute(ADD_EVENT, (body, due_at))


def deliver_due(book: Book, secret: str, now: int, send: Send) -> int:
    """Send what is due, a handful at most; returns how many were taken (answered with 2xx).

    What is not taken is sent again after 2, 4, 8 … seconds, and given up after twelve attempts.
    """
    taken = 0
    for seq, body, due_at, attempts in book.all(DUE_EVENTS, (now, _MOST_AT_ONCE)):
        if not book.run(CLAIM_EVENT, (now + _LEASE, seq, due_at)):
            continue  # Another courier has it.
        reach("gateway.event.before")
        status = send(body, {"Content-Type": "application/json", SIGNATURE: sign(secret, body, now)})
        reach("gateway.event.before_answer")
        if 200 <= status < 300:
            taken += book.run(FORGET_EVENT, (seq,))
        else:
            book.run(PUT_OFF_EVENT, (_next_attempt(now, attempts + 1), attempts + 1, seq))
    return taken


def post_to(url: str) -> Send:
    """A way of sending that posts to a plain HTTP address."""
    address = urlsplit(url)

    def send(body: bytes, headers: dict[str, str]) -> int:
        connection = HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE)
        try:
            connection.request("POST", address.path, body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    return send


def sign(secret: str, body: bytes, at: int) -> str:
    """The value of the signature's header for a message sent at `at`."""
    return f"t={at},v1={_digest(secret, str(at), body)}"


def read(secret: str, body: bytes, headers: Mapping[str, str], now: int) -> GatewayEvent:
    """The event in a message. Raises NotGenuine."""
    signed = _SIGNED.fullmatch(_header(headers))
    if not signed or not hmac.compare_digest(_digest(secret, signed[1], body), signed[2]):
        raise NotGenuine("This message is not from the gateway.", why="Its signature is missing or wrong.")
    if abs(now - int(signed[1])) > TOLERANCE:
        raise NotGenuine(
            "This message is too old, or from the future.",
            why="It was signed more than five minutes away from now.",
            try_="See that the clocks of both sides are right.",
        )
    try:
        return msgspec.json.decode(body, type=GatewayEvent)
    except msgspec.MsgspecError as error:
        raise NotGenuine("This message is not an event.", why=f"{error}.") from error


def _next_attempt(now: int, attempts: int) -> int | None:
    if attempts >= _MOST_ATTEMPTS:
        return None
    return now + min(SECOND << attempts, _LONGEST_WAIT)


def _digest(secret: str, at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def _header(headers: Mapping[str, str]) -> str:
    wanted = SIGNATURE.lower()
    return next((value for name, value in headers.items() if name.lower() == wanted), "")
