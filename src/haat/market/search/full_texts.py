"""The full text of each kind of database: its file is imported when its database is chosen, and not before."""

from __future__ import annotations

from haat.market.search.full_text import FullText
from haat.store import Reader, Store


def full_text_of(database: Store | Reader) -> FullText:
    """The one of this database."""
    if database.kind == "postgresql":
        from haat.market.search.tsvector import TSVECTOR

        return TSVECTOR
    if database.kind == "mariadb":
        from haat.market.search.boolean_mode import BOOLEAN_MODE

        return BOOLEAN_MODE
    from haat.market.search.fts5 import FTS5

    return FTS5
