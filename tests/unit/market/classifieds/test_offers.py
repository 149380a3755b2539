"""Offers: made and answered in turns, one of them at a time holds the article, and no money goes through the market."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.bazaar import Bazaar

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, HaatError, Invalid, NotAllowed, Refused
from haat.market.classifieds.leave import end_sold, take_off
from haat.market.classifieds.renew import renew
from haat.market.deals import deal as dealing
from haat.market.deals import library
from haat.market.deals.deal import Actor, Deal, get
from haat.market.messages.block import block
from haat.market.notices.notice import list_notices
from haat.market.truth import articles, books, goods
from haat.market.truth.truth import check_all
from haat.store import Store


@pytest.fixture
def bazaar(store: Store) -> Bazaar:
    return Bazaar(store)


@pytest.fixture
def owner(bazaar: Bazaar) -> int:
    return bazaar.person("Olga")


@pytest.fixture
def table(bazaar: Bazaar, owner: int) -> int:
    return bazaar.on_sale(owner)


def state(bazaar: Bazaar, deal: Deal) -> str:
    return get(bazaar.store, deal.id).state


def lies(bazaar: Bazaar) -> dict[str, list[str]]:
    checks = [*books.CHECKS, *goods.CHECKS, *articles.CHECKS]
    return {found.name: found.offending for found in check_all(bazaar.store, checks) if not found.holds}


def test_an_offer_is_a_deal_with_its_amount_and_words_on_the_record(bazaar: Bazaar, owner: int, table: int) -> None:
    deal = bazaar.offer(bazaar.person("Bob"), table, 9000, " Can fetch it today. ")
    assert (deal.state, deal.total, deal.commission, deal.payment_id) == ("offered", 9000, 0, None)
    (event,) = dealing.events(bazaar.store, deal.id)
    assert event.given == {"amount": 9000, "note": "Can fetch it today."}
    assert [notice.kind for notice in list_notices(bazaar.store, owner)] == ["offer_made"]


@pytest.mark.parametrize(
    ("asking", "amount", "goes"),
    [
        ("fixed", 12000, True),
        ("fixed", 11999, False),
        ("negotiable", 1, True),
        ("negotiable", 0, False),
        ("free", 0, True),
        ("free", 1, False),
        ("offers", 500, True),
        ("offers", 0, False),
    ],
)
def test_what_can_be_offered_depends_on_what_is_asked(bazaar: Bazaar, owner: int, asking: Any, amount: int, goes: bool) -> None:  # fmt: skip
    listing_id = bazaar.on_sale(owner, asking=asking, price=12000)
    bob = bazaar.person("Bob")
    if goes:
        assert bazaar.offer(bob, listing_id, amount).total == amount
    else:
        with pytest.raises(Invalid) as caught:
            bazaar.offer(bob, listing_id, amount)
        assert "amount" in caught.value.fields


def test_nobody_offers_for_their_own_for_a_draft_or_twice(bazaar: Bazaar, owner: int, table: int) -> None:
    bob = bazaar.person("Bob")
    with pytest.raises(Refused):
        bazaar.offer(owner, table)
    with pytest.raises(Refused):
        bazaar.offer(bob, bazaar.draft(owner))
    first = bazaar.offer(bob, table)
    with pytest.raises(Refused):
        bazaar.offer(bob, table)
    bazaar.move(first, "withdraw")
    assert bazaar.offer(bob, table).state == "offered"


def test_whom_the_owner_has_blocked_makes_no_offer(bazaar: Bazaar, owner: int, table: int) -> None:
    bob = bazaar.person("Bob")
    bazaar.run(block, owner, bob)
    with pytest.raises(Refused):
        bazaar.offer(bob, table)


def test_two_people_agree_on_a_price_in_turns(bazaar: Bazaar, table: int) -> None:
    deal = bazaar.offer(bazaar.person("Bob"), table, 8000)
    assert bazaar.move(deal, "counter", amount=11000).total == 11000
    with pytest.raises(Refused):
        bazaar.move(deal, "counter", amount=10000)
    assert bazaar.move(deal, "counter_back", amount=9500, note="With the chairs?").total == 9500
    agreed = bazaar.move(deal, "accept")
    assert (agreed.state, agreed.total) == ("reserved", 9500)
    said = [(event.move, event.given.get("amount")) for event in dealing.events(bazaar.store, deal.id)]
    assert said == [("place", 8000), ("counter", 11000), ("counter_back", 9500), ("accept", None)]
    (line,) = dealing.lines(bazaar.store, deal.id)
    assert (line.unit_price, line.amount) == (9500, 9500)
    assert lies(bazaar) == {}


def test_neither_answers_for_the_other(bazaar: Bazaar, table: int) -> None:
    deal = bazaar.offer(bazaar.person("Bob"), table)
    for name in ("accept", "counter", "decline"):
        with pytest.raises(NotAllowed):
            bazaar.run(bazaar.engine.move, deal.id, name, Actor("buyer", deal.buyer_id), {"amount": 1})
    with pytest.raises(NotAllowed):
        bazaar.run(bazaar.engine.move, deal.id, "withdraw", Actor("seller", 1))


def test_while_one_is_reserved_others_stay_open_and_cannot_be_accepted(bazaar: Bazaar, table: int) -> None:
    bobs, cleos = bazaar.offer(bazaar.person("Bob"), table), bazaar.offer(bazaar.person("Cleo"), table, 11000)
    bazaar.move(bobs, "accept")
    assert bazaar.standing(table) == "reserved"
    with pytest.raises(Refused):
        bazaar.move(cleos, "accept")
    assert state(bazaar, cleos) == "offered"
    bazaar.move(bobs, "fall_through", reason="He did not come.")
    assert bazaar.standing(table) == "active"
    assert bazaar.move(cleos, "accept").state == "reserved"
    assert lies(bazaar) == {}


@pytest.mark.parametrize(("says", "confirms"), [("hand_over", "complete"), ("collect", "confirm")])
def test_both_confirm_and_it_is_sold_for_good(bazaar: Bazaar, owner: int, table: int, says: str, confirms: str) -> None:
    deal, other = bazaar.offer(bazaar.person("Bob"), table), bazaar.offer(bazaar.person("Cleo"), table)
    bazaar.move(deal, "accept")
    bazaar.move(deal, says)
    assert bazaar.move(deal, confirms).state == "completed"
    assert bazaar.standing(table) == "sold"
    end_sold(bazaar.store, bazaar.catalogue, table)
    end_sold(bazaar.store, bazaar.catalogue, table)
    article = bazaar.article(table)
    assert (article.state, article.gone, article.on_hand) == ("ended", "sold", 0)
    assert state(bazaar, other) == "lost"
    with pytest.raises(Refused):
        bazaar.run(renew, bazaar.catalogue, bazaar.rules, owner, table)
    with pytest.raises(Refused):
        bazaar.offer(bazaar.person("Dan"), table)
    assert lies(bazaar) == {}


def test_time_ends_what_nobody_answers_fetches_or_confirms(bazaar: Bazaar, table: int) -> None:
    with clock.frozen():
        unanswered = bazaar.offer(bazaar.person("Bob"), table)
        clock.advance(3 * DAY)
        bazaar.engine.run_timers(bazaar.store)
        assert state(bazaar, unanswered) == "lapsed"
        unfetched = bazaar.move(bazaar.offer(bazaar.person("Cleo"), table), "accept")
        clock.advance(7 * DAY)
        bazaar.engine.run_timers(bazaar.store)
        assert (state(bazaar, unfetched), bazaar.standing(table)) == ("fallen_through", "active")
        fetched = bazaar.move(bazaar.move(bazaar.offer(bazaar.person("Dan"), table), "accept"), "hand_over")
        clock.advance(3 * DAY)
        bazaar.engine.run_timers(bazaar.store)
        assert state(bazaar, fetched) == "completed"
    assert lies(bazaar) == {}


def test_what_is_reserved_is_not_taken_off_and_what_is_taken_off_ends_its_offers(
    bazaar: Bazaar, owner: int, table: int
) -> None:
    bobs, cleos = bazaar.offer(bazaar.person("Bob"), table), bazaar.offer(bazaar.person("Cleo"), table)
    bazaar.move(bobs, "accept")
    with pytest.raises(Refused):
        bazaar.run(take_off, bazaar.catalogue, bazaar.engine, owner, table, sold_elsewhere=True)
    bazaar.move(bobs, "fall_through", reason="Too large for the car.")
    bazaar.run(take_off, bazaar.catalogue, bazaar.engine, owner, table, sold_elsewhere=True)
    assert state(bazaar, cleos) == "lost"
    assert bazaar.standing(table) == "sold_elsewhere"


def test_of_64_who_accept_at_once_exactly_one_holds(bazaar: Bazaar, table: int) -> None:
    """Each thread accepts another offer of the same article."""
    offers = [bazaar.offer(bazaar.person(f"Buyer {number}"), table, 5000 + number) for number in range(64)]
    ready, outcomes = threading.Barrier(64), []

    def accept(deal: Deal) -> None:
        ready.wait()
        try:
            bazaar.move(deal, "accept")
        except (Refused, Conflict):
            outcomes.append("refused")
        else:
            outcomes.append("held")

    threads = [threading.Thread(target=accept, args=(deal,)) for deal in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held"] + ["refused"] * 63
    assert sorted(state(bazaar, deal) for deal in offers) == ["offered"] * 63 + ["reserved"]
    article = bazaar.article(table)
    assert (article.on_hand, article.held) == (1, 1)
    assert lies(bazaar) == {}


_STEP = st.tuples(st.integers(0, 2), st.integers(0, 14), st.integers(1, 20000), st.integers(0, 8 * DAY))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEP, max_size=25))
def test_however_it_goes_the_article_is_promised_once_and_sold_once(bazaar: Bazaar, steps: list[Any]) -> None:
    """Three buyers, their owner and the clock do whatever they may, in any order."""
    made = _count()
    owner = bazaar.person(f"Owner {made}")
    buyers = [bazaar.person(f"Buyer {made} {number}") for number in range(3)]
    listing_id = bazaar.on_sale(owner)
    latest: dict[int, Deal] = {}
    with clock.frozen():
        for who, which, amount, pause in steps:
            clock.advance(pause)
            bazaar.engine.run_timers(bazaar.store)
            _try_something(bazaar, latest, buyers[who], listing_id, which, amount)
            promised = [d for d in latest.values() if _goods(bazaar, d) == "held"]
            sold = [d for d in latest.values() if _goods(bazaar, d) == "sent"]
            article = bazaar.article(listing_id)
            assert len(promised) == article.held
            assert len(promised) + len(sold) <= 1
            assert len(sold) == 1 - article.on_hand
    assert lies(bazaar) == {}


def _goods(bazaar: Bazaar, deal: Deal) -> str:
    now = get(bazaar.store, deal.id)
    return now.rules.states[now.state].goods


_NAMES = [move.name for move in library.newest("classified").moves if move.by not in (("clock",), ("rival",))]


def _try_something(
    bazaar: Bazaar, latest: dict[int, Deal], buyer: int, listing_id: int, which: int, amount: int
) -> None:
    try:
        if which >= len(_NAMES) or buyer not in latest:
            latest[buyer] = bazaar.offer(buyer, listing_id, amount)
        else:
            bazaar.move(latest[buyer], _NAMES[which], amount=amount, reason="So it goes.")
    except HaatError:
        pass


_counted = [0]


def _count() -> int:
    _counted[0] += 1
    return _counted[0]
