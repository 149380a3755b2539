"""What is exported is what an import takes: into the same shop nothing changes, into another the same comes out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.examples import examples
from tests.support.stall import Stall

from haat.config.address import Address
from haat.market.catalogue.change_variants import add_variant, retire_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.description import describe
from haat.market.catalogue.end import end
from haat.market.catalogue.exporting import export_listings
from haat.market.catalogue.importing.reading import look_over
from haat.market.catalogue.importing.report import Counts, Report
from haat.market.catalogue.importing.run import import_listings
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.moderate import remove
from haat.market.catalogue.photos import Picture, add_photo, announce_photo
from haat.market.catalogue.publish import publish
from haat.market.catalogue.variant import VariantText
from haat.store import Store, Tx

NAMES = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
PROSE = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
OFFERS = st.lists(
    st.tuples(NAMES, st.integers(1, 10**6)), min_size=1, max_size=3, unique_by=lambda offer: offer[0].casefold()
)


def export(stall: Stall) -> str:
    return "".join(export_listings(stall.store, stall.catalogue.categories, stall.shop_id))


def take(stall: Stall, content: str, folder: Path) -> Report:
    path = folder / "exported.csv"
    path.write_bytes(content.encode())
    return import_listings(stall.store, stall.catalogue, stall.shop_id, look_over(path, "EUR"))


def rows(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content, newline="")))


@pytest.fixture
def elsewhere(new_database: Callable[[], Address]) -> Iterator[Stall]:
    """A shop of another stack, with nothing in it."""
    store = Store(new_database())
    yield Stall(store, lambda tx, listing_id: None, "Elsewhere")
    store.close()


@pytest.fixture
def full(stall: Stall) -> Stall:
    """A shop with a bit of everything."""
    cups = stall.category("Kitchen > and table", "Cups")
    stall.attribute(cups, "volume", kind="number", unit="ml")
    stall.attribute(cups, "safe", kind="yes_no")
    words = '<p>A\n"mug"</p><ul><li>One</li></ul>'
    mug = stall.draft("=Mug, “the blue”", category=cups, description=words, volume=350, safe=True)
    small = stall.variant(mug, price=1250, pieces=3, Size="S", Colour="Blue")
    stall.run(add_variant, mug, VariantText(1400, (("Size", "L"), ("Colour", "@Blue")), "-L", 1600), 0)
    stall.run(add_photo, mug, Picture("a" * 64, 800, 600), alt="The front")
    source = "https://pics.example/s.jpg"
    stall.store.write(lambda tx: announce_photo(tx, stall.shop_id, mug, source, variant_id=small))
    stall.run(publish, mug)
    stall.sell("Bowl", description="8\u00a0cm & more")
    ended = stall.sell("Plate")
    stall.run(end, ended)
    stall.variant(stall.draft("Jug"))
    return stall


def test_importing_what_was_exported_changes_nothing(full: Stall, told: list[int], tmp_path: Path) -> None:
    told.clear()
    report = take(full, export(full), tmp_path)
    assert not report.problems
    assert report.listings == Counts(unchanged=4)
    assert told == []


def test_another_stack_takes_the_export_and_gives_the_same(full: Stall, elsewhere: Stall, tmp_path: Path) -> None:
    content = export(full)
    report = take(elsewhere, content, tmp_path)
    assert not report.problems
    assert report.listings == Counts(created=4)
    assert export(elsewhere) == content


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(goods=st.lists(st.tuples(NAMES, PROSE, NAMES, OFFERS), min_size=1, max_size=4))
def test_whatever_sellers_write_comes_back_unchanged(
    store: Store, tmp_path: Path, goods: list[tuple[str, str, str, list[tuple[str, int]]]]
) -> None:
    stall = Stall(store, lambda tx, listing_id: None)
    for title, text, option, offers in goods:
        listing = stall.run(create, ListingText(title, stall.category("Things"), describe(text)))
        for value, price in offers:
            stall.run(add_variant, listing, VariantText(price, ((option, value),)), price)
    report = take(stall, export(stall), tmp_path)
    assert (report.listings, report.problems) == (Counts(unchanged=len(goods)), [])


def test_the_words_of_a_product_stand_in_its_first_row(full: Stall) -> None:
    first, second, *_ = rows(export(full))
    assert (first["title"], first["state"]) == ("'=Mug, “the blue”", "active")
    assert first["category"] == "Kitchen \\> and table > Cups"
    assert (first["attribute.volume"], first["image1"], first["image1_alt"]) == ("350 ml", "a" * 64, "The front")
    assert (first["price"], first["compare_at_price"], first["currency"]) == ("12.50", "", "EUR")
    assert first["stock"] == "3"
    assert first["variant_image"] == first["image2"] == "https://pics.example/s.jpg"
    assert (second["handle"], second["title"], second["image1"]) == (first["handle"], "", "")
    assert (second["sku"], second["option2_value"], second["compare_at_price"]) == ("'-L", "'@Blue", "16.00")


def test_no_cell_can_be_taken_for_a_formula(full: Stall) -> None:
    cells = [cell for row in rows(export(full)) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_what_is_removed_retired_or_has_no_price_is_left_out(stall: Stall) -> None:
    stall.draft("Nothing yet")
    gone = stall.sell("Gone")
    stall.store.write(lambda tx: remove(tx, stall.catalogue, 1, gone, "A copy"))
    kept = stall.draft("Kept")
    old = stall.variant(kept, Size="S")
    stall.run(add_variant, kept, VariantText(900, (("Size", "L"),), "KEPT-L"))
    stall.run(retire_variant, old)
    assert [(row["handle"], row["sku"]) for row in rows(export(stall))] == [("kept", "KEPT-L")]


def test_an_empty_shop_gives_a_header(stall: Stall) -> None:
    (header,) = export(stall).splitlines()
    assert header == "handle,title,description,category,state,sku,price,compare_at_price,currency,stock,variant_image"


def test_a_shop_exports_its_own_listings_alone(full: Stall) -> None:
    before = export(full)
    Stall(full.store, lambda tx, listing_id: None, "Other").sell("Theirs", category=full.category("Kitchen"))
    assert export(full) == before


def test_any_number_of_listings_is_exported_page_by_page(stall: Stall) -> None:
    titles = [f"Mug {number}" for number in range(450)]

    def offer(tx: Tx) -> None:
        for title in titles:
            listing = create(tx, stall.catalogue, stall.shop_id, ListingText(title, cups))
            add_variant(tx, stall.catalogue, stall.shop_id, listing, VariantText(500))

    cups = stall.category("Cups")
    stall.store.write(offer)
    assert [row["title"] for row in rows(export(stall))] == titles
