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
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from haat.app import App
from haat.cache.watch import states_of
from haat.kernel import logs
from haat.kernel.errors import HaatError

if TYPE_CHECKING:
    from haat.web.wsgi import Application

_FOLDER_OF_MEASURES = "PROMETHEUS_MULTIPROC_DIR"
_FILES_OF_MEASURES = (
    "counter",
    "histogram",
    "gauge_livesum",
    "gauge_livemin",
)  # as their client calls them, for each process
_ROOM_FOR_MEASURES = 1 << 20  # bytes of each of these
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 (a folder in it has a name of its own, and is its owner's alone)

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
    _make_place_for_measures(app.settings.data)
    from haat.adapters.granian import server  # noqa: F401 - loaded here, once for all forks
    from haat.web.shop import shop

    return shop(app)


def serve(app: App, made: Application, listener: socket.socket) -> None:
    """Answer until told to stop; what is in hand is then finished."""
    from haat.adapters.granian import server

    logs.write_json(app.settings.logs.level)
    if not _has_place_for_measures(app.settings.data):
        made.measures.give_up()
    made.start()
    server.serve(made, listener, threads=app.settings.web.threads)
    made.stop()


def _app() -> App:
    data = os.environ.get("HAAT_DATA")
    if not data:
        raise HaatError("There is no stack to serve.", why="HAAT_DATA is not set.", try_="Start it with `haat up`.")
    return App.of(Path(data), os.environ)


def _make_place_for_measures(data: Path) -> None:
    """The processes leave their figures here, and how their caches are; what is left of the last start is thrown away. Where there is no room
    at all each process counts for itself.
    """
    folder = data / "run" / "measures"
    for left in (folder, states_of(data / "run"), *_IN_MEMORY.glob(f"{_name_in_memory(data)}*")):
        shutil.rmtree(left, ignore_errors=True)
    with suppress(OSError):
        folder.mkdir(parents=True)
    os.environ[_FOLDER_OF_MEASURES] = str(folder)
    if not _has_place_for_measures(data):
        del os.environ[_FOLDER_OF_MEASURES]


def _has_place_for_measures(data: Path) -> bool:
    """Whether this process can leave its figures somewhere: where the others do, or else in memory, where only those look whom it forks."""
    folder = os.environ.get(_FOLDER_OF_MEASURES)
    if folder is None or _has_taken_room(Path(folder)):
        return True
    try:
        in_memory = tempfile.mkdtemp(prefix=_name_in_memory(data), dir=_IN_MEMORY)
    except OSError:
        return False
    os.environ[_FOLDER_OF_MEASURES] = in_memory
    return _has_taken_room(Path(in_memory))


def _has_taken_room(folder: Path) -> bool:
    """While there is some: who writes to memory that stands for a file without room is killed by the system."""
    files = [folder / f"{kind}_{os.getpid()}.db" for kind in _FILES_OF_MEASURES]
    try:
        for path in files:
            with path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, _ROOM_FOR_MEASURES)
    except OSError:
        for path in files:  # An empty one could not be read.
            with suppress(OSError):
                path.unlink()
        return False
    return True


def _name_in_memory(data: Path) -> str:
    """What the names of all such folders of a stack begin with."""
    return f"haat-measures-{blake2b(bytes(data.resolve()), digest_size=6).hexdigest()}-"


if __name__ == "__main__":
    sys.exit(main())
