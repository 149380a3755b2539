"""Promoting a listing: paid once, standing out for as long as it is paid for, and paid for as far as it went."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, func, select
from tests.support.world import GOOD_CARD, LISTING_OF, RETURN_URL, World

from haat.adapters.sandbox.cards import card_named
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.errors import Conflict, HaatError, Invalid, NotAllowed, NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.accounts.shop import get_shop
from haat.market.catalogue import moderate
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import refresh
from haat.market.catalogue.publish import publish
from haat.market.catalogue.stand_out import stands_out_until
from haat.market.catalogue.tables import variants
from haat.market.deals import library, lists
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.place import PriceChanged
from haat.market.deals.tables import deals
from haat.market.deals.till import Checkout
from haat.market.documents import document
from haat.market.documents.fee import issue_fees
from haat.market.payments.tables import entries, refunds
from haat.market.promotion.promote import Promote, Wish
from haat.market.promotion.promotion import Terms, standing_of
from haat.market.search.question import Question
from haat.market.search.search import Search
from haat.market.truth import books, goods, papers, promotions, work
from haat.market.truth.truth import HOLDS, check_all, in_a_sentence

WEEK = 7 * DAY
CHECKS = [*books.CHECKS, *papers.CHECKS, *goods.CHECKS, *promotions.CHECKS, *work.CHECKS]
MODERATOR = 1
_BOOKED = select(func.coalesce(func.sum(entries.c.amount), 0)).where(entries.c.account == bindparam("account"))
_GIVEN_BACK = select(func.coalesce(func.sum(refunds.c.amount), 0))
_VARIANT_OF = select(variants.c.id).where(variants.c.listing_id == bindparam("listing"))
_DEALS = select(func.count()).select_from(deals)


class Shelf:
    """One listing of one owner, and what its owner does to let it stand out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.shop()
        self.owner = get_shop(world.store, self.shop).owner_id
        self.listing = self.more()
        self.search = Search(world.store, world.catalogue.categories)

    def more(self) -> int:
        """Another listing of the same shop that is on sale."""
        return int(self.world.store.value(LISTING_OF, id=self.world.variant(self.shop)))

    def order(self, days: int = 7, card: str = GOOD_CARD, key: str = "", listing: int | None = None) -> Checkout:
        wish = Wish(key or f"key-{new_id()}", listing or self.listing, days)
        return self.world.promote.run(self.owner, wish, card, RETURN_URL)[0]

    def promoted(self, **order: object) -> Deal:
        (deal,) = self.order(**order).deals  # type: ignore[arg-type]
        return deal

    @property
    def until(self) -> int | None:
        return stands_out_until(self.world.store, self.listing)

    @property
    def standing_out(self) -> list[int]:
        return [card.id for card in self.search.promoted(Question())]

    def remove(self, why: str = "It is a copy.") -> None:
        self.world.store.write(lambda tx: moderate.remove(tx, self.world.catalogue, MODERATOR, self.listing, why))

    def booked(self, account: str) -> int:
        return int(self.world.store.value(_BOOKED, account=account))


@pytest.fixture
def shelf(world: World) -> Iterator[Shelf]:
    with clock.frozen():
        yield Shelf(world)


@pytest.fixture(autouse=True)
def sound(shelf: Shelf) -> Iterator[None]:
    """Whatever happened, every promise holds in the end."""
    yield
    clock.advance(HOUR)
    shelf.world.settle.ask_all()
    shelf.world.engine.run_timers(shelf.world.store)
    shelf.world.work()
    checks = [*CHECKS, books.gateway_check(shelf.world.gateway, clock.now())]
    assert in_a_sentence(check_all(shelf.world.store, checks)) == HOLDS


def test_a_promoted_listing_stands_out_until_its_time_is_over(shelf: Shelf) -> None:
    deal = shelf.promoted(days=7)
    assert (deal.state, deal.total, deal.commission) == ("running", 490, 490)
    assert shelf.until == deal.ends_at == deal.due_at == clock.now() + WEEK
    assert shelf.standing_out == [shelf.listing]

    clock.advance(WEEK - 1)
    shelf.world.engine.run_timers(shelf.world.store)
    assert shelf.standing_out == [shelf.listing]

    clock.advance(1)
    shelf.world.engine.run_timers(shelf.world.store)
    assert (shelf.world.deal(deal).state, shelf.until, shelf.standing_out) == ("over", None, [])
    assert (shelf.booked("commission"), shelf.booked("held"), shelf.booked("seller")) == (-490, 0, 0)


def test_it_is_none_of_the_shop_s_sales_and_one_of_the_owner_s_purchases(shelf: Shelf) -> None:
    shelf.promoted()
    store = shelf.world.store
    assert lists.of_shop(store, shelf.shop) == [] and lists.counts_of_shop(store, shelf.shop) == {}
    assert lists.money_of_shop(store, shelf.shop, "EUR", "held", library.all_versions()) == 0
    assert [row.deal.buyer_id for row in lists.of_market(store)] == [shelf.owner]


def test_the_market_invoices_it_to_the_shop_with_the_tax_that_is_contained(shelf: Shelf) -> None:
    shelf.promoted()
    clock.advance(WEEK)
    shelf.world.engine.run_timers(shelf.world.store)
    shelf.world.work()
    assert document.of_shop(shelf.world.store, shelf.shop) == []  # a shop sends itself no invoice
    clock.advance(40 * DAY)
    assert issue_fees(shelf.world.clerk) == "Invoices for commission: 1."
    (invoice,) = document.of_shop(shelf.world.store, shelf.shop)
    assert (invoice.kind, invoice.total, invoice.tax) == ("fee", 490, 82)  # 20 % contained
    assert invoice.paper.title == "Invoice for promotion"
    assert [row[0] for row in invoice.paper.rows] == ["Listings promoted"]


def test_sixty_four_clicks_at_once_are_one_promotion_and_one_payment(shelf: Shelf) -> None:
    told: list[int | str] = []

    def click() -> None:
        try:
            told.append(shelf.order(key="one-and-the-same").id)
        except HaatError as error:
            told.append(error.what)

    threads = [threading.Thread(target=click) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 64 and len(set(told)) == 1 and isinstance(told[0], int)
    assert shelf.world.store.value(_DEALS) == len(shelf.world.gateway.statement(0)) == 1
    assert shelf.until == clock.now() + WEEK


def test_of_many_windows_with_keys_of_their_own_one_orders_while_a_payment_waits(shelf: Shelf) -> None:
    told: list[str] = []

    def click() -> None:
        try:
            told.append(shelf.order(card=card_named("asks").token).payment.state)
        except Conflict:
            told.append("one waits")

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["one waits"] * 7 + ["waiting"]
    assert standing_of(shelf.world.store, shelf.listing).waiting is not None


def test_prolonging_begins_when_the_present_time_ends(shelf: Shelf) -> None:
    first = shelf.promoted(days=7)
    clock.advance(2 * DAY)
    second = shelf.promoted(days=30)
    assert second.starts_at == first.ends_at
    assert shelf.until == second.ends_at == clock.now() + 35 * DAY

    clock.advance(5 * DAY)
    shelf.world.engine.run_timers(shelf.world.store)
    assert (shelf.world.deal(first).state, shelf.world.deal(second).state) == ("over", "running")
    assert shelf.until == second.ends_at and shelf.standing_out == [shelf.listing]


def test_what_the_market_takes_down_is_paid_for_as_far_as_it_went(shelf: Shelf) -> None:
    first, second = shelf.promoted(days=7), shelf.promoted(days=30)
    clock.advance(WEEK // 4)
    shelf.remove()
    shelf.world.work()
    first, second = shelf.world.deal(first), shelf.world.deal(second)
    assert (first.state, first.refunded) == ("called_off", 490 - 490 // 4)
    assert (second.state, second.refunded) == ("called_off", 1490)  # it had not begun
    assert (shelf.until, shelf.standing_out) == (None, [])
    assert (shelf.booked("commission"), shelf.booked("held"), shelf.booked("refunds")) == (-(490 // 4), 0, 0)


def test_taken_down_before_it_was_paid_it_costs_nothing_however_late_the_bank_is(shelf: Shelf) -> None:
    checkout = shelf.order(card=card_named("asks").token)
    shelf.remove()
    shelf.world.work()
    (deal,) = checkout.deals
    assert shelf.world.deal(deal).state == "cancelled"
    shelf.world.settle.ask(checkout.payment.id)
    assert (shelf.until, shelf.booked("gateway")) == (None, 0)


def test_restored_before_anybody_saw_to_it_the_promotion_runs_on(shelf: Shelf) -> None:
    deal = shelf.promoted()
    shelf.remove()
    shelf.world.store.write(lambda tx: moderate.restore(tx, shelf.world.catalogue, shelf.listing))
    shelf.world.work()
    assert shelf.world.deal(deal).state == "running" and shelf.standing_out == [shelf.listing]


def test_taken_off_by_its_owner_it_stands_nowhere_and_put_back_it_stands_out_again(shelf: Shelf) -> None:
    deal = shelf.promoted()
    world = shelf.world
    world.store.write(lambda tx: end(tx, world.catalogue, shelf.shop, shelf.listing))
    assert shelf.standing_out == [] and world.deal(deal).state == "running"
    world.store.write(lambda tx: publish(tx, world.catalogue, shelf.shop, shelf.listing))
    assert shelf.standing_out == [shelf.listing]


def test_what_is_sold_out_does_not_stand_out(shelf: Shelf) -> None:
    shelf.promoted()
    world = shelf.world
    variant = int(world.store.value(_VARIANT_OF, listing=shelf.listing))
    world.buy(world.account(), {variant: 10})
    world.store.write(lambda tx: refresh(tx, world.catalogue, shelf.listing))
    assert shelf.standing_out == []


@pytest.mark.parametrize("card", ["times_out_paid", "late", "told_twice", "told_out_of_order"])
def test_however_the_bank_answers_it_is_paid_once(shelf: Shelf, card: str) -> None:
    checkout = shelf.order(card=card_named(card).token)
    for _ in range(3):
        clock.advance(10 * MINUTE)
        shelf.world.settle.ask_all()
    assert shelf.world.deal(checkout.deals[0]).state == "running"
    assert len(shelf.world.gateway.statement(0)) == 1


def test_a_declined_card_is_followed_by_another_on_the_same_order(shelf: Shelf) -> None:
    checkout = shelf.order(card=card_named("declined").token)
    assert (checkout.payment.state, shelf.until) == ("declined", None)
    again = shelf.world.till.pay_again(shelf.owner, checkout.id, 1, GOOD_CARD, RETURN_URL)
    assert (again.id, again.deals[0].state) == (checkout.id, "running")


def test_unpaid_it_lapses_and_can_be_ordered_anew(shelf: Shelf) -> None:
    deal = shelf.promoted(card=card_named("declined").token)
    with pytest.raises(Conflict):
        shelf.order()
    clock.advance(31 * MINUTE)
    shelf.world.engine.run_timers(shelf.world.store)
    assert shelf.world.deal(deal).state == "expired"
    assert shelf.promoted().state == "running"


def test_the_market_gives_all_of_it_back_where_it_was_at_fault(shelf: Shelf) -> None:
    running, over = shelf.promoted(), shelf.promoted(listing=shelf.more())
    clock.advance(DAY)
    assert shelf.world.move(running, "refund", reason="The page was down.").refunded == 490
    assert (shelf.until, len(shelf.standing_out)) == (None, 1)
    clock.advance(WEEK)
    shelf.world.engine.run_timers(shelf.world.store)
    assert shelf.world.move(over, "refund", reason="The page was down.").refunded == 490
    shelf.world.work()
    assert shelf.world.store.value(_GIVEN_BACK) == 980 and shelf.booked("commission") == 0


def test_its_owner_cannot_end_it_and_gets_nothing_back(shelf: Shelf) -> None:
    deal = shelf.promoted()
    for move in ("call_off", "refund", "end"):
        with pytest.raises(NotAllowed):
            shelf.world.move(deal, move, by=Actor("buyer", shelf.owner), reason="-")


def test_only_what_the_market_promotes_is_ordered_by_its_owner_at_the_price_that_was_shown(shelf: Shelf) -> None:
    world, stranger = shelf.world, shelf.world.account("Ben")

    def refused(error: type[HaatError], by: int, **wish: int) -> None:
        asked = {"listing_id": shelf.listing, "days": 7} | wish
        with pytest.raises(error):
            world.promote.run(by, Wish(f"key-{new_id()}", **asked), GOOD_CARD, RETURN_URL)

    refused(NotFound, stranger)
    refused(NotFound, get_shop(world.store, world.shop("Other")).owner_id)
    refused(NotFound, shelf.owner, listing_id=new_id())
    refused(Invalid, shelf.owner, days=8)
    refused(PriceChanged, shelf.owner, price=480)
    refused(Refused, shelf.owner, listing_id=world.equipment(shelf.shop))
    world.store.write(lambda tx: end(tx, world.catalogue, shelf.shop, shelf.listing))
    refused(Refused, shelf.owner)
    assert world.store.value(_DEALS) == 0 and world.gateway.statement(0) == []


def test_who_has_promoted_something_is_still_new_as_a_buyer(shelf: Shelf) -> None:
    world = shelf.world
    world.coupon("WELCOME", amount=100, first_only=1)
    shelf.promoted()
    variant = world.variant(world.shop("Other"))
    assert world.buy(shelf.owner, {variant: 1}, coupon="WELCOME").payment.state == "paid"
    with pytest.raises(Refused):
        world.buy(shelf.owner, {variant: 1}, coupon="WELCOME")


def test_where_nothing_is_promoted_nothing_can_be_ordered(shelf: Shelf) -> None:
    off = Promote(shelf.world.store, shelf.world.engine, shelf.world.till, Terms((), {7: 490}, "EUR"))
    with pytest.raises(Refused):
        off.run(shelf.owner, Wish("key-00001", shelf.listing, 7), GOOD_CARD, RETURN_URL)
