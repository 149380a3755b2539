"""What somebody is told in the app."""

from __future__ import annotations

import string
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.members import member

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.kernel.zone import zone_of
from haat.market import notices
from haat.market.notices.kinds import LETTERS, NOTICES, Kind
from haat.market.notices.notice import count_unread, get_notice, list_notices, mark_all_read, mark_read
from haat.market.notices.wording import say
from haat.store import Store
from haat.words import Words

ENGLISH = Words(NullTranslations())
SENT = {"item": "2 × USB hub", "shop": "Ada's Tools", "carrier": "Post", "parcel": "RR123"}
VALUES = {
    "text": "<b>USB</b> %s %(x)s",
    "money": Money(123450, "EUR"),
    "day": 1_772_000_000_000,
    "minute": 1_772_000_000_000,
}


def tell_about(store: Store, account_id: int, item: str) -> None:
    store.write(lambda tx: notices.tell(tx, account_id, "order_completed", {"item": item}, "/sales/1"))


def test_what_is_told_is_read_in_words(store: Store) -> None:
    ada = member(store)
    store.write(lambda tx: notices.tell(tx, ada, "parcel_sent", {**SENT, "more": "than needed"}, "/purchases/1"))
    [notice] = list_notices(store, ada)
    assert "more" not in notice.body
    assert (notice.link, notice.is_read) == ("/purchases/1", False)
    assert notice.said("Haat", "en", ENGLISH) == (
        "On its way: 2 × USB hub",
        "Your parcel is on its way",
        ("Ada's Tools has sent 2 × USB hub with Post, under the number RR123.",),
        "Follow the order",
    )


def test_money_and_days_are_written_as_the_reader_does() -> None:
    data = {"item": "USB hub", "shop": "Ada", "total": list(Money(123450, "EUR")), "send_by": 1_772_000_000_000}
    assert say(NOTICES["order_placed"], data, "Haat", "en", ENGLISH).paragraphs[0].endswith("You have paid €1,234.50.")
    german = say(NOTICES["order_placed"], data, "Haat", "de", ENGLISH).paragraphs
    assert "1.234,50\xa0€" in german[0]
    assert "25. Februar 2026" in german[1]


def test_days_and_minutes_are_those_of_the_market() -> None:
    kind = LETTERS["confirm_address"]
    said = say(kind, {"until": 1_772_000_000_000}, "Haat", "en", ENGLISH, zone=zone_of("Asia/Kathmandu")).paragraphs
    assert "February 25, 2026, 11:58\u202fAM UTC+05:45" in " ".join(said)


def test_a_language_that_nobody_knows_is_written_as_english() -> None:
    assert "€1.00" in say(NOTICES["payout_sent"], {"amount": [100, "EUR"]}, "Haat", "zz", ENGLISH).subject


@pytest.mark.parametrize(("name", "kind"), [*NOTICES.items(), *LETTERS.items()])
def test_every_kind_says_all_that_it_needs_and_nothing_else(name: str, kind: Kind) -> None:
    data = {need: VALUES[form] for need, form in kind.needs.items()}
    message = say(kind, data, "Haat", "en", ENGLISH)
    everything = " ".join([message.subject, message.heading, *message.paragraphs, message.button])
    assert "–" not in everything
    asked = {field.split(")")[0] for field in " ".join([kind.subject, *kind.paragraphs]).split("%(")[1:]}
    assert asked - {"market"} == set(kind.needs)
    assert len(name) <= 40
    assert "!" not in everything


def test_a_kind_that_is_not_there_and_a_value_that_is_missing_are_noticed_at_once(store: Store) -> None:
    ada = member(store)
    with pytest.raises(ValueError, match="no notice of the kind"):
        store.write(lambda tx: notices.tell(tx, ada, "greeting", {}, "/"))
    with pytest.raises(ValueError, match="needs carrier, parcel"):
        store.write(lambda tx: notices.tell(tx, ada, "parcel_sent", {"item": "x", "shop": "y"}, "/"))


@given(item=st.text(string.printable, max_size=60))
def test_whatever_a_thing_is_called_the_subject_is_one_line(item: str) -> None:
    subject = say(NOTICES["order_completed"], {"item": item}, "Haat", "en", ENGLISH).subject
    assert "\n" not in subject and "\r" not in subject


def test_they_are_listed_a_page_at_a_time_youngest_first_and_only_to_whom_they_were_told(store: Store) -> None:
    ada, bob = member(store), member(store, "bob@example.org", "Bob")
    for n in range(5):
        tell_about(store, ada, f"thing {n}")
    tell_about(store, bob, "thing of Bob")
    first = list_notices(store, ada, most=3)
    second = list_notices(store, ada, before=first[-1].id, most=3)
    assert [notice.body for notice in first + second] == [f'{{"item":"thing {n}"}}' for n in (4, 3, 2, 1, 0)]
    with pytest.raises(NotFound):
        get_notice(store, bob, first[0].id)
    with pytest.raises(NotFound):
        mark_read(store, bob, first[0].id)
    assert count_unread(store, ada) == 5


def test_reading_one_counts_once(store: Store) -> None:
    ada = member(store)
    tell_about(store, ada, "thing")
    [notice] = list_notices(store, ada)
    with clock.frozen(clock.now()):
        mark_read(store, ada, notice.id)
        read_at = clock.now()
        clock.advance(clock.HOUR)
        mark_read(store, ada, notice.id)
    assert get_notice(store, ada, notice.id).read_at == read_at
    assert count_unread(store, ada) == 0


def test_reading_all_leaves_what_came_meanwhile(store: Store) -> None:
    ada = member(store)
    for n in range(3):
        tell_about(store, ada, f"thing {n}")
    seen = list_notices(store, ada)
    tell_about(store, ada, "came meanwhile")
    assert mark_all_read(store, ada, up_to=seen[0].id) == 3
    assert [notice.is_read for notice in list_notices(store, ada)] == [False, True, True, True]


def test_one_cause_is_told_once_to_each(store: Store) -> None:
    both = [member(store), member(store, "bob@example.org", "Bob")]
    for account_id in both * 2:
        store.write(lambda tx, to=account_id: notices.tell(tx, to, "order_completed", {"item": "thing"}, "/", cause=77))
    assert [len(list_notices(store, account_id)) for account_id in both] == [1, 1]
