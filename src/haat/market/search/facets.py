"""How many results there are of each kind, counted from their tags."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import itemgetter

from msgspec import Struct

from haat.market.catalogue.category import Category, Tree
from haat.market.search.index import CATEGORY, Tag
from haat.market.search.results import Sample
from haat.market.search.tags import Tags

MOST_FACETS = 7
MOST_VALUES = 12


class Value(Struct, frozen=True):
    """One choice of a facet, and how many results have it."""

    words: str
    count: int
    is_chosen: bool


class Facet(Struct, frozen=True):
    """What results can be narrowed by; values with the most results first. Where `are_least`, only some of the newest results are counted."""

    key: str
    name: str
    values: tuple[Value, ...]
    are_least: bool


class Branch(Struct, frozen=True):
    """A category to go down to, and how many results it has."""

    category: Category
    count: int


class Counts:
    """The tags of a sample of results, counted."""

    def __init__(self, tags: Tags, sample: Sample) -> None:
        self._tags = tags
        self._is_all = sample.is_all
        self._counts: Mapping[str, int] = Counter(sample.tags.split(" ")) if sample.tags else {}

    def branches(self, tree: Tree, category_id: int | None) -> tuple[Branch, ...]:
        """The categories right below this one that have any result, with all below them."""
        below = Counter[int]()
        for number, tag in self._by_key.get(CATEGORY, ()):
            for category in tree.breadcrumbs(int(tag.words)):
                below[category.id] += number
        return tuple(Branch(child, below[child.id]) for child in tree.children(category_id) if below[child.id])

    def keys(self, chosen: Sequence[str]) -> list[str]:
        """The facets to show: those that something was chosen of, then those that the most results have."""
        sizes = {key: sum(number for number, _ in values) for key, values in self._by_key.items() if key != CATEGORY}
        most = sorted(sizes.keys() - set(chosen), key=lambda key: (-sizes[key], key))
        return [*chosen, *most][:MOST_FACETS]

    def facet(self, key: str, chosen: Sequence[str]) -> Facet:
        """One facet with the values that the most results have; a chosen one is there however few they are."""
        counted = self._by_key.get(key, [])
        wanted = {words.casefold(): words for words in chosen}
        shown = [entry for entry in counted if entry[1].folded in wanted] if wanted else []
        shown += sorted(counted, key=itemgetter(0), reverse=True)[:MOST_VALUES]
        values = [Value(tag.words, number, tag.folded in wanted) for number, tag in dict.fromkeys(shown)]
        missing = wanted.keys() - {tag.folded for _, tag in shown}
        values += (Value(wanted[folded], 0, True) for folded in missing)
        values.sort(key=lambda value: (-value.count, value.words))
        return Facet(key, counted[0][1].name if counted else key, tuple(values), are_least=not self._is_all)

    @cached_property
    def _by_key(self) -> dict[str, list[tuple[int, Tag]]]:
        tags = self._tags.having(self._counts.keys())
        found: defaultdict[str, list[tuple[int, Tag]]] = defaultdict(list)
        for id_, number in self._counts.items():
            tag = tags[id_]
            found[tag.key].append((number, tag))
        return found
