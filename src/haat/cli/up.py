"""`haat up`: the whole stack, in one process that keeps the others."""

from __future__ import annotations

import os
import secrets
import socket
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from haat.cli.command import Call, Command

if TYPE_CHECKING:
    from haat.adapters.processes.log_file import LogFile
    from haat.adapters.processes.supervisor import Died, Event, Program
    from haat.app import App
    from haat.cli.screen import Screen
    from haat.kernel.errors import HaatError

_MOST_SHORT_LIVES = 5  # in a row, of a program of a stack that never came up: then the start is given up
_CONSOLE, _KEEPER, _SHIPPER = "console", "keeper", "shipper"
_BESIDE = (_CONSOLE, _KEEPER, _SHIPPER)  # The shop comes up without them.
_PATIENCE = 1.0  # seconds to wait for the web to answer, each time it is asked


def _up(call: Call) -> None:
    from haat.adapters.processes.listener import listen
    from haat.app import App
    from haat.cli import making
    from haat.cli.screen import Screen
    from haat.ops import running

    began = time.monotonic()
    screen = Screen(as_json=call.args.json)
    preset = call.app.settings.market.preset  # What is wrong with the settings is told before anything is made.
    with making.folder(call.data):
        making.lay_out(call.data, preset)
        app = App.of(call.data, os.environ, call.flags)
        screen.greet(app.settings)
        listener = listen(app.settings.web.host, app.settings.web.port)
        console = _console_door(app, screen)
        hold = running.hold_of(call.data)
        if hold.exists():
            screen.say_rests(hold)
        else:
            _make(app, screen, is_empty=call.args.empty)
        _Stack(app, listener, console, screen, began).run()


def _console_door(app: App, screen: Screen) -> socket.socket | None:
    """Where operators come in; None where there is to be no console, or where its port is taken: the shop is worth more than the console."""
    from haat.adapters.processes.listener import listen
    from haat.kernel.errors import Unavailable

    settings = app.settings
    if settings.console.enabled == "no":
        return None
    try:
        return listen(settings.console.host, settings.console_port, "console")
    except Unavailable as error:
        screen.say_without_console(error)
        return None


def _make(app: App, screen: Screen, *, is_empty: bool) -> None:
    from haat.adapters.processes.forking import apart
    from haat.cli import making

    plan = making.plan_of(app.settings.data, is_empty=is_empty)
    if not making.is_made(app, plan):
        screen.say_making(plan)
        screen.say_made(making.Made(*apart(lambda: making.make(app, plan, is_silent=screen.is_for_programs))))
    if plan.goods == "demo":
        screen.say_accounts(app.settings.market.preset)


class _Stack:
    """The processes of a stack, from their start to their end."""

    def __init__(
        self, app: App, listener: socket.socket, console: socket.socket | None, screen: Screen, began: float
    ) -> None:
        self._app = app
        self._data = app.settings.data
        self._listener = listener
        self._console = console
        self._screen = screen
        self._began = began
        self._log = _log_file(app, "up")
        self._is_ready = False
        self._failure: Died | None = None

    def run(self) -> None:
        """Return when everything has ended in order. Raises Unavailable when it never came up."""
        from haat.adapters.processes.listener import let_nobody_else_in
        from haat.adapters.processes.supervisor import Supervisor
        from haat.ops import running

        for signs in (running.beats_of(self._data), running.shipped_of(self._data)):
            signs.unlink(missing_ok=True)
        self._supervisor = Supervisor(
            self._programs(),
            tell=self._hear,
            tick=self._look,
            before_end=lambda: let_nobody_else_in(self._listener),
            anew=lambda: running.wanted_anew(self._data),
            asleep=lambda: running.asleep(self._data),
        )
        try:
            self._supervisor.run()
        finally:
            running.forget(self._data)
        if self._failure:
            raise _never_came_up(self._failure, self._data)
        self._screen.say_ended()

    def _programs(self) -> list[list[Program]]:
        """What answers, which ends first; then what does the rest; then those who look after both; and last whoever keeps what they wrote."""
        from haat.adapters.processes.forking import apart
        from haat.adapters.processes.supervisor import Program
        from haat.cli import making, programs
        from haat.ops import running

        made = programs.load(self._app)
        if not running.hold_of(self._data).exists():
            apart(lambda: making.take_up_zone(self._app))  # With all that is loaded now, it takes no time.
        consoles = [self._console] if self._console else []
        web = partial(programs.web, self._app, made, self._listener, consoles)
        doors = [self._listener, *consoles]
        myself = secrets.token_hex(5)  # No other supervisor has this name, nor will.
        worker = partial(programs.worker, self._app, doors, running.beats_of(self._data), myself)
        to_web, to_worker = _log_file(self._app, "web").write, _log_file(self._app, "worker").write
        count = self._app.settings.web.workers
        names = ["web"] if count == 1 else [f"web {number}" for number in range(1, count + 1)]
        groups = [[Program(name, web, to_web) for name in names], [Program("worker", worker, to_worker)]]
        doorman = partial(programs.doorman, self._app, self._listener, consoles)
        groups.append([Program(running.DOORMAN, doorman, _log_file(self._app, running.DOORMAN).write)])
        if self._console:
            console = partial(programs.console, programs.load_console(self._app), self._console, [self._listener])
            groups.append([Program(_CONSOLE, console, _log_file(self._app, _CONSOLE).write)])
        keeper = partial(programs.keeper, self._app, programs.load_keeper(self._app), [self._listener, *consoles])
        groups.append([Program(_KEEPER, keeper, _log_file(self._app, _KEEPER).write)])
        if self._app.settings.backup.ship == "yes" and not programs.is_a_copy(self._app):
            shipper = partial(programs.shipper, self._app, doors, running.shipped_of(self._data))
            groups.append([Program(_SHIPPER, shipper, _log_file(self._app, _SHIPPER).write)])
        elif self._app.settings.database.kind != "sqlite":
            apart(lambda: programs.ship_no_more(self._app))
        return groups

    def _look(self) -> bool:
        """Whether to look again: until everything answers, and then never."""
        from haat import __version__
        from haat.adapters.processes.heart import since_last_beat
        from haat.kernel import clock
        from haat.ops import running

        url = self._app.settings.web.own_url
        console = self._app.settings.console_url if self._console else ""
        if since_last_beat(running.beats_of(self._data)) is None or not running.answers(url, _PATIENCE):
            return True
        running.tell(self._data, running.Running(os.getpid(), url, clock.now(), __version__, console))
        self._is_ready = True
        self._screen.say_ready(
            self._app.settings, time.monotonic() - self._began, has_console=self._console is not None
        )
        return False

    def _hear(self, event: Event) -> None:
        from haat.adapters.processes.supervisor import Died

        self._log.write(self._screen.say(event))
        if not isinstance(event, Died) or event.program in _BESIDE or self._is_ready:
            return
        if event.short >= _MOST_SHORT_LIVES:
            self._failure = event
            self._supervisor.end()


def _log_file(app: App, name: str) -> LogFile:
    from haat.adapters.processes.log_file import LogFile

    logs = app.settings.logs
    path = app.settings.data / "logs" / f"{name}.log"
    return LogFile(path, max_size=logs.max_size, keep=logs.keep, secrets=_as_written(app.settings.secrets))


def _as_written(secrets: list[str]) -> list[bytes]:
    """Secrets as they would stand in a log, in plain text or within JSON."""
    import json

    return [text.encode() for secret in secrets for text in {secret, json.dumps(secret)[1:-1]}]


def _never_came_up(died: Died, data: Path) -> HaatError:
    from haat.kernel.errors import Unavailable

    return Unavailable(
        f"The stack does not come up: {died.program} ends as soon as it is started.",
        why="\n".join([f"It {died.how}. Its last words:", *died.lines]) if died.lines else f"It {died.how}, silently.",
        try_=f"Everything it said is in {data / 'logs' / (died.program.split()[0] + '.log')}.",
    )


COMMANDS = {
    "": Command(
        _up,
        settings={"preset": "market.preset", "port": "web.port"},
        shape="\n".join(
            [
                '{"event": "begun", "version": "0.1.0", "data": "/srv/shop", "warnings": []}',
                '{"event": "making", "goods": "demo"}',
                '{"event": "without_console", "why": "nginx (process 812) listens on 127.0.0.1, port 9000."}',
                '{"event": "rests", "why": "A copy takes the place of the database.", "file": "/srv/shop/run/hold"}',
                '{"event": "made", "revisions": ["0001"], "administrator": "admin@haat.example", "password": "1f3a-90bc-77de-0a42-c8d1"}',
                '{"event": "accounts", "accounts": [{"email": "ada@demo.haat.example", "role": "buyer", "password": "…"}]}',
                '{"event": "ready", "url": "http://127.0.0.1:8000", "console": "http://127.0.0.1:9000", "logs": "/srv/shop/logs", "seconds": 0.8}',
                '{"event": "died", "program": "web", "how": "was killed by SIGKILL", "short": 1, "pause": 0.0, "lines": []}',
                '{"event": "back", "program": "web", "after": 0.01}',
                '{"event": "renewing", "program": "web", "by_force": false}',
                '{"event": "resting", "program": "web", "by_force": false}',
                '{"event": "woken", "program": "web"}',
                '{"event": "ending", "programs": ["web"], "by_force": false}',
                '{"event": "ended"}',
            ]
        ),
    )
}
