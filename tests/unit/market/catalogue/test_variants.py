"""Variants: told apart by options, never by accident, with a SKU that is the shop's own."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select
from tests.support.stall import Stall

from haat.kernel.errors import Invalid, NotFound, Refused
from haat.market.catalogue.card import newest
from haat.market.catalogue.change_variants import add_variant, change_variant, retire_variant
from haat.market.catalogue.own import own_variants
from haat.market.catalogue.publish import publish
from haat.market.catalogue.tables import listings
from haat.market.catalogue.variant import HIGHEST_PRICE, MOST, VariantText
from haat.store import Store


def text(price: int = 1000, sku: str = "", was: int | None = None, **options: str) -> VariantText:
    return VariantText(price, tuple(options.items()), sku, was)


def test_the_card_shows_the_range_and_the_discount_of_the_cheapest(stall: Stall) -> None:
    listing = stall.draft()
    small = stall.run(add_variant, listing, text(900, was=1000, Size="S"), 2)
    large = stall.run(add_variant, listing, text(1500, Size="L"), 3)
    stall.run(publish, listing)
    (card,) = newest(stall.store).cards
    assert (card.price_from, card.price_to, card.compare_at, card.free) == (900, 1500, 1000, 5)
    stall.run(retire_variant, small)
    (card,) = newest(stall.store).cards
    assert (card.price_from, card.price_to, card.compare_at, card.free) == (1500, 1500, None, 3)
    stall.run(change_variant, large, text(1400, was=1600, Size="L"))
    (card,) = newest(stall.store).cards
    assert (card.price_from, card.compare_at) == (1400, 1600)


def test_a_sku_is_unique_within_the_shop_and_the_error_says_where_it_is(store: Store, stall: Stall) -> None:
    first = stall.run(add_variant, stall.draft("Blue mug"), text(sku="M-1"))
    other = stall.draft("Red mug")
    with pytest.raises(Invalid) as refused:
        stall.run(add_variant, other, text(sku="M-1"))
    assert "“M-1” is already the SKU of “Blue mug”" in refused.value.fields["sku"]
    second = stall.run(add_variant, other, text(sku="M-2"))
    with pytest.raises(Invalid):
        stall.run(change_variant, second, text(sku="M-1"))
    stall.run(change_variant, first, text(sku="M-1", price=5))
    elsewhere = Stall(store, lambda tx, listing_id: None, "Other")
    elsewhere.run(add_variant, elsewhere.draft(), text(sku="M-1"))


def test_a_sku_is_made_up_where_none_is_given(stall: Stall) -> None:
    listing = stall.draft("Blue mug")
    stall.run(add_variant, listing, text(sku="blue-mug-2", Size="S"))
    stall.variant(listing, Size="L")
    skus = [variant.sku for variant in own_variants(stall.store, stall.shop_id, listing)]
    assert skus == ["blue-mug-2", "blue-mug-3"]


def test_variants_differ_in_the_same_things_and_always_in_something(stall: Stall) -> None:
    listing = stall.draft()
    stall.variant(listing, Size="S", Colour="blue")
    for options in ({"Size": "L"}, {"Colour": "red", "Size": "L"}, {"Size": "s", "Colour": "Blue"}, {}):
        with pytest.raises(Invalid) as refused:
            stall.variant(listing, **options)
        assert list(refused.value.fields) == ["options"]
    large = stall.variant(listing, Size="L", Colour="blue")
    with pytest.raises(Invalid):
        stall.run(change_variant, large, text(Size="S", Colour="blue"))


@pytest.mark.parametrize(
    ("variant", "field"),
    [
        (text(0), "price"),
        (text(-5), "price"),
        (text(HIGHEST_PRICE + 1), "price"),
        (text(HIGHEST_PRICE, was=HIGHEST_PRICE + 1), "compare_at"),
        (text(1000, was=1000), "compare_at"),
        (text(sku="x" * 81), "sku"),
        (text(Size=""), "options"),
        (text(**{"Size": "S", "size ": "L"}), "options"),
        (text(**{f"Option {n}": "x" for n in range(6)}), "options"),
    ],
)
def test_what_cannot_be_sold(stall: Stall, variant: VariantText, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        stall.run(add_variant, stall.draft(), variant)
    assert list(refused.value.fields) == [field]


def test_the_last_variant_of_a_listing_on_sale_stays(stall: Stall) -> None:
    listing = stall.draft()
    small, large = stall.variant(listing, Size="S"), stall.variant(listing, Size="L")
    stall.run(publish, listing)
    stall.run(retire_variant, small)
    with pytest.raises(Refused):
        stall.run(retire_variant, large)
    with pytest.raises(NotFound):
        stall.run(retire_variant, small)


def test_a_retired_variant_comes_back_under_its_sku(stall: Stall) -> None:
    listing = stall.draft()
    small = stall.run(add_variant, listing, text(sku="S", Size="S"), 4)
    stall.run(add_variant, listing, text(sku="L", Size="L"), 1)
    stall.run(retire_variant, small)
    assert stall.run(add_variant, listing, text(700, "S", Size="XS"), 2) == small
    found = {v.sku: (v.price, v.options, v.stock.on_hand, v.retired_at) for v in own(stall, listing)}
    assert found["S"] == (700, (("Size", "XS"),), 2, None)
    assert stall.store.value(FREE, listing=listing) == 3


FREE = select(listings.c.free).where(listings.c.id == bindparam("listing"))


def own(stall: Stall, listing: int):
    return own_variants(stall.store, stall.shop_id, listing)


def test_there_is_an_end_to_variants(stall: Stall) -> None:
    listing = stall.draft()
    for number in range(MOST):
        stall.variant(listing, Number=str(number))
    with pytest.raises(Invalid) as refused:
        stall.variant(listing, Number="one more")
    assert "variants" in refused.value.fields
