"""Full text of SQLite. It is in two FTS5 tables, made by a migration of their own; in both

    rowid   is the place of the listing
    title, facts (attributes, options, SKUs), description (without marks)   are folded
    tags    are numbers of search_tags: its categories from the root, its shop, and what can be filtered by

`listing_text` is without descriptions. Most words are found there, and a word that fills every second description does not slow down
looking for it in titles. Words are quoted and hold letters and figures only, so no text can be an operator.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import TableClause, bindparam, column, delete, insert, select, table

from haat.market.search.full_text import Text, Where, Words
from haat.store import Tx
from haat.store.metadata import Id

_TAG = "\ue000"  # A letter for private use, which FTS5 takes as part of a word and nobody can look for.
_COLUMNS: dict[Where, str] = {"title": "title : ", "facts": "{title facts tags} : ", "anywhere": ""}


class _FTS5:
    newest = recent = None

    def __init__(self) -> None:
        self.tidy = _text(listing_text)
        self.whole = _text(listing_text_all)

    def write(self, tx: Tx, place: int, words: Words) -> bool:
        tags = " ".join(f"{_TAG}{id_}" for id_ in words.tags)
        values = {"title": words.title, "facts": words.facts, "description": words.description, "tags": tags}
        if tx.first(_WRITTEN, place=place) == tuple(values.values()):
            return False
        self.erase(tx, place)
        tx.run(_WRITE_ALL, place=place, **values)
        del values["description"]
        tx.run(_WRITE, place=place, **values)
        return True

    def erase(self, tx: Tx, place: int) -> None:
        tx.run(_ERASE, place=place)
        tx.run(_ERASE_ALL, place=place)

    def word(self, word: str, where: Where, goes_on: bool) -> str:
        return f'{_COLUMNS[where]}"{word}"{" *" if goes_on else ""}'

    def tag(self, id_: int) -> str:
        return f'"{_TAG}{id_}"'

    def any(self, parts: Iterable[str]) -> str:
        return " OR ".join(parts)

    def all(self, parts: Iterable[str]) -> str:
        return " AND ".join(f"({part})" for part in parts)

    def but(self, left: str, right: str) -> str:
        return f"({left}) NOT ({right})"


def _text(table_: TableClause) -> Text:
    return Text(table_, table_.c.rowid, lambda name: table_.c[table_.name].bool_op("MATCH")(bindparam(name)))


_NARROW = ("title", "facts", "tags")
_WIDE = ("title", "facts", "description", "tags")

listing_text = table("listing_text", column("rowid", Id), column("listing_text"), *map(column, _NARROW))
listing_text_all = table("listing_text_all", column("rowid", Id), column("listing_text_all"), *map(column, _WIDE))

_WRITTEN = select(*(listing_text_all.c[name] for name in _WIDE)).where(listing_text_all.c.rowid == bindparam("place"))
_WRITE = insert(listing_text).values(rowid=bindparam("place"), **{name: bindparam(name) for name in _NARROW})
_WRITE_ALL = insert(listing_text_all).values(rowid=bindparam("place"), **{name: bindparam(name) for name in _WIDE})
_ERASE = delete(listing_text).where(listing_text.c.rowid == bindparam("place"))
_ERASE_ALL = delete(listing_text_all).where(listing_text_all.c.rowid == bindparam("place"))

FTS5 = _FTS5()
