"""Where a drill takes place: a stack of its own, really running, on a database of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from haat.config.load import load
from haat.config.schema import Settings
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.drills import small_disk
from haat.ops.drills.blank import Blanks
from haat.ops.drills.load import Load
from haat.ops.drills.servers import OwnRedis, Server, server_of
from haat.ops.drills.shop import Opening, Shop
from haat.ops.health.processes import children
from haat.ops.procedure import Finding, Procedure, Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.lock import is_held
from haat.ops.procedure.run import Runner
from haat.ops.servers import free_port
from haat.store.drivers import driver_of

_CLIENTS = 8
_PATIENCE = 60.0  # seconds
_DATABASE = "haat"


class Stage:
    """A stack without goods, running on a free port, with a shop that clients order from; one that `has_cache` keeps pages on a server of its
    own, for a minute; with a `disk` of so many bytes its folder is a file system of its own; one that `ships` keeps all that is committed in a
    repository beside it. With `blanks` it begins as a copy of one of them. Use it with `with`.
    """

    def __init__(
        self,
        folder: Path,
        database: str,
        opening: Opening,
        *,
        has_cache: bool = False,
        disk: int = 0,
        ships: bool = False,
        blanks: Blanks | None = None,
    ) -> None:
        self.folder, self.data, self.repository = folder, folder / "stack", folder / "repository"
        self.port = free_port()
        self.notes: dict[str, Any] = {}
        self._opening = opening
        self._kind = database
        self._disk = disk
        self._ships = ships
        self._blanks = blanks
        self.server: Server | None = None
        self.cache = OwnRedis(folder / "cache", remembers=True) if has_cache else None
        self.is_over = threading.Event()
        self._up: subprocess.Popen[bytes] | None = None
        self._shop: Shop | None = None
        self._clients: Load | None = None

    def __enter__(self) -> Stage:
        try:
            self._lay_out()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, *raised: object) -> None:
        self._leave()

    @property
    def settings(self) -> Settings:
        return load(self.data, {}, {})

    @property
    def shop(self) -> Shop:
        assert self._shop is not None
        return self._shop

    @property
    def clients(self) -> Load:
        """Those who order."""
        assert self._clients is not None
        return self._clients

    @property
    def supervisor(self) -> int:
        """The process that keeps the others."""
        assert self._up is not None
        return self._up.pid

    def pids_of(self, program: str) -> set[int]:
        """The processes of a program of the stack: `web`, of which there may be several, or `worker`."""
        return {pid for pid, name in children(self.supervisor).items() if name.startswith(f"haat-{program}")}

    def reopen(self) -> None:
        """Look into the books of the stack that is there now: it may have its database elsewhere."""
        self._shop = self._opening(self.data)

    def ask(self, sql: str) -> list[Any]:
        """What the database of the stack answers. Raises Unavailable when it does not."""
        return driver_of(self.settings.database).ask(sql)

    def answers(self) -> bool:
        """Whether the shop says that it is alive."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def run(self, procedure: Procedure, given: Mapping[str, Any]) -> Run:
        """Run a procedure on this stack, as the runbook does. Raises what went wrong."""
        with self._journal() as journal:
            return self._runner(journal).start(procedure, Scene(self.settings, given), "drill", "drill")

    def resume(self, procedure: Procedure) -> Run:
        """Go on with the run of this procedure that was killed. Raises what went wrong."""
        with self._journal() as journal:
            [killed] = journal.unfinished()
            scene = Scene(self.settings, procedure.read(killed.given))
            return self._runner(journal).resume(killed, procedure, scene, "drill", "drill")

    def runs(self) -> list[Run]:
        """All runs of this stack."""
        with self._journal() as journal:
            return journal.since(0)

    def unfinished(self) -> list[Run]:
        """Those that were killed, as long as nothing else is run."""
        with self._journal() as journal:
            return journal.unfinished()

    def haat(self, *words: str, of: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        """Use a command on this stack, or on the one in a folder, as an operator would at the terminal."""
        return subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-m", "haat", *words, "--data", str(of or self.data)],
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )

    def told(self, *words: str) -> dict[str, Any]:
        """What a command answers to programs. Raises Unavailable where it answers nothing, with what it said instead."""
        said = self.haat(*words, "--json")
        try:
            answer: dict[str, Any] = json.loads(said.stdout)
        except json.JSONDecodeError as error:
            raise Unavailable(
                f"`haat {' '.join(words)}` has not answered.", why=(said.stderr or said.stdout).strip()[-500:]
            ) from error
        return answer

    def load(self) -> Load:
        """Clients for the shop, who have not begun."""
        self._clients = Load(self.port, self.shop.lay_out(_CLIENTS))
        return self._clients

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        with closing(Journal(running.memory_of(self.data))) as journal:
            yield journal

    def _runner(self, journal: Journal) -> Runner:
        return Runner(journal, running.operations_lock_of(self.data), lambda *_: None)

    def _lay_out(self) -> None:
        self.data.mkdir(parents=True)
        if self._disk:
            small_disk.mount(self.data, self._disk)
        self.folder.chmod(0o711)  # The server's user must reach its own folder in it.
        if self._blanks is not None:
            self._blanks.lay(self._kind, self.folder)
        lines = ["[market]", 'preset = "ecommerce"', "", "[web]", f"port = {self.port}"]
        if self._kind != "sqlite":
            self.server = server_of(self._kind, self.folder / "server", is_logged=self._ships)
            if self._blanks is None:
                self.server.ask(f"CREATE DATABASE {_DATABASE}")
            lines += ["", "[store]", f'url = "{self.server.address(_DATABASE).reveal()}"']
        if self.cache is not None:
            self.cache.start()
            lines.insert(lines.index(f"port = {self.port}") + 1, 'page_cache = "1m"')
            lines += ["", "[cache]", f'url = "{self.cache.address.reveal()}"']
        if self._ships:
            lines += ["", "[backup]", f'to = "{self.repository}"', 'ship = "yes"']
        settings = self.data / "haat.toml"
        settings.touch(0o600)
        settings.write_text("\n".join(lines) + "\n", "utf-8")
        with (self.folder / "up.log").open("wb") as log:
            self._up = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-m", "haat", "up", "--data", str(self.data), "--empty"], stdout=log, stderr=log
            )
        wait_until(lambda: self._has_ended() or self.answers(), "the stack is up", _PATIENCE)
        if self._has_ended():
            raise Unavailable("The stack of the drill did not start.", why=(self.folder / "up.log").read_text()[-2000:])
        self._shop = self._opening(self.data)
        if self._ships:
            wait_until(running.shipped_of(self.data).exists, "what is committed is kept", _PATIENCE)

    def _has_ended(self) -> bool:
        return self._up is not None and self._up.poll() is not None

    def _leave(self) -> None:
        self.is_over.set()
        if self._shop is not None:
            self._shop.close()
        if self._up is not None:
            with suppress(ProcessLookupError):
                self._up.send_signal(signal.SIGCONT)  # A drill may have frozen it.
                self._up.terminate()
            try:
                self._up.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._up.kill()
        self._end_successor()
        if self.server is not None:
            self.server.end()
        if self.cache is not None:
            self.cache.end()
        if self._disk:
            small_disk.unmount(self.data)

    def _end_successor(self) -> None:
        """The stack that was begun in the place of the one that is lost."""
        told = running.told(self.data)
        if told is None or not is_held(running.lock_of(self.data)):
            return
        with suppress(ProcessLookupError):
            os.kill(told.pid, signal.SIGTERM)
        wait_until(lambda: not is_held(running.lock_of(self.data)), "the stack has ended", _PATIENCE)


def blanks(folder: Path, opening: Opening) -> Blanks:
    """Stacks in this folder that stages are copies of, each made when it is first needed."""
    folder.chmod(0o711)  # As with the folder of a stage.

    def make(place: Path, kind: str) -> None:
        place.mkdir(parents=True)
        with Stage(place, kind, opening):
            pass  # It was up, and has ended in order: that is all.

    return Blanks(folder, make)


def wait_until(is_so: Callable[[], bool], what: str, patience: float) -> None:
    """Look again and again. Raises Unavailable, naming what did not come."""
    until = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > until:
            raise Unavailable(f"Waited for {patience:g} s in vain until {what}.")
        time.sleep(0.02)


def soon(look: Callable[[], Finding], patience: float) -> Finding:
    """What a look comes to when it holds, or at last."""
    until = time.monotonic() + patience
    while not (found := look()).holds and time.monotonic() < until:
        time.sleep(0.02)
    return found
