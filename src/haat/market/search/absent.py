"""Where the database has no full text that Haat knows how to ask: nothing is kept, nothing is found, and nothing else is in the way.

Whoever teaches search another database begins here: `has_full_text` names those it knows, `App.search` and `App.catalogue` choose by it.
"""

from __future__ import annotations

from collections.abc import Callable

from haat.market.search.index import index
from haat.market.search.question import Question
from haat.market.search.search import NOTHING, Found, Search, Suggestions
from haat.store import Reader, Store, Tx


def has_full_text(database: Store | Reader) -> bool:
    """Whether search works on this database."""
    return database.kind == "sqlite"


class Absent(Search):
    """Finds nothing, whatever is asked."""

    def find(self, question: Question) -> Found:
        question.check()
        return NOTHING

    def suggest(self, text: str) -> Suggestions:
        return Suggestions("", [], [])


def keeper_of(database: Store | Reader) -> Callable[[Tx, int], None]:
    """What is told of every change of a listing on this database, to keep the index there is."""
    return index if has_full_text(database) else _nothing


def _nothing(tx: Tx, listing_id: int) -> None:
    return
