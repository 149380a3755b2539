"""Coupons of every kind: what they take off, whom they are for, and who pays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.support.world import World

from haat.kernel.errors import Invalid, Refused
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.tables import listings, variants
from haat.market.deals import coupon
from haat.market.deals.coupon import Coupon, NewCoupon
from haat.market.deals.deal import Deal
from haat.market.payments import payout
from haat.market.truth import books
from haat.market.truth.truth import check_all


def buy(world: World, shop: int, code: str, *, price: int = 1000, buyer: int | None = None) -> Deal:
    wanted = {world.variant(shop, price=price): 1}
    (deal,) = world.buy(buyer or world.account(), wanted, coupon=code).deals
    return deal


def earned(world: World, deal: Deal) -> int:
    world.move(deal, "send", "deliver", "complete", carrier="Post", parcel="1Z")
    assert [found.offending for found in check_all(world.store, books.CHECKS) if not found.holds] == []
    return payout.balance(world.store, deal.shop_id, deal.currency)


def test_free_shipping_of_a_shop_is_paid_by_the_shop(world: World) -> None:
    shop = world.shop(shipping=500)
    world.coupon("FREE", shop_id=shop, free_shipping=1)
    deal = buy(world, shop, "FREE")
    assert (deal.shipping, deal.discount, deal.discount_by_market, deal.total) == (500, 500, 0, 1200)
    assert (deal.commission, earned(world, deal)) == (100, 900)


def test_free_shipping_of_the_market_is_paid_by_the_market(world: World) -> None:
    shop = world.shop(shipping=500)
    world.coupon("FREE", free_shipping=1)
    deal = buy(world, shop, "FREE")
    assert (deal.discount, deal.discount_by_market, deal.total) == (500, 500, 1200)
    assert (deal.commission, earned(world, deal)) == (100, 1400)


def test_a_percentage_stops_at_its_cap(world: World) -> None:
    shop = world.shop()
    world.coupon("HALF", basis_points=5000, most_off=300)
    assert buy(world, shop, "HALF", price=500).discount == 250
    assert buy(world, shop, "HALF", price=5000).discount == 300


def test_a_coupon_for_first_orders_is_refused_to_who_has_bought(world: World) -> None:
    shop, buyer = world.shop(), world.account()
    world.coupon("HELLO", amount=100, first_only=1)
    assert buy(world, shop, "HELLO", buyer=buyer).discount == 100
    with pytest.raises(Refused, match="first order"):
        buy(world, shop, "HELLO", buyer=buyer)


def test_a_coupon_of_a_category_takes_off_goods_of_it_and_of_those_below(world: World) -> None:
    shop = world.shop()
    variant = world.variant(shop, price=1000)
    place = select(listings.c.category_id).join(variants, variants.c.listing_id == listings.c.id)
    things = world.store.value(place.where(variants.c.id == variant))
    tree = world.catalogue.categories
    other = world.store.write(lambda tx: ensure_category(tx, tree, ["Other"]))
    below = world.store.write(lambda tx: ensure_category(tx, tree, ["Things", "Cups"]))
    world.coupon("THINGS", basis_points=1000, category_id=things)
    world.coupon("OTHER", basis_points=1000, category_id=other)
    (deal,) = world.buy(world.account(), {variant: 1}, coupon="THINGS").deals
    assert deal.discount == 100
    with pytest.raises(Refused, match="other goods"):
        world.buy(world.account(), {variant: 1}, coupon="OTHER")
    world.store.write(lambda tx: tx.run(listings.update().values(category_id=below)))
    (deal,) = world.buy(world.account(), {variant: 1}, coupon="THINGS").deals
    assert deal.discount == 100


def test_amounts_are_good_in_their_own_currency_and_shares_in_all(world: World) -> None:
    yen = world.shop(currency="JPY")
    world.coupon("TEN", amount=1000)
    world.coupon("SHARE", basis_points=1000)
    world.coupon("YEN", amount=50, currency="JPY")
    with pytest.raises(Refused, match="another currency"):
        buy(world, yen, "TEN")
    assert buy(world, yen, "SHARE").discount == 100
    assert buy(world, yen, "YEN").discount == 50


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "amount"),
        ({"amount": 5, "free_shipping": 1}, "amount"),
        ({"amount": 5, "most_off": 5}, "most_off"),
        ({"basis_points": 100, "most_off": 0}, "most_off"),
        ({"basis_points": 100, "category_id": 7}, "category"),
    ],
)
def test_a_coupon_that_cannot_be_is_refused(world: World, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        coupon.create(world.store, NewCoupon("CODE", None, **values), 1)
    assert raised.value.fields.keys() == {field}


@given(st.integers(0, 10**9), st.integers(1, 10_000), st.integers(1, 10**9))
def test_no_coupon_takes_off_more_than_its_cap_or_the_goods(goods: int, share: int, cap: int) -> None:
    row = Coupon(1, "C", None, share, None, 0, 0, None, None, 0, None, cap, 0, None, 0)
    assert 0 <= row.off(goods) <= min(goods, cap)
