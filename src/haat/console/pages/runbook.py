"""The runbook: every procedure, found by its name or by what one sees when one needs it."""

from __future__ import annotations

from collections.abc import Iterator

from haat.console.patience import within
from haat.console.request import Answer, Request, page
from haat.kernel.errors import HaatError, Invalid
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.records import kept
from haat.ops.drills.run import Report
from haat.ops.operators.operator import OPERATE
from haat.ops.procedure import Irreversible, Procedure
from haat.ops.procedure.run import plan
from haat.ops.runbook import PROCEDURES, procedure

PATIENCE_WITH_A_PLAN = 15.0  # seconds: every step of it looks at the world
_MOST_RUNS = 200  # that are looked through for the last one of a procedure


def show_all(ask: Request) -> Answer:
    wanted = ask.query.get("q").strip()
    found = [one for one in PROCEDURES.values() if _is_meant(one, wanted)]
    kind = ask.desk.settings.database.kind
    return page(ask, "runbook.html", procedures=found, wanted=wanted, kind=kind)


def show(ask: Request, name: str) -> Answer:
    return explained(ask, procedure(name), _given(ask))


def show_plan(ask: Request, name: str) -> Answer:
    """Exactly what would be done; nothing is."""
    asked, given = procedure(name), _given(ask)
    try:
        scene = ask.desk.workshop.scene(asked, given)
    except Invalid as error:
        return explained(ask, asked, given, error)
    try:
        steps = within(lambda: plan(asked, scene), PATIENCE_WITH_A_PLAN)
    except HaatError as error:
        return explained(ask, asked, given, error)
    own = f"/runbook/{name}"
    return page(
        ask,
        "plan.html",
        of=name,
        back=own,
        steps=steps,
        problem=None,
        to=f"{own}/runs",
        button="Run it",
        given=given,
    )


def explained(ask: Request, asked: Procedure, given: dict[str, str], problem: HaatError | None = None) -> Answer:
    """The page of a procedure, with what was filled in and what is wrong with it."""
    last = next((run for run in ask.desk.journal.newest(_MOST_RUNS) if run.procedure == asked.name), None)
    kind = ask.desk.settings.database.kind
    return page(
        ask,
        "procedure.html",
        status=200 if problem is None else 422 if isinstance(problem, Invalid) else 503,
        procedure=asked,
        for_good=[step.undo.why if isinstance(step.undo, Irreversible) else "" for step in asked.steps],
        given=given,
        problem=problem,
        wrong=problem.fields if isinstance(problem, Invalid) else {},
        last=last,
        proofs=list(_proofs(ask, asked)),
        kind=kind,
        is_for_us=kind in asked.databases,
        may_run=ask.operator.may(OPERATE),
    )


def _given(ask: Request) -> dict[str, str]:
    return ask.query.first_values()


def _is_meant(one: Procedure, wanted: str) -> bool:
    text = " ".join([one.name, one.purpose, *one.symptoms, *(step.title for step in one.steps)]).casefold()
    return all(word in text for word in wanted.casefold().split())


def _proofs(ask: Request, asked: Procedure) -> Iterator[Report]:
    """The newest records of the drills that prove it, as they are and not broken on purpose."""
    for report in kept(ask.desk.drills):
        drill = DRILLS.get(report.drill)
        if drill is not None and asked.name in drill.procedures and not report.mutation:
            yield report
