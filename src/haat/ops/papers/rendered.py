"""The runbook on paper, made from the procedures: `python -m haat.ops.papers.rendered > docs/runbook.md` makes that of the project.

That of a stack has its own names in it; each has what the last drills came to, on that machine or on the one of the project.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.run import Report
from haat.ops.papers import figures
from haat.ops.papers.write import write
from haat.ops.procedure import Irreversible, Procedure
from haat.ops.runbook import PROCEDURES


class Names(NamedTuple):
    """What a stack is called by those who run it: `data` is its folder, `database` says where that is, without its password."""

    market: str
    data: str
    database: str
    kind: str


class Way(NamedTuple):
    """A step, as it is read: how long it should take, and whether there is a way back."""

    title: str
    budget: str
    undo: str


class Proof(NamedTuple):
    """A drill that proves the procedure, and what it came to last; nothing where it was not carried out."""

    drill: str
    purpose: str
    came_to: Sequence[str]


class Chapter(NamedTuple):
    """A procedure, as it is read."""

    name: str
    purpose: str
    symptoms: Sequence[str]
    parameters: Sequence[tuple[str, str]]
    commands: Sequence[str]
    steps: Sequence[Way]
    proofs: Sequence[Proof]


_OPENING = """\
# Runbook

*This page is made from the procedures themselves: `python -m haat.ops.papers.rendered > docs/runbook.md`. `haat runbook render` makes that of a
stack, with its own names and what its last drills came to. What drills came to here is of the last run of each, as
[drills.json](reference/drills.json) keeps it.*
"""


def chapters(names: Names | None, reports: Sequence[Report]) -> list[Chapter]:
    """Of all procedures that can be run on the stack; of all there are, where there is no stack."""
    return [
        _chapter(one, names, reports) for one in PROCEDURES.values() if names is None or names.kind in one.databases
    ]


def markdown(names: Names | None, reports: Sequence[Report]) -> str:
    """The runbook, in Markdown."""
    lines = [_OPENING if names is None else _opening_of(names)]
    for chapter in chapters(names, reports):
        lines += _written(chapter)
    return "\n".join(lines) + "\n"


def html(names: Names, reports: Sequence[Report]) -> str:
    """The runbook of a stack, as one page."""
    return write("runbook.html", names=names, chapters=chapters(names, reports), at=clock.minute_in_utc(clock.now()))


def _opening_of(names: Names) -> str:
    return (
        f"# Runbook of {names.market}\n\n"
        f"The stack is in `{names.data}`, its database is {names.database}. Made on {clock.minute_in_utc(clock.now())}."
    )


def _chapter(one: Procedure, names: Names | None, reports: Sequence[Report]) -> Chapter:
    return Chapter(
        one.name,
        one.purpose,
        one.symptoms,
        [(parameter.name, f"{parameter.meaning}; {parameter.kind.expected}") for parameter in one.parameters],
        list(_commands(one, names)),
        [_way(step.title, step.budget, step.undo) for step in one.steps],
        [
            Proof(
                drill.name,
                drill.purpose,
                [_came_to(report) for report in reports if report.drill == drill.name and not report.mutation],
            )
            for drill in DRILLS.values()
            if one.name in drill.procedures
        ],
    )


def _commands(one: Procedure, names: Names | None) -> Iterator[str]:
    told = [f"{parameter.name}={parameter.name.upper()}" for parameter in one.parameters]
    stack = [] if names is None else [f"--data {shlex.quote(names.data)}"]
    for more in (["--dry-run"], []):
        yield " ".join(["haat runbook run", one.name, *told, *more, *stack])


def _way(title: str, budget: float, undo: object) -> Way:
    back = f"for good: {undo.why}" if isinstance(undo, Irreversible) else "can be taken back"
    return Way(title, f"{budget:g} s", back)


def _came_to(report: Report) -> str:
    cost = report.figures
    came_out = "passed" if report.has_passed else "FAILED"
    where = f", {report.machine}" if report.machine else ""
    losses = f", of what came before the fault {cost.losses} lost" if cost.losses else ""
    return (
        f"{came_out} on {report.database} on {clock.minute_in_utc(report.at)}{where}: {cost.gap:.2f} s without an order, {cost.failed} orders failed, "
        f"{cost.lost} lost{losses}, over after {cost.seconds:.1f} s"
    )


def _written(chapter: Chapter) -> Iterator[str]:
    yield from ("", f"## {chapter.name}", "", chapter.purpose, "", "When:", "")
    yield from (f"- {symptom}" for symptom in chapter.symptoms)
    if chapter.parameters:
        yield from ("", "It has to be told:", "")
        yield from (f"- `{name}`: {meaning}" for name, meaning in chapter.parameters)
    yield from ("", "```text", *chapter.commands, "```", "", "| Step | Within | Way back |", "| --- | ---: | --- |")
    yield from (f"| {number}. {one.title} | {one.budget} | {one.undo} |" for number, one in enumerate(chapter.steps, 1))
    yield from ("", "Proved by:", "")
    for proof in chapter.proofs:
        yield f"- `haat drill run {proof.drill}`: {proof.purpose}"
        yield from (f"  - {line}" for line in proof.came_to or ["not carried out yet"])


if __name__ == "__main__":
    sys.stdout.write(markdown(None, figures.of_the_project()))
