"""The web process: Granian with the shop in each of its workers.

`python -m haat.web.serve` serves the stack that HAAT_DATA names until it is told to stop (SIGTERM, Ctrl-C): requests in hand are then
finished, and no other is taken. A worker that dies is replaced at once; when the same one dies again within seconds the whole process
ends with an error, and whoever started it decides.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.app import App
from haat.kernel import logs
from haat.kernel.errors import HaatError, Unavailable

if TYPE_CHECKING:
    from granian.server.common import AbstractServer

    from haat.config.schema import Web
    from haat.web.wsgi import Application

_BACKLOG = 1024  # connections that wait to be accepted
_LAST_REQUESTS = 20  # seconds that requests in hand get when the process is told to stop
_GRANIAN_LOGS = {"handlers": {}, "formatters": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}}

_log = logging.getLogger(__name__)


def main() -> int:
    """Serve; 1 when that cannot be, with the reason in the log."""
    try:
        serve(_app())
    except HaatError as error:
        logs.write_json("info")
        _log.error("%s %s %s", error.what, error.why, error.try_)
        return 1
    return 0


def serve(app: App) -> None:
    """Serve until told to stop. Raises Unavailable when the address is taken."""
    web = app.settings.web
    logs.write_json(app.settings.logs.level)
    _refuse_if_taken(web.host, web.port)
    _make_room_for_measures(app.settings.data)
    # Made here, so that a worker is a fork of a process that has everything loaded: one that died is replaced in no time.
    _made.append(_make(app))
    _server(web).serve()


def application() -> Application:
    """The shop, for one worker."""
    # Until Granian listens to it the worker would inherit its parent's way of taking a SIGTERM, which is to go on.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    made = _made[0] if _made else _make(_app())
    made.start()
    return made


_made: list[Application] = []


def _make(app: App) -> Application:
    from haat.web.shop import shop

    return shop(app)


def _server(web: Web) -> AbstractServer[Any]:
    from granian.constants import Interfaces
    from granian.server import Server

    return Server(
        "haat.web.serve:application",
        factory=True,
        interface=Interfaces.WSGI,
        websockets=False,
        address=web.host,
        port=web.port,
        workers=web.workers,
        blocking_threads=web.threads,
        backlog=_BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_REQUESTS,
        log_dictconfig=_GRANIAN_LOGS,
    )


def _app() -> App:
    data = os.environ.get("HAAT_DATA")
    if not data:
        raise HaatError("There is no stack to serve.", why="HAAT_DATA is not set.", try_="Start it with `haat up`.")
    return App.of(Path(data), os.environ)


def _refuse_if_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"The shop cannot listen on {host}, port {port}.",
                why=f"{error.strerror}.",
                try_="Stop what uses the port, or name another with --port.",
            ) from error


def _make_room_for_measures(data: Path) -> None:
    """The workers leave their figures here; those of the last start are thrown away."""
    folder = data / "run" / "measures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


if __name__ == "__main__":
    from haat.web import serve as imported  # What Granian finds by name, which `__main__` is not.

    sys.exit(imported.main())
