"""From draft to sale to end, with everything that a reader sees in step."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import bindparam, select
from tests.support.stall import Stall
from tests.support.together import together

from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue import card
from haat.market.catalogue.create import create
from haat.market.catalogue.description import describe
from haat.market.catalogue.duplicate import duplicate
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.moderate import remove, restore
from haat.market.catalogue.own import Counts, own_attributes, own_counts, own_listings, own_variants
from haat.market.catalogue.photos import Picture, add_photo
from haat.market.catalogue.publish import publish
from haat.market.catalogue.tables import shelves
from haat.market.notices.notice import list_notices
from haat.store import Store

PICTURE = Picture("a" * 64, 800, 600)
ON_SHELVES = select(shelves.c.category_id).where(shelves.c.listing_id == bindparam("listing"))


def read(stall: Stall, listing_id: int) -> Item:
    found = item(stall.store, listing_id)
    assert found is not None
    return found


def titles(stall: Stall, category_id: int) -> list[str]:
    return [one.title for one in card.in_category(stall.store, category_id).cards]


def moderate(stall: Stall, listing_id: int, why: str = "A forgery") -> None:
    stall.store.write(lambda tx: remove(tx, stall.catalogue, 7, listing_id, why))


def put_back(stall: Stall, listing_id: int) -> None:
    stall.store.write(lambda tx: restore(tx, stall.catalogue, listing_id))


def test_a_draft_is_for_its_shop_alone_until_it_is_published(stall: Stall, told: list[int]) -> None:
    listing = stall.draft("Blue mug", description="Two\n\nparts", category=stall.category("Cups"))
    assert card.newest(stall.store).cards == []
    stall.variant(listing, price=1200, pieces=3)
    stall.run(publish, listing)
    (shown,) = card.newest(stall.store).cards
    assert (shown.title, shown.handle, shown.price_from, shown.free) == ("Blue mug", "blue-mug", 1200, 3)
    assert read(stall, listing).description == "<p>Two</p><p>parts</p>"
    assert set(told) == {listing}


def test_a_listing_stands_in_its_category_and_in_all_above(stall: Stall) -> None:
    kitchen, cups = stall.category("Kitchen"), stall.category("Kitchen", "Cups")
    garden = stall.category("Garden")
    listing = stall.sell("Blue mug", category=cups)
    assert titles(stall, kitchen) == titles(stall, cups) == ["Blue mug"]
    stall.run(edit, listing, ListingText("Blue pot", garden))
    assert titles(stall, kitchen) == []
    assert titles(stall, garden) == ["Blue pot"]
    stall.run(end, listing)
    assert titles(stall, garden) == []
    assert stall.store.read(ON_SHELVES, listing=listing) == []


def test_what_is_missing_for_sale_is_told_at_once(stall: Stall) -> None:
    cups = stall.category("Cups")
    stall.attribute(cups, "colour", is_required=True)
    listing = stall.draft(category=cups)
    with pytest.raises(Invalid) as refused:
        stall.run(publish, listing)
    assert set(refused.value.fields) == {"variants", "attributes.colour"}


def test_a_listing_on_sale_cannot_be_edited_into_an_incomplete_one(stall: Stall) -> None:
    cups = stall.category("Cups")
    stall.attribute(cups, "colour", is_required=True)
    listing = stall.sell(category=cups, attributes={"colour": "blue"})
    with pytest.raises(Invalid) as refused:
        stall.run(edit, listing, ListingText(" ", cups, attributes={"size": "S"}))
    assert set(refused.value.fields) == {"title", "attributes.colour", "attributes.size"}
    assert read(stall, listing).facts == (("colour", "Colour", "blue"),)


def test_every_change_that_a_reader_sees_counts_the_version_up(stall: Stall, told: list[int]) -> None:
    listing = stall.sell()
    seen = [read(stall, listing).version]
    text = ListingText("Red mug", read(stall, listing).category_id, describe("Now red."))
    for change in (
        lambda: stall.run(edit, listing, text),
        lambda: stall.run(add_photo, listing, PICTURE),
        lambda: stall.run(end, listing),
        lambda: stall.run(publish, listing),
        lambda: moderate(stall, listing),
        lambda: put_back(stall, listing),
    ):
        told.clear()
        change()
        seen.append(read(stall, listing).version)
        assert told == [listing]
    assert seen == sorted(set(seen))


def test_an_editor_who_saw_an_older_version_does_not_overwrite(stall: Stall) -> None:
    listing = stall.sell()
    seen = read(stall, listing).version
    category = read(stall, listing).category_id
    stall.run(edit, listing, ListingText("First", category), seen)
    with pytest.raises(Conflict):
        stall.run(edit, listing, ListingText("Second", category), seen)
    assert read(stall, listing).title == "First"


def test_another_shop_finds_nothing_to_change(store: Store, stall: Stall) -> None:
    listing = stall.sell()
    stranger = Stall(store, lambda tx, listing_id: None, "Stranger")
    for use_case in (end, publish, duplicate):
        with pytest.raises(NotFound):
            stranger.run(use_case, listing)
    with pytest.raises(NotFound):
        stranger.run(edit, listing, ListingText("Mine now", stall.category("Cups")))
    assert own_variants(store, stranger.shop_id, listing) == []


def test_ending_and_publishing_twice_is_doing_it_once(stall: Stall) -> None:
    listing = stall.sell()
    version = read(stall, listing).version
    stall.run(publish, listing)
    assert read(stall, listing).version == version
    stall.run(end, listing)
    stall.run(end, listing)
    assert read(stall, listing).version == version + 1
    with pytest.raises(Refused):
        stall.run(end, stall.draft("Never on sale"))


def test_what_is_published_again_is_new_again(stall: Stall) -> None:
    with clock.frozen():
        first = stall.sell("First")
        clock.advance(10)
        stall.sell("Second")
        clock.advance(10)
        stall.run(end, first)
        stall.run(publish, first)
        assert [one.title for one in card.newest(stall.store).cards] == ["First", "Second"]


@pytest.mark.parametrize("before", ["draft", "active", "ended"])
def test_what_a_moderator_restores_is_what_it_was(stall: Stall, before: str) -> None:
    listing = stall.draft() if before == "draft" else stall.sell()
    if before == "ended":
        stall.run(end, listing)
    shelves_before = stall.store.read(ON_SHELVES, listing=listing)
    moderate(stall, listing)
    assert (read(stall, listing).state, read(stall, listing).removed_why) == ("removed", "A forgery")
    assert stall.store.read(ON_SHELVES, listing=listing) == []
    with pytest.raises(Refused):
        stall.run(publish, listing)
    with pytest.raises(Refused):
        moderate(stall, listing)
    put_back(stall, listing)
    assert (read(stall, listing).state, read(stall, listing).removed_why) == (before, None)
    assert stall.store.read(ON_SHELVES, listing=listing) == shelves_before
    with pytest.raises(Refused):
        put_back(stall, listing)


def test_the_seller_is_told_of_a_removal_and_why(stall: Stall) -> None:
    moderate(stall, stall.sell("Blue mug"), "A forgery")
    (told,) = list_notices(stall.store, stall.owner_id)
    assert (told.kind, msgspec.json.decode(told.body)) == (
        "listing_removed",
        {"title": "Blue mug", "reason": "A forgery"},
    )


def test_a_removal_needs_a_reason_and_a_listing(stall: Stall) -> None:
    with pytest.raises(Invalid):
        moderate(stall, stall.sell(), "  ")
    with pytest.raises(NotFound):
        moderate(stall, 12345)


def test_twenty_four_of_the_same_title_at_once_have_a_handle_each(stall: Stall) -> None:
    shelf = stall.category("Cups")
    listings = together(24, lambda _: stall.draft("Blue mug", category=shelf))
    numbers = sorted(int(read(stall, one).handle.removeprefix("blue-mug").lstrip("-") or 1) for one in listings)
    assert numbers == [*range(1, 25)]


def test_handles_are_unique_within_a_shop_and_survive_edits(store: Store, stall: Stall) -> None:
    listings = [stall.draft("Blue mug") for _ in range(3)]
    assert [read(stall, one).handle for one in listings] == ["blue-mug", "blue-mug-2", "blue-mug-3"]
    elsewhere = Stall(store, lambda tx, listing_id: None, "Other")
    assert read(stall, elsewhere.draft("Blue mug")).handle == "blue-mug"
    with pytest.raises(Invalid) as refused:
        stall.run(create, ListingText("Mug", stall.category("Cups"), handle="Blue mug"))
    assert "handle" in refused.value.fields
    stall.run(edit, listings[0], ListingText("Red mug", stall.category("Cups")))
    assert read(stall, listings[0]).handle == "blue-mug"


def test_a_copy_is_a_draft_of_its_own_without_pieces(stall: Stall) -> None:
    cups = stall.category("Cups")
    stall.attribute(cups, "colour")
    listing = stall.draft(category=cups, colour="blue", description="Nice")
    small = stall.variant(listing, Size="S", price=900)
    stall.variant(listing, Size="L", price=1100)
    stall.run(add_photo, listing, PICTURE, alt="A mug", variant_id=small)
    stall.run(publish, listing)
    copy = read(stall, stall.run(duplicate, listing))
    original = read(stall, listing)
    assert (copy.state, copy.handle, copy.free) == ("draft", "blue-mug-2", 0)
    assert (copy.title, copy.description, copy.facts) == (original.title, original.description, original.facts)
    assert [v.options for v in copy.variants] == [v.options for v in original.variants]
    assert {v.sku for v in copy.variants}.isdisjoint(v.sku for v in original.variants)
    assert [(p.sha, p.alt, p.variant_id) for p in copy.photos] == [("a" * 64, "A mug", copy.variants[0].id)]


def test_a_seller_sees_their_own_by_state(stall: Stall) -> None:
    stall.draft("Draft")
    stall.sell("Ended")
    on_sale = [stall.sell("On sale"), stall.sell("Sold out", pieces=0)]
    stall.run(end, own_listings(stall.store, stall.shop_id, "active")[-1].id)
    moderate(stall, stall.sell("Removed"))
    assert own_counts(stall.store, stall.shop_id) == Counts(draft=1, active=2, sold_out=1, ended=1, removed=1)
    assert [one.title for one in own_listings(stall.store, stall.shop_id, "active")] == ["Sold out", "On sale"]
    (last,) = own_listings(stall.store, stall.shop_id, "active", before=on_sale[1])
    assert last.id == on_sale[0]
    (removed,) = own_listings(stall.store, stall.shop_id, "removed")
    assert removed.removed_why == "A forgery"


def test_what_the_editor_needs_comes_back_as_it_was_typed(stall: Stall) -> None:
    cups = stall.category("Cups")
    stall.attribute(cups, "weight", kind="number", unit="kg")
    listing = stall.draft(category=cups, weight="0,5")
    said = own_attributes(stall.store, stall.shop_id, listing)
    assert said == {"weight": "0.5 kg"}
    stall.run(edit, listing, ListingText("Again", cups, attributes=said))
    assert own_attributes(stall.store, stall.shop_id, listing) == said
