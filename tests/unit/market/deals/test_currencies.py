"""Shops sell in currencies with no decimals, with two and with three; an order is in one of them, and the books in each."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.world import World

from haat.kernel.errors import Refused
from haat.kernel.money import Money, parse
from haat.market.deals import cart
from haat.market.deals.cart import Owner
from haat.market.payments import payout
from haat.market.payments.tables import entries
from haat.market.truth import books, papers
from haat.market.truth.truth import check_all

CURRENCIES = ("EUR", "JPY", "KWD")


def lies(world: World) -> list[list[str]]:
    checks = [*books.CHECKS, *papers.CHECKS, books.gateway_check(world.gateway, 2**62)]
    return [found.offending for found in check_all(world.store, checks) if not found.holds]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(CURRENCIES), st.integers(1, 10**7), st.integers(1, 3), st.integers(0, 100))
def test_a_sale_in_any_currency_balances_from_the_card_to_the_payout(
    world: World, currency: str, price: int, pieces: int, refund: int
) -> None:
    shop = world.shop(currency=currency)
    (deal,) = world.buy(world.account(), {world.variant(shop, price=price): pieces}).deals
    assert (deal.currency, deal.goods) == (currency, price * pieces)
    world.move(deal, "send", "deliver", carrier="Post", parcel="1Z")
    if part := deal.total * refund // 101:
        world.move(deal, "refund_part", amount=part, reason="some")
    world.move(deal, "complete")
    payout.claim_all(world.store)
    world.work()
    (paid,) = payout.of_shop(world.store, shop)
    assert (paid.currency, paid.state) == (currency, "sent")
    assert lies(world) == []


@given(st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]), st.integers(0, 10**12))
def test_money_is_written_with_the_decimals_of_its_currency_and_read_back(which: tuple[str, int], amount: int) -> None:
    currency, decimals = which
    text = str(Money(amount, currency)).partition(" ")[0]
    assert len(text.partition(".")[2]) == decimals
    assert parse(text, currency) == Money(amount, currency)


def test_a_cart_in_two_currencies_is_paid_for_one_after_the_other(world: World) -> None:
    euros, yen = world.variant(world.shop(), price=1000), world.variant(world.shop(currency="JPY"), price=3000)
    buyer = world.account()
    for variant in (euros, yen):
        cart.add(world.store, Owner(buyer), variant, 1)
    mine = cart.look(world.store, Owner(buyer))
    wanted = {line.variant_id: line.quantity for line in mine.lines}
    first = world.buy(buyer, wanted, cart_id=mine.id, currency="JPY")
    assert (first.currency, first.total) == ("JPY", 3000 + 500 + 600)
    left = cart.look(world.store, Owner(buyer))
    assert [line.variant_id for line in left.lines] == [euros]
    second = world.buy(buyer, {euros: 1}, cart_id=left.id)
    assert (second.currency, cart.look(world.store, Owner(buyer)).lines) == ("EUR", ())
    assert lies(world) == []


def test_an_order_that_is_no_cart_is_refused_in_two_currencies(world: World) -> None:
    euros, yen = world.variant(world.shop()), world.variant(world.shop(currency="JPY"))
    with pytest.raises(Refused, match="more than one currency"):
        world.buy(world.account(), {euros: 1, yen: 1})


def test_what_is_sold_in_a_currency_that_the_market_has_given_up_cannot_be_bought(world: World) -> None:
    with pytest.raises(Refused, match="cannot be had"):
        world.buy(world.account(), {world.variant(world.shop(currency="USD")): 1})


def test_every_movement_is_in_one_currency_and_balances_in_it(world: World) -> None:
    for currency in CURRENCIES:
        deal = world.buy(world.account(), {world.variant(world.shop(currency=currency)): 1}).deals[0]
        world.move(deal, "send", "deliver", "complete", carrier="Post", parcel="1Z")
    sums: Counter[str] = Counter()
    for currency, amount in world.store.read(entries.select().with_only_columns(entries.c.currency, entries.c.amount)):
        sums[currency] += amount
    assert sums == dict.fromkeys(CURRENCIES, 0)
