"""Who stands at the door while the shop rests: everybody is told to come again in a moment, whatever they want."""

from __future__ import annotations

import html
import select
import socket
import threading
import time
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256

RETRY_AFTER = 10  # seconds

_AT_ONCE = 8
_PATIENCE = 2.0  # seconds for somebody to say what they want, and to hear the answer
_BETWEEN_LOOKS = 0.2  # seconds
_MOST_HEARD = 1 << 20  # bytes of one request

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-content:center;padding:1.5rem;box-sizing:border-box;"
    "font:1rem/1.5 system-ui,sans-serif;color:light-dark(#22201c,#ece8e1);background:light-dark(#faf7f2,#171512)}"
    "h1{font-size:1.728rem;line-height:1.2;margin:0 0 .75rem}p{max-width:34rem;margin:0}"
)
# Nothing but this very style, which is known by its sum.
_POLICY = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{seconds}"><title>{name}</title><style>{style}</style>
<main><h1>{name}</h1><p>The market is being put in order and is back in a moment. Nothing was bought or paid by what you just sent; this page tries again
by itself.</p></main></html>
"""


def turn_away(listener: socket.socket, name: str, stop: threading.Event) -> None:
    """Answer 503 with Retry-After to all who come, until told to stop."""
    body = _PAGE.format(name=html.escape(name), seconds=RETRY_AFTER, style=_STYLE).encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\n"
        f"Retry-After: {RETRY_AFTER}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"Content-Security-Policy: {_POLICY}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    answer = head.encode() + body
    listener.setblocking(False)  # Several wait at one door, and each caller is let in by one of them.
    doormen = [threading.Thread(target=_stand, args=(listener, answer, stop)) for _ in range(_AT_ONCE)]
    for one in doormen:
        one.start()
    for one in doormen:
        one.join()


def _stand(listener: socket.socket, answer: bytes, stop: threading.Event) -> None:
    while not stop.is_set():
        if not select.select([listener], [], [], _BETWEEN_LOOKS)[0]:
            continue
        with suppress(OSError), listener.accept()[0] as caller:  # Somebody else was quicker, or the caller has gone.
            _send_away(caller, answer)


def _send_away(caller: socket.socket, answer: bytes) -> None:
    """The request is heard to its end: whoever closes before that cuts off the own answer."""
    until = time.monotonic() + _PATIENCE
    heard = _hear(caller, until)
    caller.sendall(answer)
    caller.shutdown(socket.SHUT_WR)
    count = len(heard)
    while heard and count < _MOST_HEARD:
        heard = _hear(caller, until)
        count += len(heard)


def _hear(caller: socket.socket, until: float) -> bytes:
    """Raises TimeoutError, also for who says a little all the time: others wait at the door."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    caller.settimeout(left)
    return caller.recv(1 << 16)
