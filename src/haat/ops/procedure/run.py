"""Run a procedure, go on with a run that was killed, or take back what it did.

What is meant to be done is in the journal before it is done, and what came of it afterwards, whatever came of it. So whoever comes after a
`kill -9` knows which step may be half done: that one is checked, and done again unless it holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from haat.kernel import clock, faults
from haat.kernel.errors import HaatError, NotFound, Refused, Unavailable
from haat.kernel.ids import encode
from haat.ops.procedure import hands, journal, lock
from haat.ops.procedure.deed import Deed
from haat.ops.procedure.evidence import evidence_of
from haat.ops.procedure.journal import Entry, Journal, Run
from haat.ops.procedure.procedure import Procedure
from haat.ops.procedure.scene import Scene
from haat.ops.procedure.step import Finding, Irreversible, Look, Step
from haat.ops.runbook import PROCEDURES, gives_way

_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5  # seconds between two looks whether a step took
_UNDO_GOES_ON = "`haat runbook undo {run}` goes on taking it back."
_MOST_LOOKED = 180.0  # seconds until it should have, however long it may be done


class Planned(NamedTuple):
    """What a step would do now: nothing when it is done `already`."""

    title: str
    already: str
    deeds: Sequence[Deed]
    undo: str


Tell = Callable[[int, str, str], None]
"""Told of every event as it happens: the number of the step, the event, a sentence."""
Begun = Callable[[int], None]
"""Told the id of a run as soon as it is written down that somebody is at it."""


def plan(procedure: Procedure, scene: Scene) -> list[Planned]:
    """What a run would do, as far as it can be seen before the first step is done. Nothing is changed."""
    now = scene._replace(began_at=clock.now())
    return [_planned(step, now) for step in procedure.steps]


def plan_to_resume(run: Run, procedure: Procedure, scene: Scene, entries: Sequence[Entry]) -> list[Planned]:
    """What going on with the run would do. Nothing is changed. Raises Refused for one that is done, or was taken back."""
    then = scene._replace(began_at=run.began_at)
    return [_planned(procedure.steps[number], then) for number in _left(run, procedure, entries)]


def plan_to_undo(run: Run, procedure: Procedure, scene: Scene, entries: Sequence[Entry]) -> list[Planned]:
    """What taking the run back would do, the last step first. Nothing is changed. Raises Refused as `undo` does."""
    then = scene._replace(began_at=run.began_at)
    return [_planned_back(procedure.steps[number], then) for number in _to_take_back(run, procedure, entries)]


class Choices(NamedTuple):
    """What can be done with a run that nobody is at. `for_good` says why it cannot be taken back; it is empty where that can be done, or
    where there is nothing to take back.
    """

    may_resume: bool
    may_undo: bool
    for_good: str


def choices(run: Run, procedure: Procedure, entries: Sequence[Entry]) -> Choices:
    """What `resume` and `undo` would say to this run."""
    touched = _touched(entries)
    for_good = next(_for_good(procedure, touched), "")
    may_undo = bool(touched) and not for_good and run.state != journal.UNDONE
    return Choices(run.state in (journal.RUNNING, journal.FAILED), may_undo, for_good)


class Runner:
    """Runs procedures on one stack."""

    def __init__(self, journal_: Journal, lock_file: Path, tell: Tell, begun: Begun = lambda run_id: None) -> None:
        self._journal = journal_
        self._lock_file = lock_file
        self._tell = tell
        self._begun = begun

    def start(self, procedure: Procedure, scene: Scene, who: str, way_in: str) -> Run:
        """Run it from its first step; returns the run that was done. Raises what went wrong, and Conflict, Refused."""
        self._refuse_wrong_database(procedure, scene)
        with self._alone(procedure, self._refuse_while_unfinished):
            self._refuse_while_unfinished()
            run_id = self._journal.begin(procedure.name, procedure.show(scene.given), who, way_in)
            self._begun(run_id)
            return self._through(run_id, procedure, scene, range(len(procedure.steps)))

    def resume(self, run: Run, procedure: Procedure, scene: Scene, who: str, way_in: str) -> Run:
        """Go on where it was killed, or failed. Raises Refused for one that is done, or was taken back."""

        def refuse() -> None:
            _left(run, procedure, self._journal.entries(run.id))
            self._refuse_while_unfinished(run.id)

        with self._alone(procedure, refuse):
            run = self._journal.run(run.id)
            left = _left(run, procedure, self._journal.entries(run.id))
            self._refuse_while_unfinished(run.id)
            self._journal.go_on(run.id, who, way_in)
            self._begun(run.id)
            return self._through(run.id, procedure, scene, left)

    def undo(self, run: Run, procedure: Procedure, scene: Scene, who: str, way_in: str) -> Run:
        """Take back what it did, the last step first. Raises Refused when one of its steps cannot be undone, before anything is."""

        def refuse() -> None:
            _to_take_back(run, procedure, self._journal.entries(run.id))
            self._refuse_while_unfinished(run.id)

        with self._alone(procedure, refuse):
            run = self._journal.run(run.id)
            touched = _to_take_back(run, procedure, self._journal.entries(run.id))
            self._refuse_while_unfinished(run.id)
            scene = scene._replace(began_at=run.began_at)
            _refuse_to_begin(procedure, touched, scene)
            self._journal.go_back(run.id, who, way_in)
            self._begun(run.id)
            with self._ending(run.id, procedure, journal.UNDONE):
                for number in touched:
                    self._take_back(run.id, number, procedure.steps[number], scene)
            return self._journal.run(run.id)

    def give_up(self, run: Run, procedure: Procedure) -> None:
        """End a run that was killed, of a procedure that gives way: it has failed. Raises Conflict where somebody is at it."""
        with self._alone(procedure):
            if self._journal.run(run.id).ended_at is not None:
                return
            last = self._journal.entries(run.id)[-1:]
            self._note(run.id, last[0].step if last else 0, "failed", "whoever was at it was killed")
            self._journal.end(run.id, journal.FAILED, evidence_of(self._journal.entries(run.id), procedure.steps))

    def _through(self, run_id: int, procedure: Procedure, scene: Scene, numbers: Sequence[int]) -> Run:
        scene = scene._replace(began_at=self._journal.run(run_id).began_at)
        with self._ending(run_id, procedure, journal.DONE):
            for number in numbers:
                self._do(run_id, number, procedure.steps[number], scene)
        return self._journal.run(run_id)

    def _do(self, run_id: int, number: int, step: Step, scene: Scene) -> None:
        with self._noting_failure(run_id, number):
            found = step.check(scene)
            if found.holds:
                self._note(run_id, number, "already", found.said)
                return
            deeds = step.act(scene)
            self._note(run_id, number, "intended", _written(deeds))
            said = self._do_all(deeds, scene, step.timeout)
            self._note(run_id, number, "acted", said)
            self._note(run_id, number, "verified", _insist(step.verify, scene, min(step.timeout, _MOST_LOOKED)))

    def _take_back(self, run_id: int, number: int, step: Step, scene: Scene) -> None:
        assert not isinstance(step.undo, Irreversible)
        with self._noting_failure(run_id, number):
            deeds = step.undo(scene)
            self._note(run_id, number, "undoing", _written(deeds))
            self._note(run_id, number, "undone", self._do_all(deeds, scene, step.timeout))

    def _do_all(self, deeds: Sequence[Deed], scene: Scene, patience: float) -> str:
        said = []
        for number, deed in enumerate(deeds):
            faults.reach(f"deed.{number}")
            said.append(hands.do(deed, scene, patience))
        return "\n".join(filter(None, said))

    def _note(self, run_id: int, number: int, event: str, said: str) -> None:
        faults.reach(f"before.{event}.{number}")
        self._journal.note(run_id, number, event, said)
        self._tell(number, event, said)
        faults.reach(f"after.{event}.{number}")

    @contextmanager
    def _noting_failure(self, run_id: int, number: int) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._note(run_id, number, "failed", _sentence(error))
            raise

    @contextmanager
    def _ending(self, run_id: int, procedure: Procedure, state: str) -> Iterator[None]:
        """The run comes to an end with this, whatever happens but a `kill -9`."""
        try:
            yield
        except BaseException:
            state = journal.FAILED
            raise
        finally:
            self._journal.end(run_id, state, evidence_of(self._journal.entries(run_id), procedure.steps))

    @contextmanager
    def _alone(self, procedure: Procedure, refuse: Callable[[], None] = lambda: None) -> Iterator[None]:
        """What only reads keeps others who read waiting, and nobody else; what goes first has others give way, unless it is refused anyway."""
        if procedure.goes_first and lock.gives_way(self._lock_file):
            refuse()
            lock.make_way(self._lock_file)
        held = lock.held_to_read if procedure.only_reads else lock.held
        with held(self._lock_file, f"“{procedure.name}”"):
            yield

    def _refuse_while_unfinished(self, own: int = 0) -> None:
        """Raises Refused while another run is half done; where there are several, one has to be the first."""
        for run in [one for one in self._journal.unfinished() if not gives_way(one.procedure)][:1]:
            if run.id == own:
                return
            raise Refused(
                f"A run of “{run.procedure}” was killed, and may be half done.",
                why=f"Nobody is at run {encode(run.id)} any more, and its journal does not end.",
                try_=self._ways_on(run),
            )

    def _ways_on(self, run: Run) -> str:
        """What somebody can do who meets a run that was killed."""
        name = encode(run.id)
        if run.state == journal.UNDOING:
            return _UNDO_GOES_ON.format(run=name)
        asked, resume = PROCEDURES.get(run.procedure), f"`haat runbook resume {name}` finishes it"
        if asked and choices(run, asked, self._journal.entries(run.id)).for_good:
            return f"{resume}."
        return f"{resume}, `haat runbook undo {name}` takes it back."

    def _refuse_wrong_database(self, procedure: Procedure, scene: Scene) -> None:
        if scene.database_kind not in procedure.databases:
            raise NotFound(
                f"“{procedure.name}” is nothing for this stack.",
                why=f"It is for {' and '.join(procedure.databases)}; this stack runs on {scene.database_kind}.",
            )


def _planned(step: Step, scene: Scene) -> Planned:
    undo = f"cannot be undone: {step.undo.why}" if isinstance(step.undo, Irreversible) else "can be undone"
    found = step.check(scene)
    if found.holds:
        return Planned(step.title, found.said, (), undo)
    return Planned(step.title, "", tuple(step.act(scene)), undo)


def _planned_back(step: Step, scene: Scene) -> Planned:
    assert not isinstance(step.undo, Irreversible)
    return Planned(step.title, "", tuple(step.undo(scene)), "is taken back")


def _left(run: Run, procedure: Procedure, entries: Sequence[Entry]) -> list[int]:
    """The steps that are still to be done. Raises Refused for a run that is done, or was taken back."""
    if run.state not in (journal.RUNNING, journal.FAILED):
        try_ = _UNDO_GOES_ON.format(run=encode(run.id)) if run.state == journal.UNDOING else ""
        raise Refused(f"Run {encode(run.id)} cannot go on.", why=f"It is {run.state}.", try_=try_)
    standing = _standing(entries)
    return [number for number in range(len(procedure.steps)) if number not in standing]


def _to_take_back(run: Run, procedure: Procedure, entries: Sequence[Entry]) -> list[int]:
    """The steps to take back, the last first. Raises Refused when one of them cannot be, or the run was taken back."""
    if run.state == journal.UNDONE:
        raise Refused(f"Run {encode(run.id)} has been taken back already.")
    touched = _touched(entries)
    for why in _for_good(procedure, touched):
        raise Refused(f"Run {encode(run.id)} cannot be taken back.", why=why)
    return touched


def _refuse_to_begin(procedure: Procedure, touched: Sequence[int], scene: Scene) -> None:
    """What one of the steps will refuse is refused before any of them is taken back. What cannot be seen yet is left to its turn."""
    for number in touched:
        with suppress(Unavailable, NotFound):
            _planned_back(procedure.steps[number], scene)


def _insist(verify: Look, scene: Scene, patience: float) -> str:
    """What `verify` said when it held. Raises Unavailable when it does not within the time."""
    until, pause = time.monotonic() + patience, _FIRST_PAUSE
    while not (found := _look(verify, scene)).holds:
        if time.monotonic() > until:
            raise Unavailable(
                "The step was done, and did not take.", why=f"After {patience:g} s {found.said.rstrip('.')}."
            )
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    return found.said


def _look(look: Look, scene: Scene) -> Finding:
    """As the look says; what cannot be seen yet, such as a database that starts, does not hold yet."""
    try:
        return look(scene)
    except Unavailable as error:
        return Finding(False, _sentence(error))


def _standing(entries: Sequence[Entry]) -> set[int]:
    """The steps that were done, and of which nobody has begun to take anything back since."""
    standing = set[int]()
    for entry in entries:
        if entry.event in ("verified", "already"):
            standing.add(entry.step)
        elif entry.event == "undoing":
            standing.discard(entry.step)
    return standing


def _touched(entries: Sequence[Entry]) -> list[int]:
    """The steps that were begun, the last first; one that was taken back since is not among them."""
    touched: dict[int, None] = {}
    for entry in entries:
        if entry.event == "intended":
            touched[entry.step] = None
        elif entry.event == "undone":
            touched.pop(entry.step, None)
    return sorted(touched, reverse=True)


def _for_good(procedure: Procedure, touched: Sequence[int]) -> Iterator[str]:
    """Why these steps cannot be taken back, for each that cannot."""
    for number in touched:
        step = procedure.steps[number]
        if isinstance(step.undo, Irreversible):
            yield f"“{step.title}” is for good: {step.undo.why}."


def _written(deeds: Sequence[Deed]) -> str:
    return msgspec.json.encode(deeds).decode()


def _sentence(error: BaseException) -> str:
    if isinstance(error, HaatError):
        return f"{error.what} {error.why}".strip()
    return "interrupted by hand" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
