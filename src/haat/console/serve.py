"""The console as a program: it answers on a socket that is open already, until it is told to stop."""

from __future__ import annotations

import socket

from haat.adapters.granian import server
from haat.console.console import Console
from haat.kernel import logs

_THREADS = 4  # most requests wait for something that may be dead


def serve(console: Console, listener: socket.socket) -> None:
    """Answer until told to stop; what is in hand is then finished, and so are the runs that are under way."""
    logs.write_json(console.desk.settings.logs.level)
    console.desk.open()
    server.serve(console, listener, threads=_THREADS)
    console.desk.close()
