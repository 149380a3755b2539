"""Catalogue files for tests, and what reading them brings."""

from __future__ import annotations

from pathlib import Path

from haat.market.catalogue.importing.found import Draft, Found, Note, Problem
from haat.market.catalogue.importing.reading import CatalogueFile, look_over


class Read:
    """A file that was read to its end."""

    def __init__(self, file: CatalogueFile) -> None:
        self.reading = file.reading
        self.found: list[Found] = list(file.read())
        self.drafts = [found for found in self.found if isinstance(found, Draft)]
        self.problems = [found for found in self.found if isinstance(found, Problem)]
        self.notes = [found for found in self.found if isinstance(found, Note)]

    @property
    def draft(self) -> Draft:
        """The only draft."""
        (draft,) = self.drafts
        return draft

    @property
    def problem(self) -> Problem:
        """The only problem."""
        (problem,) = self.problems
        return problem

    def use_of(self, header: str) -> str:
        """What the column under a header is read as."""
        return next(column.use for column in self.reading.columns if column.header == header)


def read(folder: Path, content: str | bytes, currency: str = "EUR") -> Read:
    """Write a file and read it."""
    return Read(look_over(write(folder, content), currency))


def write(folder: Path, content: str | bytes) -> Path:
    """A file with this content, line ends as they are given."""
    path = folder / "catalogue.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
