"""What procedures cost when they were run, beside what they may cost, and whether drills have proved them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from haat.console.order import Columns
from haat.console.request import Answer, Request, page
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.records import kept
from haat.ops.drills.run import Report
from haat.ops.procedure.journal import DONE, FAILED, INTERRUPTED, Run, state_of
from haat.ops.runbook import PROCEDURES

_MOST = 500  # runs that are looked through


class Proof(NamedTuple):
    """The runs of a procedure: how many, how many came to a good end and how many to none, what the last and the longest took, and what
    they may take, in milliseconds; `over` counts those that took longer in a step than it may. `reports` are of drills that prove it."""

    procedure: str
    runs: int
    done: int
    failed: int
    last: Run | None
    last_ms: int | None
    longest_ms: int | None
    budget_ms: int | None
    over: int
    reports: Sequence[Report]

    @property
    def is_proved(self) -> bool:
        return bool(self.reports) and all(one.has_passed for one in self.reports)


_COLUMNS: Columns[Proof] = Columns(
    {
        "procedure": lambda one: one.procedure,
        "runs": lambda one: one.runs,
        "failed": lambda one: one.failed,
        "last": lambda one: one.last.began_at if one.last else None,
        "took": lambda one: one.last_ms,
        "longest": lambda one: one.longest_ms,
        "budget": lambda one: one.budget_ms,
        "over": lambda one: one.over,
    },
    usual="procedure",
)


def show(ask: Request) -> Answer:
    attendance = ask.desk.attendance
    runs = [(run, state_of(run, attendance.is_at(run))) for run in ask.desk.journal.newest(_MOST)]
    reports = [one for one in kept(ask.desk.drills) if not one.mutation]
    names = dict.fromkeys([*PROCEDURES, *(run.procedure for run, _ in runs)])
    rows, order = _COLUMNS.put([_proof(name, runs, reports) for name in names], ask.query)
    return page(ask, "evidence.html", rows=rows, order=order, known=PROCEDURES, count=len(runs))


def _proof(name: str, runs: Sequence[tuple[Run, str]], reports: Sequence[Report]) -> Proof:
    own = [(run, state) for run, state in runs if run.procedure == name]
    costs = [run.evidence for run, state in own if state == DONE and run.evidence]
    return Proof(
        name,
        len(own),
        sum(state == DONE for _, state in own),
        sum(state in (FAILED, INTERRUPTED) for _, state in own),
        own[0][0] if own else None,
        costs[0]["ms"] if costs else None,
        max((one["ms"] for one in costs), default=None),
        _budget(name),
        sum(not one["is_within_budget"] for one in costs),
        list(_reports_of(name, reports)),
    )


def _budget(name: str) -> int | None:
    return round(sum(step.budget for step in PROCEDURES[name].steps) * 1000) if name in PROCEDURES else None


def _reports_of(name: str, reports: Sequence[Report]) -> Iterator[Report]:
    for report in reports:
        if report.drill in DRILLS and name in DRILLS[report.drill].procedures:
            yield report
