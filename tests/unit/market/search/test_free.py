"""Who asks for days finds what has a unit that is free in all of them, in a small market and in a large one."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.market.hire.equipment import FIRST_TERMS
from haat.market.search.question import Question
from haat.market.search.search import Found, Search

HOURLY = FIRST_TERMS._replace(per="hour")


class Yard(NamedTuple):
    """Diggers with their bookings, each from a day on for so many; the oldest first."""

    world: World
    booked: dict[int, tuple[int, int]]

    def free(self, first: int, last: int) -> list[int]:
        """A loop over all of them, the newest first."""
        return [
            listing_id
            for listing_id, (start, days) in reversed(self.booked.items())
            if not days or last < start or first >= start + days
        ]


@pytest.fixture
def yard(world: World) -> Yard:
    """Twenty diggers by the day and by the hour, of one unit or of two of which one is always free; and one that nobody ever booked."""
    booked: dict[int, tuple[int, int]] = {}
    for number in range(20):
        terms = HOURLY if number % 3 == 0 else FIRST_TERMS
        listing_id = world.equipment(units=1 + (number % 5 == 0), terms=terms)
        start, days = 4 + number % 4, 1 + number % 3
        slots = 24 if terms.per == "hour" else 1
        today = clock.now() // DAY * slots - world.period(0, 1, terms.per).first
        world.hired(listing_id, world.period(today + start * slots, days * slots, terms.per))
        booked[listing_id] = (start, 0 if number % 5 == 0 else days)
    booked[world.equipment()] = (0, 0)
    return Yard(world, booked)


@pytest.mark.parametrize("text", ["", "digger"])
@pytest.mark.parametrize("large", [False, True])
def test_what_has_a_free_unit_is_found_newest_first(yard: Yard, text: str, large: bool) -> None:
    store, categories = yard.world.store, yard.world.catalogue.categories
    search = Search(store, categories, sample=8, large=4) if large else Search(store, categories)
    today = clock.now() // DAY
    for first in range(3, 9):
        for last in (first, first + 2):
            question = Question(text=text, free_days=(today + first, today + last), size=6)
            expected = yard.free(first, last)
            pages = walk(search, question)
            assert [card.id for page in pages for card in page.cards] == expected
            assert all(page.count == len(expected) or (page.is_more and page.count < len(expected)) for page in pages)


def test_days_are_looked_up_for_fewer_than_are_counted_otherwise(yard: Yard) -> None:
    search = Search(yard.world.store, yard.world.catalogue.categories, sample=40)
    today = clock.now() // DAY
    assert (search.find(Question(text="digger")).count, search.find(Question(text="digger")).is_more) == (21, False)
    free = search.find(Question(text="digger", free_days=(today + 1, today + 1)))
    assert (free.count, free.is_more) == (10, True)


def walk(search: Search, question: Question) -> list[Found]:
    """All pages."""
    pages = [search.find(question)]
    while pages[-1].next:
        pages.append(search.find(Question(**_values(question) | {"after": pages[-1].next})))
    return pages


def _values(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in question.__struct_fields__}
