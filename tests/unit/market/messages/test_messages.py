"""Messages: two people about one listing, each with what they have read; nobody is flooded, nobody's address is shown."""

from __future__ import annotations

import pytest
from tests.support.bazaar import Bazaar

from haat.kernel import clock
from haat.kernel.clock import HOUR
from haat.kernel.errors import Invalid, NotFound, Refused, TooMany
from haat.market.catalogue.end import end
from haat.market.messages import conversation as talks
from haat.market.messages import write as writing
from haat.market.messages.block import block, unblock
from haat.market.messages.write import ask, write
from haat.market.notices.notice import list_notices
from haat.store import Store


@pytest.fixture
def bazaar(store: Store) -> Bazaar:
    return Bazaar(store)


@pytest.fixture
def olga(bazaar: Bazaar) -> int:
    return bazaar.person("Olga")


@pytest.fixture
def bob(bazaar: Bazaar) -> int:
    return bazaar.person("Bob")


@pytest.fixture
def table(bazaar: Bazaar, olga: int) -> int:
    return bazaar.on_sale(olga)


def said(bazaar: Bazaar, talk_id: int) -> list[str]:
    return [one.text for one in talks.messages_of(bazaar.store, talk_id)]


def test_whoever_asks_twice_about_a_thing_has_one_conversation(bazaar: Bazaar, olga: int, bob: int, table: int) -> None:
    talk_id = bazaar.run(ask, bob, table, " Is it solid oak?\r\nAll of it? ")
    assert bazaar.run(ask, bob, table, "And how heavy?") == talk_id
    assert said(bazaar, talk_id) == ["Is it solid oak?\nAll of it?", "And how heavy?"]
    bazaar.run(write, olga, talk_id, "All of it. 60 kg.")
    (hers,), (his,) = talks.of_account(bazaar.store, olga), talks.of_account(bazaar.store, bob)
    assert (hers.other, his.other, his.last_text) == ("Bob", "Olga", "All of it. 60 kg.")


def test_each_knows_what_is_new_until_they_have_read_it(bazaar: Bazaar, olga: int, bob: int, table: int) -> None:
    talk_id = bazaar.run(ask, bob, table, "Hello")
    assert (talks.count_unread(bazaar.store, olga), talks.count_unread(bazaar.store, bob)) == (1, 0)
    last = talks.get(bazaar.store, olga, talk_id).last_id
    bazaar.run(talks.mark_read, olga, talk_id, last)
    assert talks.count_unread(bazaar.store, olga) == 0
    assert talks.get(bazaar.store, bob, talk_id).read_by_them == last
    bazaar.run(write, olga, talk_id, "Hello")
    assert talks.count_unread(bazaar.store, bob) == 1


def test_reading_goes_forward_only_and_not_past_the_end(bazaar: Bazaar, olga: int, bob: int, table: int) -> None:
    talk_id = bazaar.run(ask, bob, table, "Hello")
    last = talks.get(bazaar.store, olga, talk_id).last_id
    bazaar.run(talks.mark_read, olga, talk_id, last + 10**15)
    bazaar.run(talks.mark_read, olga, talk_id, 1)
    assert talks.get(bazaar.store, olga, talk_id).read == last


def test_nobody_else_reads_or_writes_it(bazaar: Bazaar, bob: int, table: int) -> None:
    talk_id, eve = bazaar.run(ask, bob, table, "Hello"), bazaar.person("Eve")
    with pytest.raises(NotFound):
        talks.get(bazaar.store, eve, talk_id)
    with pytest.raises(NotFound):
        bazaar.run(write, eve, talk_id, "I am Bob")
    assert talks.of_account(bazaar.store, eve) == []


def test_who_is_told_is_told_once_of_all_that_is_unread_and_without_an_address(
    bazaar: Bazaar, olga: int, bob: int, table: int
) -> None:
    talk_id = bazaar.run(ask, bob, table, "One")
    bazaar.run(write, bob, talk_id, "Two")
    (notice,) = list_notices(bazaar.store, olga)
    assert notice.kind == "message_received"
    assert "@" not in notice.body
    assert "One" not in notice.body
    bazaar.run(write, olga, talk_id, "Yes?")
    bazaar.run(write, bob, talk_id, "Three")
    assert len(list_notices(bazaar.store, olga)) == 2
    assert len(list_notices(bazaar.store, bob)) == 1


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_a_message_says_something_and_is_no_book(bazaar: Bazaar, bob: int, table: int, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        bazaar.run(ask, bob, table, text)
    assert list(caught.value.fields) == ["text"]


def test_nobody_asks_themselves_or_about_a_draft_or_begins_about_what_is_gone(
    bazaar: Bazaar, olga: int, bob: int, table: int
) -> None:
    with pytest.raises(Refused):
        bazaar.run(ask, olga, table, "Hello me")
    with pytest.raises(NotFound):
        bazaar.run(ask, bob, bazaar.draft(olga), "Hello")
    gone = bazaar.on_sale(olga, title="Chair")
    talk_id = bazaar.run(ask, bob, gone, "Hello")
    bazaar.run(end, bazaar.catalogue, bazaar.shop_id(olga), gone)
    with pytest.raises(Refused):
        bazaar.run(ask, bazaar.person("Cleo"), gone, "Hello")
    assert bazaar.run(ask, bob, gone, "Where is it?") == talk_id


def test_blocked_neither_writes_until_it_is_lifted(bazaar: Bazaar, olga: int, bob: int, table: int) -> None:
    talk_id = bazaar.run(ask, bob, table, "Hello")
    bazaar.run(block, olga, bob)
    bazaar.run(block, olga, bob)
    for who in (olga, bob):
        with pytest.raises(Refused):
            bazaar.run(write, who, talk_id, "Hello?")
    bazaar.run(unblock, bob, olga)
    with pytest.raises(Refused):
        bazaar.run(write, bob, talk_id, "I lifted it myself")
    bazaar.run(unblock, olga, bob)
    bazaar.run(write, bob, talk_id, "Thank you")
    assert said(bazaar, talk_id) == ["Hello", "Thank you"]


def test_who_writes_without_end_has_to_wait(
    bazaar: Bazaar, olga: int, bob: int, table: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_AN_HOUR", 3)
    monkeypatch.setattr(writing, "MOST_NEW_AN_HOUR", 2)
    others = [bazaar.on_sale(olga) for _ in range(2)]
    with clock.frozen():
        talk_id = bazaar.run(ask, bob, table, "1")
        bazaar.run(ask, bob, others[0], "2")
        with pytest.raises(TooMany):
            bazaar.run(ask, bob, others[1], "A third conversation")
        bazaar.run(write, bob, talk_id, "3")
        with pytest.raises(TooMany):
            bazaar.run(write, bob, talk_id, "4")
        clock.advance(HOUR + 1)
        bazaar.run(write, bob, talk_id, "4")
