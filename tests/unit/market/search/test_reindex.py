"""Making the index anew takes as much memory for a large catalogue as for a small one, and can be broken off anywhere."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

from sqlalchemy import delete, select, update
from tests.support.stall import Stall

from haat.market.catalogue.tables import listings
from haat.market.search.check import disagreeing
from haat.market.search.full_texts import full_text_of
from haat.market.search.question import Question
from haat.market.search.reindex import reindex
from haat.market.search.search import Search
from haat.market.search.tables import search_rows
from haat.store import Store

LONG = " ".join(f"word{number}" for number in range(200))


def test_memory_does_not_grow_with_the_catalogue(store: Store, stall: Stall) -> None:
    def fill(more: int) -> None:
        for number in range(more):
            stall.sell(f"Mug {number}", description=f"{LONG} {number}")

    fill(101)
    list(reindex(store))  # what is kept for good is there now
    few = peak(lambda: list(reindex(store)))
    fill(101)
    many = peak(lambda: list(reindex(store)))
    assert many < few * 1.3


def test_broken_off_it_leaves_everything_to_be_found_and_goes_on_where_it_is_begun_again(
    store: Store, stall: Stall, search: Search
) -> None:
    for number in range(120):
        stall.sell(f"Mug {number}")
    going = reindex(store)
    assert next(going) == 100
    going.close()
    assert disagreeing(store) == []
    assert search.find(Question(text="mug", size=1)).count == 120
    assert list(reindex(store)) == [100, 120]
    assert disagreeing(store) == []


def test_texts_that_belong_to_nothing_are_swept_however_many(store: Store, stall: Stall) -> None:
    for number in range(120):
        stall.sell(f"Mug {number}")
    store.write(lambda tx: (tx.run(delete(search_rows)), tx.run(update(listings).values(state="ended"))))
    assert list(reindex(store)) == []
    full_text = full_text_of(store)
    assert [store.read(select(text.place).select_from(text.table)) for text in (full_text.tidy, full_text.whole)] == [
        [],
        [],
    ]


def peak(work: Callable[[], object]) -> int:
    """The most bytes that Python held at once for this work."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
