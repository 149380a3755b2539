"""What an import did and did not do."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct, field

from haat.market.catalogue.importing.found import Note, Problem
from haat.market.catalogue.importing.reading import Reading

Outcome: TypeAlias = Literal["created", "updated", "unchanged", "refused"]

MOST_PROBLEMS = 100_000
_LINES_SHOWN = 5


class Counts(Struct):
    """How many came in, changed, were as they should be already, and could not be taken."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        match outcome:
            case "created":
                self.created += 1
            case "updated":
                self.updated += 1
            case "unchanged":
                self.unchanged += 1
            case "refused":
                self.refused += 1


class Remark(Struct):
    """The notes about one thing: how many lines, the first of them, and what stands there."""

    about: str
    lines: int
    first: list[int]
    example: str


class Report(Struct):
    """An import, finished. Each problem names its line; beyond a hundred thousand they are only counted."""

    reading: Reading
    is_rehearsal: bool
    listings: Counts = field(default_factory=Counts)
    variants: Counts = field(default_factory=Counts)
    pictures_kept: int = 0
    problems: list[Problem] = []
    problems_in_all: int = 0
    remarks: list[Remark] = []
    milliseconds: int = 0

    def problem(self, problem: Problem) -> None:
        """Take down a problem; a product or a variant that is lost counts as refused."""
        self.problems_in_all += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        if problem.lost == "product":
            self.listings.add("refused")
        elif problem.lost == "variant":
            self.variants.add("refused")

    def note(self, note: Note) -> None:
        """Take down a note with those about the same."""
        remark = next((remark for remark in self.remarks if remark.about == note.about), None)
        if remark is None:
            remark = Remark(note.about, 0, [], note.value)
            self.remarks.append(remark)
        remark.lines += 1
        if len(remark.first) < _LINES_SHOWN:
            remark.first.append(note.line)
