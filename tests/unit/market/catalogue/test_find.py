"""Moderators find every listing, whatever its state."""

from __future__ import annotations

from tests.support.stall import Stall

from haat.market.catalogue.end import end
from haat.market.catalogue.find import find_listings


def titles(stall: Stall, *args: object, **kwargs: object) -> list[str]:
    return [row.title for row in find_listings(stall.store, *args, **kwargs)]  # type: ignore[arg-type]


def test_words_are_found_in_titles_and_names_of_shops(stall: Stall) -> None:
    stall.sell("Blue mug")
    stall.draft("Green bowl")
    assert titles(stall, "MUG") == ["Blue mug"]
    assert titles(stall, "clay and") == ["Green bowl", "Blue mug"]
    assert titles(stall, "") == ["Green bowl", "Blue mug"]


def test_a_percent_sign_is_a_percent_sign(stall: Stall) -> None:
    stall.draft("100% wool")
    stall.draft("Cotton")
    assert titles(stall, "0%") == ["100% wool"]
    assert titles(stall, "_") == []


def test_one_state_alone(stall: Stall) -> None:
    stall.run(end, stall.sell("Blue mug"))
    stall.sell("Green bowl")
    assert titles(stall, "", "ended") == ["Blue mug"]


def test_a_page_goes_on_where_the_last_ended(stall: Stall) -> None:
    for title in ("One", "Two", "Three"):
        stall.draft(title)
    first = find_listings(stall.store, most=2)
    rest = find_listings(stall.store, before=first[-1].id, most=2)
    assert [row.title for row in [*first, *rest]] == ["Three", "Two", "One"]
