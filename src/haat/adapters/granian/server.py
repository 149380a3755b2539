"""Serves a WSGI application from this very process, on a socket that is open already.

Granian's own launcher opens the socket in each of its workers and starts them itself: when a worker dies its callers are turned away, and when
the launcher dies its workers stay. Here both are the supervisor's, and only what Granian's launcher starts in a worker is used. That
part of Granian is not written for others to call: its version is pinned, and tests/servers would see a change.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from granian import _futures, _granian, loops, wsgi
from granian.constants import HTTPModes
from granian.http import HTTP1Settings

_END = (signal.SIGTERM, signal.SIGINT)
_BACKLOG = 1024  # requests in hand and waiting
_IDLE = 30  # seconds until a thread that has nothing to do is let go
_FIRST_WORDS = 0.2  # seconds in which those who were let in last say what they want
_FILE_THREADS = 512  # begun only where Granian sends files; its own default
_NO_TLS: tuple[Any, ...] = (False, None, None, None, "tls1.3", None, [], False)
_NO_METRICS = (None, None)

# What these say of their types is not what they are.
_native: Any = _granian
_scheduler: Any = _futures._new_cbscheduler


def serve(application: Callable[..., Iterable[bytes]], listener: socket.socket, *, threads: int) -> None:
    """Answer requests in so many threads until SIGTERM or SIGINT; requests in hand are then finished, and no other is taken."""
    asked = _asked_to_end()
    is_over = threading.Event()
    stop = _native.WorkerSignal()
    stop.add_cb(is_over.set)
    loop = loops.get("asyncio")
    worker = _native.WSGIWorker(
        1,
        (None, _native.SocketHolder(listener.fileno(), False, _BACKLOG)),
        None,
        1,
        _FILE_THREADS,
        threads,
        _IDLE,
        _BACKLOG,
        HTTPModes.http1,
        HTTP1Settings(),
        None,
        None,
        *_NO_TLS,
        _NO_METRICS,
    )
    worker.serve_mtr(_scheduler(loop, wsgi._callback_wrapper(application, {}), impl_asyncio=True), loop, stop)
    while os.read(asked, 1)[0] not in _END:
        continue
    _let_nobody_else_in(listener)
    time.sleep(_FIRST_WORDS)
    stop.set()
    is_over.wait()


def _asked_to_end() -> int:
    """Where the number of each signal is read that has come. What a handler does is done late, or never, when it comes just before somebody begins to
    wait; what is written here by the system is there.
    """
    asked, asking = os.pipe()
    os.set_blocking(asking, False)
    signal.set_wakeup_fd(asking, warn_on_full_buffer=False)
    for number in _END:
        signal.signal(number, lambda *_: None)
    return asked


def _let_nobody_else_in(listener: socket.socket) -> None:
    """Go on with those who are in, and leave newcomers at the door to whoever shares it or comes next.

    Granian, told to stop, hangs up on callers whose first word it has not read. So it is told a moment later, and meanwhile looks for
    callers at a door to which nobody comes.
    """
    with socket.create_server(("127.0.0.1", 0)) as another:
        another.setblocking(False)
        os.dup2(another.fileno(), listener.fileno())
