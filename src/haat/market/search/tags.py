"""The numbers of what can be filtered by and counted, kept in the process: they are only ever added to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import bindparam, select

from haat.market.search.index import Tag
from haat.market.search.tables import search_tags
from haat.store import Row, Store


class Tags:
    """Tags by number, and numbers by tag."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = 0
        self._by_id: dict[str, Tag] = {}
        self._ids: dict[tuple[str, str], int] = {}

    def having(self, ids: AbstractSet[str]) -> Mapping[str, Tag]:
        """All tags by number, as the index writes it; those that are asked for are among them."""
        if not self._by_id.keys() >= ids:
            self._catch_up()
        for id_ in ids - self._by_id.keys():
            self._keep(self._store.read(_WITH_ID, tag=int(id_)))
        return self._by_id

    def id(self, key: str, words: str) -> int | None:
        """The number of a tag; None while nothing ever had it."""
        wanted = (key, words.casefold())
        if wanted not in self._ids:
            self._catch_up()
        if wanted not in self._ids and _can_be_stored(f"{key}{words}"):
            self._keep(self._store.read(_CALLED, wanted=key, folded=wanted[1]))
        return self._ids.get(wanted)

    def _catch_up(self) -> None:
        """Most of what is new. A server may give a number first and show it later, so one that is not among them is asked for by itself."""
        rows = self._store.read(_SINCE, last=self._last)
        self._keep(rows)
        self._last = max([self._last, *(row[0] for row in rows)])

    def _keep(self, rows: Iterable[Row]) -> None:
        for id_, key, folded, name, words in rows:
            self._by_id[str(id_)] = Tag(key, name, words, folded)
            self._ids[key, folded] = id_


def _can_be_stored(text: str) -> bool:
    """No server takes half a letter, and PostgreSQL no NUL."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


_ROWS = select(search_tags.c.id, search_tags.c.key, search_tags.c.folded, search_tags.c.name, search_tags.c.words)
_SINCE = _ROWS.where(search_tags.c.id > bindparam("last"))
_WITH_ID = _ROWS.where(search_tags.c.id == bindparam("tag"))
_CALLED = _ROWS.where(search_tags.c.key == bindparam("wanted"), search_tags.c.folded == bindparam("folded"))
