"""What runs in the processes of a stack: the web and the console, which answer, the worker, which does what is left for later, and the
keeper, which does what is due of maintenance.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from haat.adapters.processes.heart import heart, mark
from haat.app import App
from haat.kernel import clock, logs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from haat.console.console import Console
    from haat.ops.maintenance.keeper import Keeper
    from haat.web.wsgi import Application

_BETWEEN_NEWS = 0.25  # seconds

_log = logging.getLogger(__name__)


def load(app: App) -> Application:
    """Load all that the programs need, so that their processes are forks which have it; nothing is opened."""
    from haat.jobs import schedule, worker  # noqa: F401 - loaded here, once for all forks
    from haat.web.serve import make

    app.handlers()
    return make(app)


def load_console(app: App) -> Console:
    """Load all that the console needs; nothing is opened."""
    from haat.console import serve  # noqa: F401 - loaded here, before the fork
    from haat.console.console import Console

    return Console(app.settings, app.pictures_in_use)


def web(app: App, made: Application, listener: socket.socket, others: Iterable[socket.socket]) -> None:
    """Answer requests until told to stop. `others` are doors that are not the shop's."""
    from haat.web.serve import serve

    _leave(others)
    _listen_for_profiles("web", app.settings.data)
    serve(app, made, listener)


def doorman(app: App, listener: socket.socket, others: Iterable[socket.socket]) -> None:
    """Tell everybody at the door to come again, until told to stop: the shop rests."""
    from haat.adapters.processes.doorman import turn_away

    _leave(others)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    turn_away(listener, app.settings.market.name, stop)


def console(made: Console, listener: socket.socket, others: Iterable[socket.socket]) -> None:
    """Answer operators until told to stop, and finish the runs that are under way."""
    from haat.console.serve import serve

    _leave(others)
    _listen_for_profiles("console", made.desk.settings.data)
    serve(made, listener)


def load_keeper(app: App) -> Keeper:
    """Load all that the keeper needs; nothing is opened."""
    from haat.ops.maintenance.keeper import Keeper

    return Keeper(app.settings, app.pictures_in_use)


def keeper(app: App, made: Keeper, doors: Iterable[socket.socket]) -> None:
    """Do what is due of maintenance until told to stop; a run that is under way is then finished, or ended where it only reads."""
    _leave(doors)
    _listen_for_profiles("keeper", app.settings.data)
    logs.write_json(app.settings.logs.level)
    stop = threading.Event()

    def end(*_: object) -> None:
        stop.set()
        made.give_way()

    signal.signal(signal.SIGTERM, end)
    made.run_until_stopped(stop)
    made.close()


def worker(app: App, doors: Iterable[socket.socket], beats: Path, supervisor: str) -> None:
    """Do jobs, what the schedule says, and the post of the sandbox until told to stop; what is in hand is then finished."""
    from haat.jobs.schedule import Schedule
    from haat.jobs.worker import Worker

    _leave(doors)
    _listen_for_profiles("worker", app.settings.data)
    logs.write_json(app.settings.logs.level)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app.note_terms()
    schedule = Schedule(app.store, app.schedule())
    worker = Worker(app.store, app.handlers(), threads=app.settings.worker.threads, supervisor=supervisor)
    beside = [
        threading.Thread(target=schedule.run_until_stopped, args=(stop,), name="schedule"),
        threading.Thread(target=_bring_news, args=(app, stop), name="post"),
    ]
    for thread in beside:
        thread.start()
    worker.run_until_stopped(stop, beat=heart(beats))
    for thread in beside:
        thread.join()
    app.close()


def shipper(app: App, doors: Iterable[socket.socket], beats: Path) -> None:
    """Keep what the shop commits until told to stop."""
    import subprocess
    import sys
    from contextlib import suppress

    from haat.kernel.errors import NotFound
    from haat.ops import running
    from haat.ops.backups.engine import Source
    from haat.ops.backups.engines import engine_of
    from haat.ops.backups.engines.sqlite import Log
    from haat.ops.backups.gather import small
    from haat.ops.backups.owner import refuse_other
    from haat.ops.backups.repository import claimed, opened_or_made
    from haat.ops.backups.shipping import Shipping
    from haat.ops.backups.vault import Vault
    from haat.ops.backups.workplace import forget_dead
    from haat.ops.procedure.lock import held
    from haat.shelves import shelf_of

    _leave(doors)
    settings = app.settings
    _listen_for_profiles("shipper", settings.data)
    logs.write_json(settings.logs.level)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    argv = [sys.executable, "-m", "haat", "backup", "take", "--unproved", "--json", "--data", str(settings.data)]

    def open_vault() -> Vault:
        """It has to be open while somebody is at a recovery as well; to make one takes being alone."""
        shelf = shelf_of(settings, stop)
        with suppress(NotFound):
            return claimed(settings, shelf)
        with held(running.operations_lock_of(settings.data), "making the repository"):
            return opened_or_made(settings, shelf)

    def sources() -> Sequence[Source]:
        return [engine_of(settings).source(settings.data), *map(Log, small(settings.data))]

    def note_unproved() -> None:
        with suppress(OSError):  # It is shipped all the same, where the sign of it cannot be left.
            running.unproved_of(settings.data).touch()

    shipping = Shipping(
        open_vault,
        sources,
        # In a session of its own, so that it can be ended with all that it has begun.
        lambda: subprocess.Popen(argv, stdout=subprocess.DEVNULL, start_new_session=True),  # noqa: S603 - our own words
        partial(mark, beats),
        note_unproved,
        partial(refuse_other, data=settings.data),
    )
    whole = running.all_shipped_of(settings.data)
    whole.unlink(missing_ok=True)
    is_whole = shipping.run_until_stopped(stop)
    # What goes on writing into a copy that nobody makes any more ends when its folder is gone.
    forget_dead(settings.data / settings.backup.scratch, "copy-*")
    if is_whole:
        whole.touch()


def is_a_copy(app: App) -> bool:
    """Whether the repository is that of the shop which this stack is a copy of."""
    from haat.kernel.errors import HaatError
    from haat.ops.backups import repository
    from haat.shelves import shelf_of

    try:
        return repository.is_a_copy(app.settings, shelf_of(app.settings))
    except HaatError:  # The shipper says why it has no repository.
        return False


def ship_no_more(app: App) -> None:
    """The server of the database keeps nothing for a shipper that this stack had once. Where that cannot be done, `haat backup status` tells of it."""
    from haat.kernel.errors import HaatError
    from haat.ops.backups.engines import engine_of

    with suppress(HaatError):
        engine_of(app.settings).let_go(app.settings.data)


def _listen_for_profiles(program: str, data: Path) -> None:
    from haat.ops.profiles.sampler import listen
    from haat.ops.profiles.take import folder_of

    listen(program, folder_of(data))


def _leave(doors: Iterable[socket.socket]) -> None:
    """Close doors that are another process's: they must not stay open with this one."""
    for door in doors:
        door.close()


def _bring_news(app: App, stop: threading.Event) -> None:
    """Carry what the sandbox has to tell to the shop, as a gateway on the network would."""
    from haat.adapters.sandbox.events import post_to

    send = post_to(f"{app.settings.web.own_url}/gateway/{app.gateway.name}/events")
    while not stop.wait(_BETWEEN_NEWS):
        try:
            app.gateway.deliver_due(clock.now(), send)
        except Exception:
            _log.exception("The post of the sandbox stays for now.")
            stop.wait(1.0)
