"""`haat runbook`: procedures that keep the stack running. It works while the shop and its database are dead."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command, id_of
from haat.cli.output import paint, print_line, table
from haat.kernel import clock, ids
from haat.kernel.errors import HaatError, Invalid
from haat.ops import running

if TYPE_CHECKING:
    from haat.ops.procedure import Procedure, Scene
    from haat.ops.procedure.journal import Entry, Journal, Run
    from haat.ops.procedure.run import Planned, Runner

_MOST = 50
_SIGNS = {"verified": "✓", "already": "✓", "undone": "✓", "failed": "✗"}
_FOUND = ("verified", "already")  # what is told with what was found; of a failure the error tells
_COLOURS = {
    "done": "good",
    "undone": "good",
    "failed": "bad",
    "interrupted": "bad",
    "running": "accent",
    "undoing": "accent",
}


def _list(call: Call) -> Answer:
    from haat.ops.runbook import PROCEDURES

    rows = [(paint(one.name, "accent"), one.purpose) for one in PROCEDURES.values()]
    data = [{"name": one.name, "purpose": one.purpose, "symptoms": [*one.symptoms]} for one in PROCEDURES.values()]
    return Answer({"procedures": data}, table(rows))


def _show(call: Call) -> Answer:
    from haat.ops.procedure import Irreversible
    from haat.ops.runbook import procedure

    asked = procedure(call.args.procedure)
    steps = [
        {"title": step.title, "undo": not isinstance(step.undo, Irreversible), "budget": step.budget}
        for step in asked.steps
    ]
    parameters = [{"name": one.name, "meaning": one.meaning, "expected": one.kind.expected} for one in asked.parameters]
    data = {
        "name": asked.name,
        "purpose": asked.purpose,
        "symptoms": [*asked.symptoms],
        "databases": [*asked.databases],
        "parameters": parameters,
        "steps": steps,
    }
    return Answer(data, "\n".join(_explained(asked)))


def _run(call: Call) -> Answer:
    from haat.ops.runbook import procedure

    asked = procedure(call.args.procedure)
    return carry_out(call, asked, _pairs(call.args.parameter), is_dry_run=call.args.dry_run)


def carry_out(call: Call, asked: Procedure, words: dict[str, str], *, is_dry_run: bool) -> Answer:
    """Run a procedure with what it is told, or tell what it would do. Raises Invalid, and what went wrong."""
    from haat.ops.procedure.run import plan

    return _planned(asked, plan(asked, _scene(call, asked, words))) if is_dry_run else start(call, asked, words)


def start(call: Call, asked: Procedure, words: dict[str, str]) -> Answer:
    """Run a procedure with what it is told, and tell what came of it. Raises what went wrong."""
    scene = _scene(call, asked, words)
    with _journal(call) as journal, _runner(call, journal, asked) as runner:
        return _ended(journal, runner.start(asked, scene, getpass.getuser(), "cli"))


def _resume(call: Call) -> Answer:
    from haat.ops.procedure.run import plan_to_resume

    with _journal(call) as journal:
        run, asked, scene = _of_before(call, journal)
        if call.args.dry_run:
            return _planned(asked, plan_to_resume(run, asked, scene, journal.entries(run.id)))
        with _runner(call, journal, asked) as runner:
            return _ended(journal, runner.resume(run, asked, scene, getpass.getuser(), "cli"))


def _undo(call: Call) -> Answer:
    from haat.ops.procedure.run import plan_to_undo

    with _journal(call) as journal:
        run, asked, scene = _of_before(call, journal)
        if call.args.dry_run:
            return _planned(asked, plan_to_undo(run, asked, scene, journal.entries(run.id)))
        with _runner(call, journal, asked) as runner:
            return _ended(journal, runner.undo(run, asked, scene, getpass.getuser(), "cli"))


def _history(call: Call) -> Answer:
    from haat.ops.attendance import attendance
    from haat.ops.procedure.journal import state_of

    now = attendance(call.settings.data)
    with _journal(call) as journal:
        if call.args.run:
            run = journal.run(id_of(call.args.run, "run", listed_by="haat runbook history"))
            return _told(journal, run, is_busy=now.is_at(run))
        runs = [(run, state_of(run, now.is_at(run))) for run in journal.newest(_MOST)]
    rows = [
        (
            ids.encode(run.id),
            paint(state, _COLOURS[state]),
            clock.minute_in_utc(run.began_at),
            run.who,
            run.procedure,
        )
        for run, state in runs
    ]
    return Answer({"runs": [_data(run, state) for run, state in runs]}, table(rows) or "Nothing was run yet.")


def _render(call: Call) -> Answer:
    from haat.ops.drills.records import kept
    from haat.ops.papers.rendered import Names, html, markdown

    settings = call.settings
    database = settings.database
    names = Names(settings.market.name, str(settings.data), str(database), database.kind)
    reports = kept(settings.data / "drills")
    folder = settings.data / "runbook"
    folder.mkdir(exist_ok=True)
    files = {folder / "runbook.md": markdown(names, reports), folder / "runbook.html": html(names, reports)}
    for file, text in files.items():
        file.write_text(text, "utf-8")
    return Answer({"files": [str(file) for file in files]}, "\n".join(f"Written: {file}" for file in files))


def _planned(asked: Procedure, steps: Sequence[Planned]) -> Answer:
    data = [{"title": one.title, "already": one.already, "deeds": [str(deed) for deed in one.deeds]} for one in steps]
    text = "\n".join(line for number, one in enumerate(steps, 1) for line in _step(number, one))
    return Answer({"procedure": asked.name, "steps": data}, f"{text or 'No step is left.'}\n\nNothing was done.")


def _step(number: int, one: Planned) -> Iterator[str]:
    yield f"{number}. {paint(one.title, 'strong')}  {paint(one.undo, 'quiet')}"
    if one.already:
        yield f"   nothing to do: {one.already}"
    for deed in one.deeds:
        yield f"   {deed}"


def _explained(asked: Procedure) -> Iterator[str]:
    from haat.ops.procedure import Irreversible

    yield f"{paint(asked.name, 'strong')}: {asked.purpose}"
    yield ""
    yield table([(paint("when", "quiet"), symptom) for symptom in asked.symptoms], indent=2)
    if asked.parameters:
        yield ""
        yield table(
            [(paint(one.name, "accent"), f"{one.meaning}; {one.kind.expected}") for one in asked.parameters], indent=2
        )
    yield ""
    for number, step in enumerate(asked.steps, 1):
        undo = f"for good: {step.undo.why}" if isinstance(step.undo, Irreversible) else "can be undone"
        yield f"{number}. {step.title}  {paint(undo, 'quiet')}"


def _told(journal: Journal, run: Run, *, is_busy: bool = False) -> Answer:
    from haat.ops.procedure.journal import state_of
    from haat.ops.runbook import procedure

    steps, entries = procedure(run.procedure).steps, journal.entries(run.id)
    rows = [
        (
            f"{clock.as_datetime(one.at):%H:%M:%S}",
            _SIGNS.get(one.event, " "),
            one.event,
            steps[one.step].title,
            _said(one),
        )
        for one in entries
    ]
    state = state_of(run, is_busy)
    ended = f"Run {ids.encode(run.id)} of “{run.procedure}” is {state}"
    cost = f" after {run.evidence['ms'] / 1000:.2f} s" if run.evidence else ""
    data = _data(run, state) | {"entries": [one._asdict() for one in entries]}
    return Answer(data, f"{table(rows)}\n\n{ended}{cost}.".strip())


def _ended(journal: Journal, run: Run) -> Answer:
    """What it came to; step by step it was told as it happened."""
    told = _told(journal, run)
    return told._replace(text=told.text.rpartition("\n\n")[2])


def _said(entry: Entry) -> str:
    """Of what was intended, the deeds in words."""
    from haat.ops.procedure import deed

    if entry.event not in ("intended", "undoing"):
        return entry.said
    return "; ".join(map(str, deed.read(entry.said))) or "nothing has to be done"


def _data(run: Run, state: str) -> dict[str, Any]:
    return {**run._asdict(), "id": ids.encode(run.id), "state": state}


def _of_before(call: Call, journal: Journal) -> tuple[Run, Procedure, Scene]:
    from haat.ops.runbook import procedure

    run = journal.run(id_of(call.args.run, "run", listed_by="haat runbook history"))
    asked = procedure(run.procedure)
    return run, asked, _scene(call, asked, dict(run.given))


def _scene(call: Call, asked: Procedure, words: dict[str, str]) -> Scene:
    from haat.ops.procedure import Scene

    return Scene(call.settings, asked.read(words), call.app.pictures_in_use)


def _pairs(words: list[str]) -> dict[str, str]:
    """Raises Invalid for what is not NAME=VALUE."""
    for word in words:
        if "=" not in word:
            raise Invalid(f"“{word}” names no parameter.", try_="Write it as NAME=VALUE.")
    return dict(word.split("=", 1) for word in words)


@contextmanager
def _runner(call: Call, journal: Journal, asked: Procedure) -> Iterator[Runner]:
    """One that tells live what is done, on the side of errors, so that what is answered can be read by a program."""
    from haat.ops.procedure.run import Runner

    begun: list[int] = []

    def tell(step: int, event: str, said: str) -> None:
        found = f": {said}" if event in _FOUND else ""
        print_line(
            f"{step + 1}/{len(asked.steps)} {_SIGNS.get(event, ' ')} {asked.steps[step].title}: {event}{found}",
            to=sys.stderr,
        )

    try:
        yield Runner(journal, _lock_file(call), tell, begun.append)
    except HaatError as error:
        for run_id in begun:
            _say_what_is_left(call, journal.run(run_id), asked, journal.entries(run_id), error)
        raise


def _say_what_is_left(call: Call, run: Run, asked: Procedure, entries: Sequence[Entry], error: HaatError) -> None:
    """Whoever meets the error learns what became of the run, and what can be done with it."""
    from haat.ops.procedure.run import choices

    may, name = choices(run, asked, entries), ids.encode(run.id)
    rests = " The shop rests meanwhile." if running.hold_of(call.settings.data).exists() else ""
    error.why = f"{error.why} Run {name} has failed.{rests}".strip()
    resume = f"`haat runbook resume {name}` goes on." if may.may_resume else ""
    undo = f"`haat runbook undo {name}` takes back what it did." if may.may_undo else ""
    error.try_ = " ".join(filter(None, (error.try_, resume, undo)))


@contextmanager
def _journal(call: Call) -> Iterator[Journal]:
    from haat.ops.procedure.journal import Journal

    with closing(Journal(running.memory_of(call.settings.data))) as journal:
        yield journal


def _lock_file(call: Call) -> Path:
    return running.operations_lock_of(call.settings.data)


_RUN = (
    '{"id": "01h2xcejqtf2n", "procedure": "upkeep-database", "given": {}, "who": "ada", "way_in": "cli", "state": "done", '
    '"began_at": 1767225600000, "ended_at": 1767225600700, "evidence": {"ms": 640, "steps": [{"step": 0, "ms": 320, "budget_ms": 60000}], '
    '"is_within_budget": true}'
)
TOLD = _RUN + ', "entries": [{"step": 0, "event": "intended", "said": "[…]", "at": 1767225600000}]}'

COMMANDS = {
    "list": Command(_list, shape='{"procedures": [{"name": "upkeep-database", "purpose": "…", "symptoms": ["…"]}]}'),
    "show": Command(
        _show,
        shape='{"name": "end-session", "purpose": "…", "symptoms": ["…"], "databases": ["postgresql"], "parameters": [{"name": "session", '
        '"meaning": "…", "expected": "a whole number …"}], "steps": [{"title": "…", "undo": false, "budget": 5.0}]}',
    ),
    "run": Command(_run, shape=TOLD),
    "history": Command(_history, shape=f'{{"runs": [{_RUN}}}]}}'),
    "resume": Command(_resume, shape=TOLD),
    "undo": Command(_undo, shape=TOLD),
    "render": Command(_render, shape='{"files": ["/srv/shop/runbook/runbook.md", "/srv/shop/runbook/runbook.html"]}'),
}
