"""Categories by the words of their names: who looks for “lamps” means what stands in Lamps, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterable

from haat.market.catalogue.category import Category, Tree
from haat.market.search.words import forms, words_of


class CategoryNames:
    """The names of one tree, read once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._by_word: dict[str, list[Category]] = {}
        for category in tree.all:
            for word in words_of(category.name):
                self._by_word.setdefault(word, []).append(category)

    @property
    def words(self) -> Iterable[str]:
        """All words of all names."""
        return self._by_word.keys()

    def named(self, word: str, *, is_open: bool) -> list[Category]:
        """The categories with this word in their name; an open word may go on."""
        found = [category for form in forms(word) for category in self._by_word.get(form, ())]
        if is_open and len(word) > 2:
            found += (one for known, here in self._by_word.items() if known.startswith(word) for one in here)
        return list(dict.fromkeys(found))

    def having(self, words: Iterable[str]) -> list[Category]:
        """The categories whose names have all of the words; the last one may go on."""
        *closed, last = words
        found = self.named(last, is_open=True)
        for word in closed:
            here = self.named(word, is_open=False)
            found = [category for category in found if category in here]
        return found
