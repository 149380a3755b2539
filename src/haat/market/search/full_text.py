"""What differs from database to database: how words are kept so that they can be looked for, and how an expression is written.

Each database has a file: `fts5.py` (SQLite), `tsvector.py` (PostgreSQL) and `boolean_mode.py` (MariaDB). Everything else is shared. What a word is,
`words.py` says for all of them, so the same question has the same results everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, Protocol, TypeAlias

from sqlalchemy import ColumnElement, FromClause, and_

from haat.store import Tx

Where: TypeAlias = Literal["title", "facts", "anywhere"]
"""How far a word is looked for; each takes in what the one before it does. A tag is found by itself."""

SEASON = 52
"""The bits of a place below its season, which is twelve days of publications."""


class Words(NamedTuple):
    """What is written about a listing. Texts are folded, as words.py says; `tags` are numbers of search_tags."""

    title: str
    facts: str
    description: str
    tags: tuple[int, ...]


class Text:
    """A table in which words are looked for. `place` is the place of the listing, as in search_rows; `matching` says whether what is bound to
    a parameter is found there, `among` what else has to be so. Where it `is_collected`, all that match are found before the first one is
    shown, in whatever order."""

    def __init__(
        self,
        table: FromClause,
        place: ColumnElement[int],
        matching: Callable[[str], ColumnElement[bool]],
        *,
        is_collected: bool = False,
        among: ColumnElement[bool] | None = None,
    ) -> None:
        self.table = table
        self.place = place
        self.matching = matching
        self.is_collected = is_collected
        self.matches = matching("match") if among is None else and_(matching("match"), among)


class FullText(Protocol):
    """The full text of one kind of database."""

    @property
    def tidy(self) -> Text:
        """Where to look for what is in titles, facts and tags."""

    @property
    def whole(self) -> Text:
        """Where to look for what may be in a description."""

    @property
    def newest(self) -> Text | None:
        """The :window newest places before :before, to be looked at one by one. It is for a database that has to collect everything that
        matches before it can show the newest; None where matches come newest first by themselves, or cannot be looked at alone."""

    @property
    def recent(self) -> Text | None:
        """What stands in one of the :seasons, of which all that match are collected. It is for the same databases as `newest`."""

    def write(self, tx: Tx, place: int, words: Words) -> bool:
        """Make these the words at the place; says whether they are others than before."""

    def erase(self, tx: Tx, place: int) -> None:
        """Nothing is at the place."""

    def word(self, word: str, where: Where, goes_on: bool) -> str:
        """What has the word; one that goes on is the beginning of a word."""

    def tag(self, id_: int) -> str:
        """What has the tag."""

    def any(self, parts: Iterable[str]) -> str:
        """What has one of the parts, which are not none."""

    def all(self, parts: Iterable[str]) -> str:
        """What has every part; empty when there is none."""

    def but(self, left: str, right: str) -> str:
        """What has the left and not the right."""
