"""Photos: in the seller's order, the first one on the card."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select
from tests.support.stall import Stall

from haat.kernel.errors import Invalid, NotFound
from haat.market.catalogue.item import item
from haat.market.catalogue.photos import (
    MOST,
    Picture,
    add_photo,
    announce_photo,
    describe_photo,
    photo_arrived,
    remove_photo,
    reorder_photos,
)
from haat.market.catalogue.tables import listings
from haat.store import Store

COVER = select(listings.c.photo, listings.c.photo_alt).where(listings.c.id == bindparam("listing"))


def picture(letter: str) -> Picture:
    return Picture(letter * 64, 800, 600)


def shown(stall: Stall, listing: int) -> tuple[str | None, str, list[str]]:
    """The cover, its words, and the photos, by the letter of their hash."""
    found = item(stall.store, listing)
    assert found is not None
    (row,) = stall.store.read(COVER, listing=listing)
    return row[0] and row[0][0], row[1], [photo.sha[0] for photo in found.photos]


def test_the_first_photo_is_the_cover(stall: Stall) -> None:
    listing = stall.sell()
    assert shown(stall, listing) == (None, "", [])
    a, b, c = (stall.run(add_photo, listing, picture(letter), alt=letter.upper()) for letter in "abc")
    assert shown(stall, listing) == ("a", "A", ["a", "b", "c"])
    stall.run(reorder_photos, listing, [c, a, b])
    assert shown(stall, listing) == ("c", "C", ["c", "a", "b"])
    stall.run(describe_photo, c, "  From  above ")
    assert shown(stall, listing)[1] == "From above"
    stall.run(remove_photo, c)
    assert shown(stall, listing) == ("a", "A", ["a", "b"])


def test_an_announced_photo_is_seen_once_it_has_arrived(stall: Stall) -> None:
    listing = stall.sell()
    announced = stall.store.write(lambda tx: announce_photo(tx, stall.shop_id, listing, "https://x.example/a.jpg"))
    stall.run(add_photo, listing, picture("b"))
    assert shown(stall, listing) == ("b", "", ["b"])
    for letter in "ac":
        stall.store.write(lambda tx, letter=letter: photo_arrived(tx, stall.catalogue, announced, picture(letter)))
    assert shown(stall, listing) == ("a", "", ["a", "b"])
    stall.run(remove_photo, announced)
    stall.store.write(lambda tx: photo_arrived(tx, stall.catalogue, announced, picture("a")))
    assert shown(stall, listing) == ("b", "", ["b"])


def test_an_order_names_each_photo_of_the_listing_once(stall: Stall) -> None:
    listing, other = stall.sell(), stall.sell("Other")
    a, b = (stall.run(add_photo, listing, picture(letter)) for letter in "ab")
    foreign = stall.run(add_photo, other, picture("c"))
    for order in ([a], [a, a], [a, b, foreign], [a, b, b]):
        with pytest.raises(Invalid):
            stall.run(reorder_photos, listing, order)


def test_photos_of_others_are_not_there(store: Store, stall: Stall) -> None:
    listing = stall.sell()
    photo = stall.run(add_photo, listing, picture("a"))
    stranger = Stall(store, lambda tx, listing_id: None, "Stranger")
    with pytest.raises(NotFound):
        stranger.run(remove_photo, photo)
    with pytest.raises(NotFound):
        stranger.run(add_photo, listing, picture("b"))
    with pytest.raises(NotFound):
        stall.run(add_photo, listing, picture("b"), variant_id=stall.variant(stall.draft("Other")))
    with pytest.raises(Invalid):
        stall.run(describe_photo, photo, "x" * 301)


def test_there_is_an_end_to_photos(stall: Stall) -> None:
    listing = stall.sell()
    for _ in range(MOST):
        stall.run(add_photo, listing, picture("a"))
    with pytest.raises(Invalid):
        stall.run(add_photo, listing, picture("a"))
