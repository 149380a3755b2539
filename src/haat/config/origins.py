"""Where a value was written."""

from __future__ import annotations

from typing import Literal, NamedTuple

Source = Literal["default", "preset", "secrets", "file", "environment", "flag"]


class Origin(NamedTuple):
    """The layer a value comes from, and the place in it: a preset's name, a file and line, a variable, a flag."""

    source: Source
    where: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.where}".rstrip()


class Given(NamedTuple):
    """A value for a setting, and where it was written."""

    key: str
    value: object
    origin: Origin
