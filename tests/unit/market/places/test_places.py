"""Places: towns are found as people write them, and what is near is what the haversine formula says is near."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.stall import Stall

from haat.kernel.errors import Invalid, NotFound
from haat.market.catalogue.categories import Categories
from haat.market.places.gazetteer import City, gazetteer
from haat.market.places.near import Near, km_between
from haat.market.places.settle import duplicate_there, place_of, places_of, settle
from haat.market.search.index import index
from haat.market.search.question import Question, Sort
from haat.market.search.search import Search
from haat.store import Store


@pytest.fixture
def stall(store: Store) -> Stall:
    return Stall(store, index)


def called(text: str, country: str = "") -> str:
    return gazetteer().the_one(text, country).called


def find(store: Store, near: Near, sort: Sort = "newest", after: str = "", size: int = 24) -> tuple[list[int], str]:
    found = Search(store, Categories()).find(Question(near=near, sort=sort, after=after, size=size))
    return [card.id for card in found.cards], found.next


def test_towns_are_found_with_and_without_their_accents_and_in_other_languages() -> None:
    assert called("Łódź") == called("lodz") == called("  LODZ, pl ") == "Łódź, PL"
    assert called("Warszawa") == called("Warsaw")
    assert called("Köln") == called("Cologne")
    assert called("Wien", "AT") == "Vienna, AT", "and not Wiener Neustadt, which begins like it"


def test_while_it_is_typed_the_largest_of_the_own_country_come_first() -> None:
    names = [city.called for city in gazetteer().find("Fran", "DE", most=3)]
    assert names[0].startswith("Frankfurt")
    assert gazetteer().find("") == gazetteer().find("  ,") == []


def test_of_towns_with_one_name_that_of_the_own_country_is_meant_or_it_is_asked_which() -> None:
    assert called("Birmingham", "US") == "Birmingham, US"
    assert called("Birmingham", "GB") == "Birmingham, GB"
    with pytest.raises(Invalid) as caught:
        called("Birmingham")
    assert "Birmingham, GB" in caught.value.fields["place"]


def test_what_is_no_town_is_told() -> None:
    with pytest.raises(Invalid) as caught:
        called("Atlantis under the sea")
    assert "place" in caught.value.fields
    with pytest.raises(NotFound):
        gazetteer().get(-1)


def test_the_distance_along_the_ground() -> None:
    berlin, paris = gazetteer().the_one("Berlin", "DE"), gazetteer().the_one("Paris", "FR")
    assert 870 < km_between((berlin.lat, berlin.lon), (paris.lat, paris.lon)) < 885


def test_a_listing_is_in_one_town_until_it_moves(stall: Stall) -> None:
    listing_id, other = stall.sell(), stall.sell("Red mug")
    berlin, lodz = gazetteer().the_one("Berlin", "DE"), gazetteer().the_one("Łódź")
    stall.run(settle, listing_id, berlin)
    stall.run(settle, listing_id, lodz)
    place = place_of(stall.store, listing_id)
    assert place is not None
    assert place.called == "Łódź, PL"
    assert list(places_of(stall.store, [listing_id, other])) == [listing_id]
    stall.run(settle, listing_id, None)
    assert place_of(stall.store, listing_id) is None


def test_a_copy_is_in_the_same_town(stall: Stall) -> None:
    there, nowhere = stall.sell(), stall.sell("Red mug")
    stall.run(settle, there, gazetteer().the_one("Berlin", "DE"))
    assert place_of(stall.store, stall.run(duplicate_there, there)) == place_of(stall.store, there)
    assert place_of(stall.store, stall.run(duplicate_there, nowhere)) is None


def test_search_leaves_what_is_near_and_sorts_it_by_distance_page_by_page(stall: Stall) -> None:
    names = ["Berlin", "Potsdam", "Leipzig", "Hamburg", "Paris"]
    listing = {}
    for name in names:
        listing[name] = stall.sell(f"Mug of {name}")
        stall.run(settle, listing[name], gazetteer().the_one(name, "FR" if name == "Paris" else "DE"))
    stall.sell("Mug of nowhere")
    berlin = gazetteer().the_one("Berlin", "DE")
    near = Near(berlin.lat, berlin.lon, 50)
    assert set(find(stall.store, near)[0]) == {listing["Berlin"], listing["Potsdam"]}
    wide = near._replace(km=300)
    first, after = find(stall.store, wide, "nearest", size=2)
    second, end = find(stall.store, wide, "nearest", after, size=2)
    assert [*first, *second] == [listing[name] for name in ("Berlin", "Potsdam", "Leipzig", "Hamburg")]
    assert end == ""


def test_nearest_needs_a_place_and_no_more_than_the_earth(store: Store) -> None:
    with pytest.raises(Invalid):
        Search(store, Categories()).find(Question(sort="nearest"))
    with pytest.raises(Invalid):
        find(store, Near(0, 0, 0))


_LAT, _LON = st.floats(-90, 90), st.floats(-180, 180)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(here=st.tuples(_LAT, _LON), there=st.tuples(_LAT, _LON), km=st.integers(1, 1000), is_close=st.booleans())
def test_sql_finds_what_the_haversine_formula_finds_at_the_poles_and_at_the_date_line(
    stall: Stall, here: tuple[float, float], there: tuple[float, float], km: int, is_close: bool
) -> None:
    if is_close:
        there = (max(-90.0, min(90.0, here[0] + (there[0] / 90) * 5)), (here[1] + there[1] / 36 + 540) % 360 - 180)
    listing_id = _the_one_mug(stall)
    stall.run(settle, listing_id, City(1, "There", "XX", 0, *there))
    far = km_between(here, there)
    if abs(far - km) > 0.05:
        assert (listing_id in find(stall.store, Near(*here, km))[0]) == (far < km)


def _the_one_mug(stall: Stall) -> int:
    found = Search(stall.store, Categories()).find(Question()).cards
    return found[0].id if found else stall.sell()
