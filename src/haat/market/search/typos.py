"""Words as they may have been meant: a word nobody sells anything by, mended by the words of titles and facts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import bindparam, select

from haat.market.search.tables import search_words
from haat.store import Store

_MOST_CANDIDATES = 6
_OVERLAP = 500  # words that units of work which are open may be writing down


class Vocabulary:
    """The words of the market, kept in the process and by length: reading on from the last ones keeps it right."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = 0
        self._by_length: dict[int, list[str]] = {}
        self._late: set[str] = set()
        self._reading = threading.Lock()

    def near(self, word: str, more: Iterable[str] = ()) -> list[tuple[str, int]]:
        """Words that differ in one letter (of four to seven) or in two (of more), and by how many; those that begin alike first.

        Two letters that changed places count as one. `more` are words to choose from besides.
        """
        self._catch_up()
        limit = _most_mistakes(word)
        if limit == 0:
            return []
        known = [entry for entry in self._candidates(word, limit, more) if entry[0] != word]
        known.sort(key=lambda entry: (entry[1], entry[0][0] != word[0], entry[0]))
        return known[:_MOST_CANDIDATES]

    def _candidates(self, word: str, limit: int, more: Iterable[str]) -> Iterator[tuple[str, int]]:
        lists = [self._by_length.get(length, []) for length in range(len(word) - limit, len(word) + limit + 1)]
        for words in (*lists, list(more)):
            for candidate, distance, _ in process.extract(
                word, words, scorer=OSA.distance, score_cutoff=limit, limit=_MOST_CANDIDATES
            ):
                yield candidate, int(distance)

    def _catch_up(self) -> None:
        """The last ones are read again: a server may give a number to a word first and show it later."""
        with self._reading:
            rows = self._store.read(_SINCE, last=self._last - _OVERLAP)
            known, self._late = self._late, {word for _, word in rows[-_OVERLAP:]}
            for id_, word in rows:
                if word not in known:
                    self._by_length.setdefault(len(word), []).append(word)
                self._last = max(self._last, id_)


def _most_mistakes(word: str) -> int:
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


_SINCE = (
    select(search_words.c.id, search_words.c.word)
    .where(search_words.c.id > bindparam("last"))
    .order_by(search_words.c.id)
)
