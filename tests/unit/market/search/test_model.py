"""Whatever is asked of whatever is on sale, the answer is that of a plain loop over all listings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.databases import Databases
from tests.support.examples import examples
from tests.support.stall import Stall

from haat.market.catalogue.description import describe
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import ListingText
from haat.market.search.check import disagreeing
from haat.market.search.index import index
from haat.market.search.question import Question
from haat.market.search.search import Found, Search
from haat.store import Store

# No word begins another, and none is another's plural: how words may differ has tests of its own.
WORDS = ("apple", "bread", "candle", "drum")
COLOURS = ("blue", "red")
SHELVES = ("Attic", "Basement")

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(tuple)


class Thing(NamedTuple):
    title: tuple[str, ...]
    description: tuple[str, ...]
    colour: str
    shelf: str
    price: int
    pieces: int
    fate: str  # kept, ended, edited

    def rung(self, asked: tuple[str, ...]) -> int | None:
        if set(asked) <= set(self.title):
            return 0
        if set(asked) <= {*self.title, self.colour}:
            return 1
        return 2 if set(asked) <= {*self.title, self.colour, *self.description} else None


things = st.lists(
    st.builds(
        Thing,
        words,
        words,
        st.sampled_from(COLOURS),
        st.sampled_from(SHELVES),
        st.integers(1, 4).map(lambda price: price * 100),
        st.integers(0, 1),
        st.sampled_from(("kept", "kept", "kept", "ended", "edited")),
    ),
    min_size=2,
    max_size=8,
)
questions = st.fixed_dictionaries(
    {
        "text": st.one_of(st.just(()), words, st.sampled_from(COLOURS).map(lambda colour: (colour,))),
        "shelf": st.one_of(st.none(), st.sampled_from(SHELVES)),
        "colours": st.sets(st.sampled_from(COLOURS)),
        "low": st.one_of(st.none(), st.integers(1, 500)),
        "high": st.one_of(st.none(), st.integers(1, 500)),
        "in_stock": st.booleans(),
        "sort": st.sampled_from(("relevance", "newest", "price_up", "price_down")),
        "size": st.integers(1, 5),
    }
)


@pytest.fixture
def fresh(databases: Databases) -> Iterator[Callable[[], Stall]]:
    """Makes a stall on an empty database, and takes that of the last one back."""
    opened: list[Store] = []

    def take_back() -> None:
        while opened:
            store = opened.pop()
            store.close()
            databases.give_back(store.address)

    def new() -> Stall:
        take_back()
        opened.append(Store(databases.fresh()))
        return Stall(opened[-1], index)

    yield new
    take_back()


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(things=things, asked=st.lists(questions, min_size=6, max_size=12))
def test_search_is_a_loop_over_all_listings_only_faster(
    fresh: Callable[[], Stall], things: list[Thing], asked: list[Any]
) -> None:
    stall = fresh()
    search = Search(stall.store, stall.catalogue.categories)
    on_sale = put_on_sale(stall, things)
    assert disagreeing(stall.store) == []
    for one in asked:
        pages = list(walk(search, stall, one))
        if pages[0].shown_for:
            assert expected(on_sale, one) == []
            continue
        assert [card.id for page in pages for card in page.cards] == expected(on_sale, one)
        assert {page.count for page in pages} == {len(expected(on_sale, one))}
        for colour in COLOURS:
            alone = {id_: thing for id_, thing in on_sale.items() if thing.colour == colour}
            assert colours_of(pages[0])[colour] == len(expected(alone, {**one, "colours": set()}))


def put_on_sale(stall: Stall, things: list[Thing]) -> dict[int, Thing]:
    shelves = {name: stall.category(name) for name in SHELVES}
    for category_id in shelves.values():
        stall.attribute(category_id, "colour")
    found: dict[int, Thing] = {}
    for thing in things:
        is_edited = thing.fate == "edited"
        listing_id = stall.sell(
            "Something else" if is_edited else " ".join(thing.title),
            price=thing.price,
            pieces=thing.pieces,
            category=shelves[SHELVES[0] if is_edited else thing.shelf],
            description="" if is_edited else " ".join(thing.description),
            attributes={"colour": thing.colour},
        )
        if is_edited:
            text = ListingText(
                " ".join(thing.title),
                shelves[thing.shelf],
                describe(" ".join(thing.description)),
                {"colour": thing.colour},
            )
            stall.run(edit, listing_id, text)
        if thing.fate == "ended":
            stall.run(end, listing_id)
        else:
            found[listing_id] = thing
    return found


def walk(search: Search, stall: Stall, asked: dict[str, Any]) -> Iterator[Found]:
    question = {
        "text": " ".join(asked["text"]),
        "category_id": stall.category(asked["shelf"]) if asked["shelf"] else None,
        "facts": {"colour": sorted(asked["colours"])},
        **{name: asked[name] for name in ("low", "high", "in_stock", "sort", "size")},
    }
    found = search.find(Question(**question))
    yield found
    while found.next:
        found = search.find(Question(**question, after=found.next))
        yield found


def expected(on_sale: dict[int, Thing], asked: dict[str, Any]) -> list[int]:
    kept = {
        id_: thing
        for id_, thing in on_sale.items()
        if thing.rung(asked["text"]) is not None
        and asked["shelf"] in (None, thing.shelf)
        and (not asked["colours"] or thing.colour in asked["colours"])
        and (asked["low"] or 0) <= thing.price <= (asked["high"] or 10**9)
        and (thing.pieces or not asked["in_stock"])
    }
    by = {
        "relevance": lambda id_: kept[id_].rung(asked["text"]) or 0,
        "newest": lambda id_: 0,
        "price_up": lambda id_: kept[id_].price,
        "price_down": lambda id_: -kept[id_].price,
    }[asked["sort"]]
    # Ids grow with time, and each listing was published as soon as it was made.
    return sorted(kept, key=lambda id_: (by(id_), -id_))


def colours_of(found: Found) -> Counter[str]:
    return Counter(
        {value.words: value.count for facet in found.facets if facet.key == "colour" for value in facet.values}
    )
