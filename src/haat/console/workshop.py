"""Where runs that were begun in the console go on, whatever becomes of the browser.

Each has a thread of its own and its own connection to the journal. When the console is killed in the middle of one, its journal says what
was being done, and the run can be resumed or undone, from here or from the command line.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import closing

from haat.config.schema import Settings
from haat.kernel.errors import HaatError, Unavailable
from haat.ops import running
from haat.ops.procedure import Procedure, Scene
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.run import Runner
from haat.ops.procedure.scene import PicturesInUse
from haat.ops.runbook import procedure

WAY_IN = "console"
_UNTIL_BEGUN = 15.0  # seconds, of which the journal may have to wait ten for others who write

_log = logging.getLogger(__name__)


class Workshop:
    """The runs of one console."""

    def __init__(self, settings: Settings, pictures_in_use: PicturesInUse) -> None:
        self._settings = settings
        self._pictures_in_use = pictures_in_use
        self._file = running.memory_of(settings.data)
        self._lock_file = running.operations_lock_of(settings.data)
        self._threads: list[threading.Thread] = []

    def start(self, name: str, words: Mapping[str, str], who: str) -> int:
        """Begin a run, which goes on by itself; returns its id. Raises NotFound, Invalid, Conflict, Refused."""
        asked = procedure(name)
        scene = self.scene(asked, words)
        return self._begun(lambda runner, _: runner.start(asked, scene, who, WAY_IN))

    def resume(self, run_id: int, who: str) -> int:
        """Go on with a run, which goes on by itself. Raises NotFound, Conflict, Refused."""

        def work(runner: Runner, journal: Journal) -> object:
            run = journal.run(run_id)
            asked = procedure(run.procedure)
            return runner.resume(run, asked, self.scene(asked, run.given), who, WAY_IN)

        return self._begun(work)

    def undo(self, run_id: int, who: str) -> int:
        """Begin to take back a run, which goes on by itself. Raises NotFound, Conflict, Refused."""

        def work(runner: Runner, journal: Journal) -> object:
            run = journal.run(run_id)
            asked = procedure(run.procedure)
            return runner.undo(run, asked, self.scene(asked, run.given), who, WAY_IN)

        return self._begun(work)

    def scene(self, asked: Procedure, words: Mapping[str, str]) -> Scene:
        """Where a procedure is run, with what it is told. Raises Invalid."""
        return Scene(self._settings, asked.read(words), self._pictures_in_use)

    def finish(self) -> None:
        """Wait for what is under way."""
        for thread in self._threads:
            thread.join()

    def _begun(self, work: Callable[[Runner, Journal], object]) -> int:
        """The id of the run, once it is in the journal."""
        begun: Future[int] = Future()
        thread = threading.Thread(target=self._work, args=(work, begun), name="run")
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()
        try:
            return begun.result(_UNTIL_BEGUN)
        except TimeoutError as error:
            raise Unavailable(
                "The run has not begun yet.",
                why=f"Its journal cannot be written since {_UNTIL_BEGUN:g} seconds.",
                try_="Look under “Runs” before you try again: it may begin at any moment.",
            ) from error

    def _work(self, work: Callable[[Runner, Journal], object], begun: Future[int]) -> None:
        try:
            with closing(Journal(self._file)) as journal:
                work(Runner(journal, self._lock_file, _tell_nobody, begun.set_result), journal)
        except BaseException as error:
            if not begun.done():
                begun.set_exception(error)
            elif not isinstance(error, HaatError):  # Those are in the journal, in words.
                _log.exception("A run has failed in a way that it was not made for.")


def _tell_nobody(step: int, event: str, said: str) -> None:
    """Whoever looks reads the journal."""
