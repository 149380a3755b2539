"""Checking out: what is promised to a buyer who sends an order."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update
from tests.support.world import GOOD_CARD, RETURN_URL, World

from haat.adapters.sandbox.cards import card_named
from haat.jobs.tables import jobs
from haat.kernel import clock
from haat.kernel.clock import MINUTE
from haat.kernel.errors import Conflict, HaatError, Invalid, NotFound, Refused
from haat.market.accounts import queries as account_queries
from haat.market.accounts.shop import get_shop
from haat.market.catalogue import stock
from haat.market.catalogue.tables import listings
from haat.market.catalogue.variant import HIGHEST_PRICE, MOST, MOST_PIECES
from haat.market.deals import settle
from haat.market.deals.place import HIGHEST_TOTAL, Address, NotOnSale, PriceChanged
from haat.market.deals.tables import checkouts, coupons, deals
from haat.market.payments import payout
from haat.market.payments.ports import NeedsConfirmation, Pending
from haat.market.payments.tables import entries, payments


def count(world: World, table) -> int:
    return world.store.value(select(func.count()).select_from(table))


def pieces(world: World, variant_id: int) -> stock.Stock:
    found = world.store.write(lambda tx: stock.of(tx, variant_id))
    assert found
    return found


def test_one_payment_is_split_into_one_deal_for_each_seller(world: World) -> None:
    first, second = world.variant(world.shop("A"), price=1000), world.variant(world.shop("B"), price=333)
    checkout = world.buy(world.account(), {first: 2, second: 1})
    assert checkout.payment.state == "paid"
    assert [(deal.state, deal.goods, deal.shipping, deal.tax, deal.total) for deal in checkout.deals] == [
        ("paid", 2000, 500, 400, 2900),
        ("paid", 333, 500, 67, 900),
    ]
    assert checkout.payment.amount == checkout.total == 3800
    assert [(line.key, line.amount.amount) for line in world.gateway.statement(0)] == [(str(checkout.payment.id), 3800)]


def test_goods_are_held_until_paid_and_then_sold(world: World) -> None:
    variant = world.variant(world.shop(), pieces=3)
    world.buy(world.account(), {variant: 1}, card=card_named("declined").token)
    assert pieces(world, variant) == (3, 1, 0)
    world.buy(world.account(), {variant: 1})
    assert pieces(world, variant) == (3, 1, 1)


def test_what_cannot_be_had_is_named_and_nothing_is_half_done(world: World) -> None:
    shop = world.shop()
    good, short, draft = world.variant(shop), world.variant(shop, pieces=1), world.variant(shop, state="draft")
    with pytest.raises(NotOnSale) as raised:
        world.buy(world.account(), {good: 1, short: 2, draft: 1, 12345: 1})
    assert {(p.variant_id, p.kind) for p in raised.value.problems} == {
        (short, "short"),
        (draft, "gone"),
        (12345, "gone"),
    }
    assert count(world, checkouts) == count(world, deals) == count(world, payments) == 0
    assert pieces(world, good) == (10, 0, 0)


def test_sixty_four_buyers_race_for_ten_pieces_and_ten_get_one(world: World) -> None:
    variant = world.variant(world.shop(), pieces=10)
    buyers = [world.account() for _ in range(64)]
    told: list[str] = []

    def race(buyer: int) -> None:
        try:
            told.append(world.buy(buyer, {variant: 1}).payment.state)
        except NotOnSale:
            told.append("sold out")

    threads = [threading.Thread(target=race, args=(buyer,)) for buyer in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["paid"] * 10 + ["sold out"] * 54
    assert pieces(world, variant) == (10, 0, 10)
    assert len(world.gateway.statement(0)) == 10


def test_the_same_key_sent_twenty_times_at_once_is_one_order(world: World) -> None:
    buyer, variant = world.account(), world.variant(world.shop())
    order = world.order({variant: 1}, key="the-same-key")
    placed: list[tuple[int, bool]] = []

    def send() -> None:
        checkout, is_new = world.place.run(buyer, order, GOOD_CARD, RETURN_URL)
        placed.append((checkout.id, is_new))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({checkout_id for checkout_id, _ in placed}) == 1
    assert sum(is_new for _, is_new in placed) == 1
    assert count(world, deals) == len(world.gateway.statement(0)) == 1


def test_a_thing_that_stands_in_an_order_twice_is_refused(world: World) -> None:
    variant = world.variant(world.shop(), pieces=1)
    order = world.order({variant: 1})
    with pytest.raises(Invalid) as refused:
        world.place.run(world.account(), order._replace(wanted=[*order.wanted, *order.wanted]), GOOD_CARD, RETURN_URL)
    assert list(refused.value.fields) == ["lines"]
    assert pieces(world, variant) == (1, 0, 0)


def test_one_order_of_two_sellers_from_the_card_to_the_bank_and_back(world: World) -> None:
    one, two = world.shop("One"), world.shop("Two", shipping=300)
    cup, plate, vase = (world.variant(shop, price=price) for shop, price in ((one, 1000), (one, 2000), (two, 4000)))
    checkout = world.buy(world.account(), {cup: 2, plate: 1, vase: 1})
    # Delivery is charged once for each seller, whatever is in the parcel; tax is 20 % of the goods.
    assert [deal.total for deal in checkout.deals] == [4000 + 500 + 800, 4000 + 300 + 800]
    for deal in checkout.deals:
        world.move(deal, "send", "deliver", "complete", carrier="Post", parcel=f"1Z{deal.id}")
    assert payout.claim_all(world.store) == "Payouts claimed: 2."
    world.work()
    assert moved(world) == [("charge", 10_400), ("payout", 4000 + 300 - 400), ("payout", 4000 + 500 - 400)]

    world.move(checkout.deals[0], "refund_part", amount=2650, reason="One cup is broken")
    world.work()
    assert moved(world)[-1:] == [("refund", 2650)]
    # The seller gives back the own half; commission and tax give back theirs. The other seller has no part in it.
    assert payout.balance(world.store, one, "EUR") == -2050
    assert payout.balance(world.store, two, "EUR") == 0
    assert payout.claim_all(world.store) == "Nothing is due to any shop that can be paid."


def moved(world: World) -> list[tuple[str, int]]:
    """What the gateway has moved, the payouts of one run by their amounts."""
    return [
        (line.kind, line.amount.amount)
        for line in sorted(world.gateway.statement(0), key=lambda line: (line.kind, line.amount.amount))
    ]


def test_a_key_cannot_be_used_for_another_order(world: World) -> None:
    buyer, variant = world.account(), world.variant(world.shop())
    world.buy(buyer, {variant: 1}, key="the-same-key")
    with pytest.raises(Conflict):
        world.buy(buyer, {variant: 2}, key="the-same-key")


def test_two_buyers_may_choose_the_same_key(world: World) -> None:
    variant = world.variant(world.shop())
    first, second = (world.buy(world.account(), {variant: 1}, key="order-0001") for _ in range(2))
    assert first.id != second.id


def test_the_buyer_pays_what_was_shown_or_is_told(world: World) -> None:
    variant = world.variant(world.shop(), price=1000)
    with pytest.raises(PriceChanged) as raised:
        world.buy(world.account(), {variant: 1}, total=999)
    assert "17.00 EUR" in raised.value.why
    assert world.buy(world.account(), {variant: 1}, total=1700).payment.state == "paid"


def test_nobody_else_sees_a_checkout(world: World) -> None:
    checkout = world.buy(world.account(), {world.variant(world.shop()): 1})
    with pytest.raises(NotFound):
        world.till.look(checkout.id, world.account())


def test_a_declined_card_keeps_the_goods_for_another_try(world: World) -> None:
    buyer, variant = world.account(), world.variant(world.shop())
    checkout = world.buy(buyer, {variant: 1}, card=card_named("not_enough_money").token)
    assert (checkout.payment.state, checkout.payment.decline_code) == ("declined", "not_enough_money")
    again = world.till.pay_again(buyer, checkout.id, 1, GOOD_CARD, RETURN_URL)
    assert (again.payment.attempt, again.payment.state, again.deals[0].state) == (2, "paid", "paid")


def test_another_try_sent_twice_at_once_is_one_payment(world: World) -> None:
    buyer, variant = world.account(), world.variant(world.shop())
    checkout = world.buy(buyer, {variant: 1}, card=card_named("declined").token)
    threads = [
        threading.Thread(target=world.till.pay_again, args=(buyer, checkout.id, 1, GOOD_CARD, RETURN_URL))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(world.gateway.statement(0)) == 1


def test_return_page_message_and_question_at_the_same_moment_book_once(world: World) -> None:
    with clock.frozen():
        variant = world.variant(world.shop())
        checkout = world.buy(world.account(), {variant: 1}, card=card_named("times_out_paid").token)
        assert checkout.payment.state == "started"
        clock.advance(5 * MINUTE)
        threads = [threading.Thread(target=world.settle.ask, args=(checkout.payment.id,)) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert world.deal(checkout.deals[0]).state == "paid"
    assert pieces(world, variant) == (10, 0, 1)
    held = select(func.sum(entries.c.amount)).where(entries.c.account == "held")
    assert abs(world.store.value(held)) == checkout.total


def test_an_order_that_is_not_paid_expires_and_lets_go_of_its_goods(world: World) -> None:
    with clock.frozen():
        variant = world.variant(world.shop(), pieces=1)
        checkout = world.buy(world.account(), {variant: 1}, card=card_named("declined").token)
        clock.advance(30 * MINUTE)
        world.engine.run_timers(world.store)
        assert world.deal(checkout.deals[0]).state == "expired"
        assert pieces(world, variant) == (1, 0, 0)


def test_money_that_comes_after_the_order_expired_goes_back(world: World) -> None:
    with clock.frozen():
        buyer, variant = world.account(), world.variant(world.shop(), pieces=1)
        checkout = world.buy(buyer, {variant: 1}, card=card_named("times_out_paid").token)
        assert checkout.payment.state == "started"
        clock.advance(31 * MINUTE)
        world.engine.run_timers(world.store)
        world.settle.ask(checkout.payment.id)
        world.work()
        assert world.deal(checkout.deals[0]).state == "expired"
        assert [(line.kind, line.amount.amount) for line in world.gateway.statement(0)] == [
            ("charge", 1700),
            ("refund", 1700),
        ]


def test_silence_of_the_gateway_is_asked_about_and_settled(world: World) -> None:
    with clock.frozen():
        checkout = world.buy(world.account(), {world.variant(world.shop()): 1}, card=card_named("times_out_paid").token)
        clock.advance(MINUTE)
        assert "news of 1" in world.settle.ask_all()
        assert world.deal(checkout.deals[0]).state == "paid"


def test_a_gateway_that_never_heard_of_a_payment_leaves_it_abandoned_and_to_be_tried_again(world: World) -> None:
    with clock.frozen():
        buyer = world.account()
        checkout = world.buy(buyer, {world.variant(world.shop()): 1}, card=card_named("times_out_lost").token)
        clock.advance(3 * MINUTE)
        assert world.settle.ask(checkout.payment.id).state == "abandoned"
        assert world.till.pay_again(buyer, checkout.id, 1, GOOD_CARD, RETURN_URL).payment.state == "paid"


def test_a_coupon_of_the_market_costs_the_seller_nothing(world: World) -> None:
    world.coupon("SPRING", basis_points=1000)
    (deal,) = world.buy(world.account(), {world.variant(world.shop(), price=1000): 1}, coupon="spring").deals
    assert (deal.discount, deal.discount_by_market, deal.commission, deal.tax, deal.total) == (100, 100, 100, 180, 1580)


def test_a_coupon_of_a_shop_is_paid_by_the_shop_and_good_there_only(world: World) -> None:
    mine, other = world.shop("Mine"), world.shop("Other")
    world.coupon("MINE", amount=300, shop_id=mine)
    first, second = world.variant(mine, price=1000), world.variant(other, price=1000)
    by_shop = {deal.shop_id: deal for deal in world.buy(world.account(), {first: 1, second: 1}, coupon="MINE").deals}
    assert (by_shop[mine].discount, by_shop[mine].discount_by_market, by_shop[mine].commission) == (300, 0, 70)
    assert by_shop[other].discount == 0


def test_the_last_use_of_a_coupon_is_used_once_by_any_number_of_buyers(world: World) -> None:
    coupon = world.coupon("ONCE", amount=100, most_uses=1)
    variant = world.variant(world.shop(), pieces=50)
    refused: list[HaatError] = []

    def race(buyer: int) -> None:
        try:
            world.buy(buyer, {variant: 1}, coupon="ONCE")
        except Refused as error:
            refused.append(error)

    threads = [threading.Thread(target=race, args=(world.account(),)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 11
    assert world.store.value(select(coupons.c.uses).where(coupons.c.id == coupon)) == 1


def test_an_order_that_came_to_nothing_gives_its_coupon_back(world: World) -> None:
    coupon = world.coupon("ONCE", amount=100, most_uses=1)
    checkout = world.buy(
        world.account(), {world.variant(world.shop()): 1}, coupon="ONCE", card=card_named("declined").token
    )
    world.move(checkout.deals[0], "cancel")
    assert world.store.value(select(coupons.c.uses).where(coupons.c.id == coupon)) == 0


def test_an_order_that_costs_nothing_needs_no_card(world: World) -> None:
    world.coupon("GIFT", basis_points=10_000)
    shop = world.shop(shipping=0)
    checkout = world.buy(world.account(), {world.variant(shop): 1}, coupon="GIFT")
    assert (checkout.total, checkout.payment.state, checkout.deals[0].state) == (0, "paid", "paid")
    assert world.gateway.statement(0) == []


def test_nobody_buys_from_their_own_shop(world: World) -> None:
    from haat.market.accounts.tables import shops

    shop = world.shop()
    owner = world.store.value(select(shops.c.owner_id).where(shops.c.id == shop))
    with pytest.raises(NotOnSale):
        world.buy(owner, {world.variant(shop): 1})


def test_goods_that_cannot_be_sent_there_are_refused(world: World) -> None:
    from sqlalchemy import update

    from haat.market.deals.tables import shipping_methods

    shop = world.shop("Local")
    world.store.write(lambda tx: tx.run(update(shipping_methods).values(countries="AT DE")))
    far = Address(name="A", street="B", city="C", postcode="1", country="JP")
    with pytest.raises(Refused, match="Local does not send"):
        world.buy(world.account(), {world.variant(shop): 1}, address=far)


def test_a_cancelled_order_withdraws_the_payment_that_still_waits(world: World) -> None:
    with clock.frozen():
        checkout = world.buy(world.account(), {world.variant(world.shop()): 1}, card=card_named("asks").token)
        assert checkout.payment.state == "waiting" and checkout.payment.confirm_url
        world.move(checkout.deals[0], "cancel")
        world.work()
        assert world.till.look(checkout.id, checkout.account_id).payment.state == "declined"
        assert count(world, jobs) == 0


def test_an_order_goes_to_a_country_that_there_is(world: World) -> None:
    variant = world.variant(world.shop())
    nowhere = Address(name="Ada", street="Main Street 1", city="Graz", postcode="8010", country="ZZ")
    with pytest.raises(Invalid) as raised:
        world.buy(world.account(), {variant: 1}, address=nowhere)
    assert list(raised.value.fields) == ["country"]
    assert count(world, checkouts) == 0


def test_an_order_that_sums_could_not_hold_is_refused_and_holds_nothing(world: World) -> None:
    shop = world.shop(shipping=0)
    dear = world.variant(shop, price=HIGHEST_PRICE, pieces=999)
    with pytest.raises(Refused, match="too much for one order") as raised:
        world.buy(world.account(), {dear: 9})  # with the tax it is more than ten times the highest price
    assert "100000000000.00 EUR" in raised.value.why
    found = world.store.write(lambda tx: stock.of(tx, dear))
    assert found and found.held == 0
    assert world.buy(world.account(), {dear: 8}).total == 8 * HIGHEST_PRICE * 12 // 10


def test_nine_hundred_thousand_of_the_largest_orders_add_up_in_64_bits() -> None:
    assert 900_000 * HIGHEST_TOTAL < 2**63
    assert MOST * MOST_PIECES < 2**31


def test_what_a_suspended_seller_offers_cannot_be_bought(world: World) -> None:
    shop = world.shop()
    variant = world.variant(shop)
    owner = get_shop(world.store, shop).owner_id
    world.store.write(lambda tx: tx.run(account_queries.SUSPEND, account=owner, at=tx.now, by=1, why="Fraud"))
    with pytest.raises(NotOnSale):
        world.buy(world.account(), {variant: 1})


def test_a_price_in_another_currency_is_not_taken_for_one_of_the_market(world: World) -> None:
    variant = world.variant(world.shop(), price=1000)
    world.store.write(lambda tx: tx.run(update(listings).values(currency="USD")))
    with pytest.raises(NotOnSale):
        world.buy(world.account(), {variant: 1})


def test_a_gateway_may_say_late_that_the_buyer_has_to_confirm(world: World) -> None:
    checkout = world.buy(world.account(), {world.variant(world.shop()): 1}, card=card_named("times_out_paid").token)
    world.settle.book(checkout.payment.id, Pending("ref"))
    waiting = world.settle.book(checkout.payment.id, NeedsConfirmation("ref", "/bank"))
    assert (waiting.state, waiting.confirm_url) == ("waiting", "/bank")
    assert world.settle.book(checkout.payment.id, Pending("ref")).confirm_url == "/bank"


def test_payments_are_asked_for_in_turn_however_many_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle, "_MOST_AT_ONCE", 1)
    with clock.frozen():
        variant = world.variant(world.shop())
        buyers = [world.account() for _ in range(2)]
        forgotten = [world.buy(one, {variant: 1}, card=card_named("asks").token) for one in buyers]
        for _ in forgotten:
            clock.advance(2 * MINUTE)
            world.settle.ask_all()
        asked = world.store.read(select(payments.c.asked_at, payments.c.started_at))
        assert all(asked_at > started_at for asked_at, started_at in asked)
