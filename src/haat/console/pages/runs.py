"""Runs of procedures: what was done, by whom, and what can be done with those that did not come to a good end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from haat.console.order import Columns
from haat.console.pages.runbook import PATIENCE_WITH_A_PLAN, explained
from haat.console.patience import within
from haat.console.request import Answer, Request, page, redirect
from haat.kernel import clock
from haat.kernel.errors import Invalid, Unavailable
from haat.kernel.ids import decode, encode
from haat.ops.operators.operator import OPERATE
from haat.ops.procedure import Irreversible, Procedure, Scene, deed
from haat.ops.procedure.journal import INTERRUPTED, Entry, Run, state_of
from haat.ops.procedure.run import Choices, Planned, choices, plan_to_resume, plan_to_undo
from haat.ops.runbook import PROCEDURES, procedure

Plan: TypeAlias = Callable[[Run, Procedure, Scene, Sequence[Entry]], list[Planned]]

_MOST = 100
_COLUMNS: Columns[tuple[Run, str]] = Columns(
    {
        "procedure": lambda one: one[0].procedure,
        "state": lambda one: one[1],
        "began": lambda one: one[0].began_at,
        "took": lambda one: one[0].evidence.get("ms"),
        "by": lambda one: one[0].who,
    },
    usual="-began",
)
_NO_CHOICE = Choices(False, False, "")

_TRUE_NOW = {
    "running": "It is under way. It goes on when you close this page.",
    "undoing": "What it did is being taken back. That goes on when you close this page.",
    "done": "Every step is done, and was seen to be done.",
    "undone": "What it did was taken back.",
    "failed": "It has come to an end, and not to the one it was for. What it did before is done; nothing is under way.",
    INTERRUPTED: "Whoever was at it was killed. One step may be half done, and nothing else can be run until you decide.",
}


class Line(NamedTuple):
    """One entry of the journal, ready to be shown: what was intended is a list of deeds."""

    event: str
    at: int
    said: str
    deeds: Sequence[str]


class StepShown(NamedTuple):
    """A step of a run: its title, how it stands, what was written of it, and what it cost."""

    title: str
    state: str
    lines: Sequence[Line]
    ms: int | None
    budget_ms: int | None
    undo: str


def show_all(ask: Request) -> Answer:
    attendance = ask.desk.attendance
    found = [(run, state_of(run, attendance.is_at(run))) for run in ask.desk.journal.newest(_MOST)]
    runs, order = _COLUMNS.put(found, ask.query)
    return page(ask, "runs.html", runs=runs, order=order)


def show(ask: Request, run: str) -> Answer:
    # The lock is asked before the journal: a run that ends in between is then seen to have ended, and never to be interrupted.
    attendance = ask.desk.attendance
    found = ask.desk.journal.run(decode(run))
    entries = ask.desk.journal.entries(found.id)
    asked = PROCEDURES.get(found.procedure)
    state = state_of(found, attendance.is_at(found))
    is_live = state in ("running", "undoing")
    can = choices(found, asked, entries) if asked and not is_live else _NO_CHOICE
    return page(
        ask,
        "run.html",
        run=found,
        state=state,
        is_live=is_live,
        true_now=_TRUE_NOW[state],
        steps=_steps(found, asked, entries, state),
        turns=ask.desk.journal.turns(found.id),
        can=can,
        may_act=ask.operator.may(OPERATE),
        took=found.evidence.get("ms") if found.evidence else None,
        now=clock.now(),
    )


def start(ask: Request, name: str) -> Answer:
    asked = procedure(name)
    given = {field: ask.form.get(field).strip() for field in ask.form}
    try:
        run_id = ask.desk.workshop.start(asked.name, given, ask.operator.name)
    except Invalid as error:
        return explained(ask, asked, given, error)
    return redirect(f"/runs/{encode(run_id)}")


def show_resumption(ask: Request, run: str) -> Answer:
    """Exactly what going on with it would do; nothing is done."""
    return _planned(ask, run, "resumption", "Resume: go on where it stopped", plan_to_resume)


def show_undoing(ask: Request, run: str) -> Answer:
    """Exactly what taking it back would do; nothing is done."""
    return _planned(ask, run, "undoing", "Undo: take back what it did", plan_to_undo)


def resume(ask: Request, run: str) -> Answer:
    return redirect(f"/runs/{encode(ask.desk.workshop.resume(decode(run), ask.operator.name))}")


def undo(ask: Request, run: str) -> Answer:
    return redirect(f"/runs/{encode(ask.desk.workshop.undo(decode(run), ask.operator.name))}")


def _planned(ask: Request, run: str, name: str, button: str, plan: Plan) -> Answer:
    """Where the plan cannot be made, as while the database is dead, the reason stands in its place: the run itself may be what mends that."""
    found = ask.desk.journal.run(decode(run))
    asked, entries = procedure(found.procedure), ask.desk.journal.entries(found.id)
    scene = ask.desk.workshop.scene(asked, found.given)
    steps: Sequence[Planned] = ()
    problem = None
    try:
        steps = within(lambda: plan(found, asked, scene, entries), PATIENCE_WITH_A_PLAN)
    except Unavailable as error:
        problem = error
    own = f"/runs/{run}"
    return page(
        ask,
        "plan.html",
        of=found.procedure,
        back=own,
        steps=steps,
        problem=problem,
        to=f"{own}/{name}",
        button=button,
        given={},
    )


def _steps(run: Run, asked: Procedure | None, entries: Sequence[Entry], state: str) -> list[StepShown]:
    costs = {one["step"]: one for one in run.evidence.get("steps", ())}
    count = max([len(asked.steps) if asked else 0, *(entry.step + 1 for entry in entries)])
    return [_step(number, asked, entries, costs.get(number, {}), state) for number in range(count)]


def _step(
    number: int, asked: Procedure | None, entries: Sequence[Entry], cost: dict[str, int], state: str
) -> StepShown:
    lines = [_line(entry) for entry in entries if entry.step == number]
    step = asked.steps[number] if asked and number < len(asked.steps) else None
    undo = "" if step is None else "can be undone"
    if step is not None and isinstance(step.undo, Irreversible):
        undo = f"for good: {step.undo.why}"
    return StepShown(
        step.title if step else f"Step {number + 1} of a procedure that is not in the runbook any more",
        _state_of_step(lines, state),
        lines,
        cost.get("ms"),
        cost.get("budget_ms"),
        undo,
    )


def _state_of_step(lines: Sequence[Line], state: str) -> str:
    """How a step stands: `waits`, `working`, `done`, `failed`, `undone`, or `half` where nobody knows."""
    if not lines:
        return "waits" if state in ("running", "undoing") else "not begun"
    match lines[-1].event:
        case "verified" | "already":
            return "done"
        case "failed" | "undone" as event:
            return event
        case _:
            return "may be half done" if state == INTERRUPTED else "working"


def _line(entry: Entry) -> Line:
    if entry.event in ("intended", "undoing"):
        return Line(entry.event, entry.at, "", [str(one) for one in deed.read(entry.said)])
    return Line(entry.event, entry.at, entry.said, ())
