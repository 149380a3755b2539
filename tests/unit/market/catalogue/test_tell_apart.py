"""Variants can be told apart by other things than before, all at once."""

from __future__ import annotations

import pytest
from tests.support.stall import Stall

from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.market.catalogue.own import own_variants
from haat.market.catalogue.tell_apart import tell_apart


def options_of(stall: Stall, listing_id: int) -> list[list[tuple[str, str]]]:
    return [
        [(name, value) for name, value in one.options] for one in own_variants(stall.store, stall.shop_id, listing_id)
    ]


def test_several_variants_get_another_option_at_once(stall: Stall) -> None:
    listing_id = stall.draft()
    small, large = stall.variant(listing_id, Size="S"), stall.variant(listing_id, Size="L")
    wanted = {small: (("Size", "S"), ("Colour", "blue")), large: (("Size", "L"), ("Colour", "blue"))}
    stall.run(tell_apart, listing_id, wanted)
    assert options_of(stall, listing_id) == [
        [("Size", "S"), ("Colour", "blue")],
        [("Size", "L"), ("Colour", "blue")],
    ]


def test_no_two_become_alike(stall: Stall) -> None:
    listing_id = stall.draft()
    small, large = stall.variant(listing_id, Size="S"), stall.variant(listing_id, Size="L")
    with pytest.raises(Invalid) as error:
        stall.run(tell_apart, listing_id, {small: (("Colour", "blue"),), large: (("Colour", "Blue"),)})
    assert "options" in error.value.fields
    assert options_of(stall, listing_id) == [[("Size", "S")], [("Size", "L")]]


def test_none_is_left_out(stall: Stall) -> None:
    listing_id = stall.draft()
    small, _ = stall.variant(listing_id, Size="S"), stall.variant(listing_id, Size="L")
    with pytest.raises(Conflict):
        stall.run(tell_apart, listing_id, {small: (("Colour", "blue"),)})


def test_another_shop_has_no_say(stall: Stall) -> None:
    other = Stall(stall.store, lambda tx, listing_id: None, "Wood and Co")
    listing_id = stall.draft()
    variant_id = stall.variant(listing_id, Size="S")
    with pytest.raises(NotFound):
        other.run(tell_apart, listing_id, {variant_id: (("Size", "M"),)})
