"""Carry out a drill, and say what it cost."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from haat.kernel import clock
from haat.kernel.errors import HaatError
from haat.ops.drills.blank import Blanks
from haat.ops.drills.clearing import Clearing
from haat.ops.drills.drill import Answer, Drill, Look, Mutation, by_itself
from haat.ops.drills.load import Sent, longest_gap
from haat.ops.drills.loss import Losses
from haat.ops.drills.shop import Opening
from haat.ops.drills.stage import Stage, soon, wait_until
from haat.ops.health import host
from haat.ops.procedure import Finding

_STEADY = 24  # acknowledged orders before anything is broken: some of each client
_QUIET = 1.0  # seconds of orders after all is well again
_PATIENCE = 60.0  # seconds
_SLICE = 0.1  # seconds of the drill that one point of the picture stands for


class Moment(msgspec.Struct, frozen=True):
    """What happened, so many seconds after the first order, and a sentence about it."""

    name: str
    at: float
    said: str


class Figures(msgspec.Struct, frozen=True):
    """What clients saw. `gap` is the longest time in seconds without an acknowledged order, from the fault on; `usual_gap` before it.

    `seconds` is from the fault to the proof that it is over. Of books that cannot be opened `lost` says nothing: then the drill has failed.
    `losses` are in seconds before the fault; None for a drill that does not measure them, or could not.
    """

    orders: int
    acknowledged: int
    failed: int
    lost: int
    usual_gap: float
    gap: float
    seconds: float
    losses: Losses | None = None


class Slice(msgspec.Struct, frozen=True):
    """A tenth of a second: how many orders were acknowledged in it, and how many failed."""

    acknowledged: int
    failed: int


class Report(msgspec.Struct, frozen=True):
    """What came of a drill. It has passed when there are no `reasons` why not. `mutation` is empty for the drill as it is; `machine` says in a
    few words on what it was carried out, and `took` is how many seconds it was from the making of its stack to the last order. It
    `is_hollow` where the fault had to take and did not, so that nothing was tried.
    """

    drill: str
    database: str
    mutation: str
    at: int
    reasons: tuple[str, ...]
    moments: tuple[Moment, ...]
    figures: Figures
    slices: tuple[Slice, ...] = ()
    machine: str = ""
    took: float = 0.0
    is_hollow: bool = False

    @property
    def has_passed(self) -> bool:
        return not self.reasons

    @property
    def is_as_it_should_be(self) -> bool:
        """A drill passes, and fails with its answer broken, not of a fault that did not take."""
        return self.has_passed != bool(self.mutation) and not self.is_hollow


Tell = Callable[[str], None]
"""Told what is being done now."""


def perform(
    drill: Drill,
    database: str,
    mutation: Mutation | None,
    opening: Opening,
    tell: Tell,
    blanks: Blanks | None = None,
) -> Report:
    """Carry it out on a stack of its own, which begins as a copy of one of the `blanks` if there are any, and is gone afterwards. Raises Unavailable,
    NotFound where there can be no such stack.
    """
    with Clearing() as clearing:
        return carry_out(drill, database, mutation, opening, tell, lambda report: None, clearing, blanks).result()


def carry_out(
    drill: Drill,
    database: str,
    mutation: Mutation | None,
    opening: Opening,
    tell: Tell,
    keep: Callable[[Report], object],
    clearing: Clearing,
    blanks: Blanks | None,
) -> Future[Report]:
    """The same, but return as soon as nobody orders any more: by the `clearing` it is judged, given to `keep`, and its stack taken away."""
    folder = Path(tempfile.mkdtemp(prefix="haat-drill-"))
    began = time.monotonic()
    with ExitStack() as end:
        end.callback(shutil.rmtree, folder, ignore_errors=True)
        tell("a stack of its own is made")
        stage_of = partial(Stage, has_cache=drill.has_cache, disk=drill.disk, ships=drill.ships, blanks=blanks)
        stage = end.enter_context(stage_of(folder, database, opening))
        clearing.wait()
        performance = _Performance(drill, mutation, stage, tell)
        performance.perform()
        took = round(time.monotonic() - began, 1)
        left = end.pop_all()

    def judge_and_clear() -> Report:
        with left:
            report = msgspec.structs.replace(performance.report(), took=took)
            keep(report)
            return report

    return clearing.begin(judge_and_clear)


class _Performance:
    def __init__(self, drill: Drill, mutation: Mutation | None, stage: Stage, tell: Tell) -> None:
        self._drill, self._mutation, self._stage, self._tell = drill, mutation, stage, tell
        self._began = self._fault_at = self._over_at = 0.0
        self._has_taken = False
        self._moments: list[Moment] = []
        self._reasons: list[str] = []

    def perform(self) -> None:
        """All that is measured."""
        load = self._stage.load()
        load.start()
        try:
            wait_until(lambda: load.acknowledged >= _STEADY, "clients have ordered", _PATIENCE)
            self._began = min(one.began for one in load.sent)
            self._fault_at = time.monotonic()
            self._break()
            load.take_time()
            self._over_at = self._mend()
            if not self._reasons:  # What is not well is watched no longer.
                time.sleep(_QUIET)
        finally:
            self._tell("the last orders are waited for")
            load.stop()

    def report(self) -> Report:
        """What it came to."""
        figures = self._figures()
        self._judge(figures)
        return self._report(figures)

    def _break(self) -> None:
        if self._mutation is not None and self._mutation.before is not None:
            self._mutation.before(self._stage)
        with self._noting("the fault"):
            found = self._drill.fault(self._stage)
            self._has_taken = found.holds
            self._insist(found, "the fault", "The fault did not take")

    def _mend(self) -> float:
        """Returns when it was proved to be over, or given up."""
        with self._noting("the answer"):
            self._answer(self._stage)
            if self._answer is not by_itself:
                self._note("the answer", "it is given")
        with self._noting("the proof"):
            found = soon(lambda: self._verify(self._stage), self._drill.budget.proof)
            self._insist(found, "the proof", "It was not over in time")
        return time.monotonic()

    @property
    def _answer(self) -> Answer:
        return self._drill.answer if self._mutation is None else self._mutation.answer

    @property
    def _verify(self) -> Look:
        return (self._mutation and self._mutation.verify) or self._drill.verify

    @property
    def _is_hollow(self) -> bool:
        """Whether the fault has to take, as it does unless a mutation breaks something before it, and did not."""
        return (self._mutation is None or self._mutation.before is None) and not self._has_taken

    @contextmanager
    def _noting(self, name: str) -> Iterator[None]:
        """What goes wrong is a reason why the drill has failed, and no reason to leave the clients alone."""
        self._tell(name)
        try:
            yield
        except HaatError as error:
            self._note(name, f"{error.what} {error.why}".strip())
            self._reasons.append(f"Of {name}: {error.what} {error.why}".strip())

    def _insist(self, found: Finding, name: str, otherwise: str) -> None:
        self._note(name, found.said)
        if not found.holds:
            self._reasons.append(f"{otherwise}: {found.said}.")

    def _note(self, name: str, said: str) -> None:
        self._moments.append(Moment(name, round(time.monotonic() - self._began, 3), said))

    def _figures(self) -> Figures:
        sent, shop = self._stage.clients.sent, self._stage.shop
        last = max(one.ended for one in sent)
        first_answer = min(one.ended for one in sent if one.is_acknowledged)
        since, until = self._drill.taken_back(self._stage)
        acknowledged = {one.key for one in sent if one.is_acknowledged and not since < one.ended < until}
        is_reachable = self._is_reachable()
        kept = shop.kept() if is_reachable else set()
        return Figures(
            orders=len(sent),
            acknowledged=self._stage.clients.acknowledged,
            failed=sum(not one.is_acknowledged for one in sent),
            lost=len(acknowledged - kept) if is_reachable else 0,
            usual_gap=round(longest_gap(sent, first_answer, self._fault_at), 3),
            gap=round(longest_gap(sent, self._fault_at, max(last, self._over_at)), 3),
            seconds=round(self._over_at - self._fault_at, 3),
            losses=self._drill.losses(self._stage, kept) if is_reachable else None,
        )

    def _is_reachable(self) -> bool:
        """Whether the books can be looked into, which they cannot where a mutation has left the database dead: the shop would wait for it to come back."""
        try:
            self._stage.ask("SELECT 1")
            self._stage.shop.waiting()
        except HaatError:
            self._reasons.append("The books cannot be looked into.")
            return False
        return True

    def _judge(self, figures: Figures) -> None:
        budget = self._drill.budget
        if figures.lost:
            self._reasons.append(f"{figures.lost} acknowledged orders are lost.")
        self._reasons += lost_too_much(figures.losses, budget.loss)
        if figures.failed > budget.failed:
            self._reasons.append(f"{figures.failed} orders failed; {budget.failed} may.")
        if figures.gap > budget.gap:
            self._reasons.append(f"For {figures.gap:.2f} s no order was acknowledged; {budget.gap:g} s may be.")
        if figures.seconds > budget.seconds:
            self._reasons.append(f"It took {figures.seconds:.1f} s until it was over; {budget.seconds:g} s may be.")
        if not self._reasons:
            self._judge_truth()

    def _judge_truth(self) -> None:
        """Asked last, and only of a shop that works: it takes its time until all is done that was left for later."""
        self._tell("the shop's promises are checked")
        shop = self._stage.shop
        done = soon(lambda: Finding(shop.waiting() == 0, f"{shop.waiting()} jobs wait"), _PATIENCE)
        if not done.holds:
            self._reasons.append(f"What was left for later is not done: {done.said}.")
        self._reasons += shop.untrue()

    def _report(self, figures: Figures) -> Report:
        return Report(
            self._drill.name,
            self._stage.settings.database.kind,
            "" if self._mutation is None else self._mutation.name,
            clock.now(),
            tuple(self._reasons),
            tuple(self._moments),
            figures,
            tuple(_slices(self._stage.clients.sent, self._began)),
            host.in_words(),
            is_hollow=self._is_hollow,
        )


def lost_too_much(losses: Losses | None, budget: float | None) -> Iterator[str]:
    """Why this is more than may be lost: what nobody could see may be."""
    if losses is None:
        return
    if budget is not None and losses.data.seconds > budget:
        yield f"Of {losses.data.seconds:.2f} s before the fault something is lost, or nobody can tell; of {budget:g} s it may be."
    if losses.settings is not None and losses.settings.count:
        yield "Settings are lost that a set has."


def _slices(sent: list[Sent], began: float) -> Iterator[Slice]:
    numbers = [(int((one.ended - began) / _SLICE), one.is_acknowledged) for one in sent]
    good: dict[int, int] = {}
    bad: dict[int, int] = {}
    for number, is_acknowledged in numbers:
        counted = good if is_acknowledged else bad
        counted[number] = counted.get(number, 0) + 1
    for number in range(max(number for number, _ in numbers) + 1):
        yield Slice(good.get(number, 0), bad.get(number, 0))
