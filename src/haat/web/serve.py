"""The web process: the shop, answering on a socket that is open already.

It is made once and then served in as many forks as there are to be. `python -m haat.web.serve` serves the stack that HAAT_DATA names in one
process alone, without worker or supervisor, until SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from haat.app import App
from haat.cache.watch import states_of
from haat.kernel import logs
from haat.kernel.errors import HaatError

if TYPE_CHECKING:
    from haat.web.wsgi import Application

_ROOM_FOR_MEASURES = 1 << 20  # bytes of each of its three files

_log = logging.getLogger(__name__)


def main() -> int:
    """Serve; 1 when that cannot be, with the reason in the log."""
    from haat.adapters.processes.listener import listen

    logs.write_json("info")
    try:
        app = _app()
        web = app.settings.web
        serve(app, make(app), listen(web.host, web.port))
    except HaatError as error:
        _log.error("%s %s %s", error.what, error.why, error.try_)
        return 1
    return 0


def make(app: App) -> Application:
    """The shop with everything loaded that answers need, and nothing opened that a fork could not share."""
    _make_room_for_figures(app.settings.data)
    from haat.adapters.granian import server  # noqa: F401 - loaded here, once for all forks
    from haat.web.shop import shop

    return shop(app)


def serve(app: App, made: Application, listener: socket.socket) -> None:
    """Answer until told to stop; what is in hand is then finished."""
    from haat.adapters.granian import server

    logs.write_json(app.settings.logs.level)
    _take_room_for_measures()
    made.start()
    server.serve(made, listener, threads=app.settings.web.threads)
    made.stop()


def _app() -> App:
    data = os.environ.get("HAAT_DATA")
    if not data:
        raise HaatError("There is no stack to serve.", why="HAAT_DATA is not set.", try_="Start it with `haat up`.")
    return App.of(Path(data), os.environ)


def _make_room_for_figures(data: Path) -> None:
    """The processes leave their figures here, and how their caches are; what is left of the last start is thrown away."""
    folder = data / "run" / "measures"
    for left in (folder, states_of(data / "run")):
        shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _take_room_for_measures() -> None:
    """While there is some: who writes to memory that stands for a file without room is killed by the system. Without room the figures of
    this process go where nobody looks for them, and it answers all the same.
    """
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    try:
        for kind in ("counter", "histogram", "gauge_livesum"):
            with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, _ROOM_FOR_MEASURES)
    except OSError:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="haat-measures-")


if __name__ == "__main__":
    sys.exit(main())
