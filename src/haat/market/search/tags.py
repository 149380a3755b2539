"""The numbers of what can be filtered by and counted, kept in the process: they are only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import bindparam, select

from haat.market.search.index import Tag
from haat.market.search.tables import search_tags
from haat.store import Store


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
        return self._by_id

    def id(self, key: str, words: str) -> int | None:
        """The number of a tag; None while nothing ever had it."""
        wanted = (key, words.casefold())
        if wanted not in self._ids:
            self._catch_up()
        return self._ids.get(wanted)

    def _catch_up(self) -> None:
        for id_, key, folded, name, words in self._store.read(_SINCE, last=self._last):
            self._by_id[str(id_)] = Tag(key, name, words, folded)
            self._ids[key, folded] = id_
            self._last = max(self._last, id_)


_SINCE = (
    select(search_tags.c.id, search_tags.c.key, search_tags.c.folded, search_tags.c.name, search_tags.c.words)
    .where(search_tags.c.id > bindparam("last"))
    .order_by(search_tags.c.id)
)
