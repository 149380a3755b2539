"""Answer what somebody looks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from haat.kernel import clock
from haat.market.catalogue.card import Card
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.category import Category, Tree
from haat.market.search import expression, queries
from haat.market.search.counted import Counted, Kept
from haat.market.search.extent import Extent
from haat.market.search.facets import Branch, Counts, Facet
from haat.market.search.full_texts import full_text_of
from haat.market.search.index import CATEGORY, SHOP, WHOLE_MARKET
from haat.market.search.mend import FEW, mend
from haat.market.search.names import CategoryNames
from haat.market.search.promoted import MOST_IN_TURN, ROOM, in_turn
from haat.market.search.question import Question
from haat.market.search.results import Results, Sample
from haat.market.search.tags import Tags
from haat.market.search.typos import Vocabulary
from haat.market.search.words import words_of
from haat.store import Store

_ENOUGH = 24
_MOST_TITLES = 6
_MOST_CATEGORIES = 3


class Found(Struct, frozen=True):
    """One page of an answer. There are `count` results, or more when `is_more`; then branches are counted over some of the newest results only.

    `shown_for` are the words that the results are for when the asked ones find nothing; `did_you_mean` are words that find more.
    """

    cards: list[Card]
    next: str
    count: int
    is_more: bool
    branches: tuple[Branch, ...]
    facets: tuple[Facet, ...]
    shown_for: str = ""
    did_you_mean: str = ""


class Title(NamedTuple):
    """A listing with all of the words in its title."""

    id: int
    handle: str
    title: str


class Suggestions(NamedTuple):
    """What may be meant while it is typed. `words` are the typed ones with their mistakes mended, empty when there are none."""

    words: str
    categories: list[Category]
    titles: list[Title]


def _round(number: int) -> int:
    """The next number below that is easily said, for “more than …”."""
    unit: int = 10 ** (len(str(number - 1)) - 1)
    return (number - 1) // unit * unit


NOTHING = Found([], "", 0, False, (), ())


class Search:
    """`sample` is how many results facets are counted over; with more of them counts are exact further, and slower.

    Counts, and never results, may be `kept_for` so many seconds; longer where they are the least. From `large` listings on the newest ones are
    looked at first where the database would have to collect everything that matches, and from five times as many on these are collected by
    themselves; then only the counts of what many match are "at least".
    """

    def __init__(
        self, store: Store, categories: Categories, sample: int = 1000, kept_for: float = 0, large: int = 20_000
    ) -> None:
        self._store = store
        self._full_text = full_text_of(store)
        self._categories = categories
        self._sample = sample
        self._counts = Kept[Counted](kept_for)
        self._common = Kept[bool](kept_for)
        self._tags = Tags(store)
        self._vocabulary = Vocabulary(store)
        self._names = CategoryNames(Tree((), ()))
        self._extent = Extent(store, sample, large)

    def forget_counts(self) -> None:
        """Let nobody see what was counted before now."""
        self._counts.forget()
        self._common.forget()

    def find(self, question: Question, tree: Tree | None = None) -> Found:
        """A page of results with facets. Any text is a question; raises Invalid as `Question.check` does, and for a made-up page.

        Who has just looked at the tree of categories gives it, so that it need not be looked at again.
        """
        question.check()
        self._catch_up(tree)
        words = words_of(question.text)
        if question.text.strip() and not words:
            return NOTHING
        found = self._answer(question, words)
        return self._mended(question, words, found) if words and found.count < FEW else found

    def promoted(self, question: Question) -> list[Card]:
        """Who of those that fit the question pays for standing out, as many as there is room for: they take turns.

        Only who looks around sees them, on the first page: where words or another order are asked for, what was asked for is the answer.
        """
        if not question.is_looking_around:
            return []
        filters = expression.tagged(self._full_text, self._filters(question, ""))
        results = Results(self._store, question, self._full_text.tidy, filters)
        places = results.promoted(question.category_id or WHOLE_MARKET, MOST_IN_TURN)
        if not places:
            return []
        next_ = in_turn(places, clock.now())
        rows = self._store.read(queries.standing_at(len(next_)), **{f"p{i}": at for i, at in enumerate(next_)})
        found = {row[0]: Card._make(row[1:]) for row in rows}
        return [found[place] for place in next_ if place in found and not found[place].is_sold_out][:ROOM]

    def suggest(self, text: str) -> Suggestions:
        """What a text that is being typed may become."""
        self._catch_up()
        words = words_of(text)
        # With a single letter the last word has hardly begun.
        words = words if not words or len(words[-1]) > 1 or not words[-1].isascii() else words[:-1]
        if not words:
            return Suggestions("", [], [])
        titles, categories = self._titles(words), self._names.having(words)
        meant = () if titles or categories else self._mend(words)
        if meant:
            titles, categories = self._titles(meant), self._names.having(meant)
        return Suggestions(" ".join(meant), categories[:_MOST_CATEGORIES], titles)

    # Answering

    def _answer(self, question: Question, words: Sequence[str]) -> Found:
        results = self._results(question, words)
        asked = (tuple(words), question.narrowed_to)
        counted = self._counts.known(asked)
        if counted is not None:
            cards, next_ = results.page()
        else:
            cards, next_, sample = results.page_and_sample(self._sample)
            counted = self._count(question, words, sample)
            self._counts.keep(asked, counted, is_least=counted.is_more)
        return Found(
            cards,
            next_,
            counted.number,
            counted.is_more,
            counted.branches,
            counted.facets,
        )

    def _count(self, question: Question, words: Sequence[str], sample: Sample) -> Counted:
        counts = Counts(self._tags, sample)
        return Counted(
            sample.number if sample.is_all else _round(sample.number),
            not sample.is_all,
            tuple(counts.branches(self._names.tree, question.category_id)),
            tuple(self._facet(key, counts, question, words) for key in counts.keys(list(question.chosen))),
        )

    def _results(self, question: Question, words: Sequence[str], but: str = "") -> Results:
        full_text = self._full_text
        chosen = self._filters(question, but)
        if not words and not chosen:
            return Results(self._store, question, full_text.tidy, "", shelf=question.category_id)
        filters = expression.tagged(full_text, [*chosen, *self._category(question)])
        if not words:
            return Results(self._store, question, full_text.tidy, filters, first=self._extent.first())
        is_open = self._is_open(words[-1])
        match = expression.matching(full_text, words, self._category_tags, is_open=is_open)
        rungs = expression.ladder(full_text, words, self._category_tags, is_open=is_open)
        return Results(
            self._store,
            question,
            full_text.whole,
            expression.both(full_text, match, filters),
            [expression.both(full_text, rung, filters) for rung in rungs],
            first=self._extent.first(),
        )

    def _is_open(self, word: str) -> bool:
        """A word that many have is a whole word; another may only have begun. Who wants a pen does not want pencils."""
        if self._common.known(word):
            return False
        is_common = self._hits(word, _ENOUGH) == _ENOUGH
        if is_common:
            self._common.keep(word, is_common, is_least=True)
        return not is_common

    def _filters(self, question: Question, but: str) -> list[list[int | None]]:
        """The tags that results must have one of each group of besides the category's, those of one facet left out."""
        chosen = [(key, values) for key, values in question.chosen.items() if key != but]
        if question.shop_id is not None:
            chosen.append((SHOP, [str(question.shop_id)]))
        return [[self._tags.id(key, value) for value in values] for key, values in chosen]

    def _category(self, question: Question) -> list[list[int | None]]:
        return [] if question.category_id is None else [[self._tags.id(CATEGORY, str(question.category_id))]]

    def _facet(self, key: str, counts: Counts, question: Question, words: Sequence[str]) -> Facet:
        """A facet that something was chosen of is counted as if nothing was: the values beside it can be added."""
        chosen = question.chosen.get(key, ())
        if chosen:
            counts = Counts(self._tags, self._results(question, words, but=key).sample(self._sample))
        return counts.facet(key, chosen)

    # Guessing

    def _mended(self, question: Question, words: Sequence[str], found: Found) -> Found:
        if found.count and len(words) > 1:
            return found  # Words that stand together somewhere are no mistakes, however rare they are.
        for meant in self._guesses(words, found):
            other = self._answer(question, meant)
            if other.count > found.count:
                said = " ".join(meant)
                return replace(found, did_you_mean=said) if found.count else replace(other, shown_for=said)
        return found

    def _guesses(self, words: Sequence[str], found: Found) -> Iterator[Sequence[str]]:
        """Where nothing at all was found: the words with those mended that nobody has. Then with rare ones mended, too. Then without
        those that nobody has."""
        meant = words if found.count else self._mend(words, few=1) or words
        if meant != words:
            yield meant
        mended = self._mend(words)
        if mended and mended != meant:
            yield mended
        known = [word for word in meant if self._hits(word, 1)]
        if not found.count and 0 < len(known) < len(meant):
            yield known

    def _mend(self, words: Sequence[str], few: int = FEW) -> tuple[str, ...]:
        return mend(words, self._vocabulary, self._names.words, self._hits, few)

    def _hits(self, word: str, most: int) -> int:
        """How many have the whole word, or stand in a category called so; counted up to `most`."""
        match = expression.matching(self._full_text, [word], self._category_tags, is_open=False)
        return Results(self._store, Question(), self._full_text.whole, match, first=self._extent.first()).count(most)

    def _titles(self, words: Sequence[str]) -> list[Title]:
        match = expression.in_title(self._full_text, words)
        rows = self._store.read(queries.titles(self._full_text.tidy), match=match, most=_MOST_TITLES)
        return [Title._make(row) for row in rows]

    def _category_tags(self, word: str, is_open: bool) -> list[int]:
        ids = (self._tags.id(CATEGORY, str(one.id)) for one in self._names.named(word, is_open=is_open))
        return [id_ for id_ in ids if id_ is not None]

    def _catch_up(self, tree: Tree | None = None) -> None:
        tree = tree or self._categories.tree(self._store)
        if self._names.tree is not tree:
            self._names = CategoryNames(tree)
