"""Reports: one a person and thing, the oldest first, decided once with a reason that stays."""

from __future__ import annotations

import pytest
from tests.support.bazaar import Bazaar
from tests.support.members import administrator

from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooMany
from haat.market.accounts.account import get as get_account
from haat.market.moderation import report as reports
from haat.market.moderation.report import let_be, open_reports, put_out, report_listing, report_person, take_down
from haat.market.notices.notice import list_notices
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


def test_a_report_says_what_is_wrong_and_the_oldest_come_first(bazaar: Bazaar, owner: int, table: int) -> None:
    bob, cleo = bazaar.person("Bob"), bazaar.person("Cleo")
    first = bazaar.run(report_listing, bob, table, "fraud", " Photos of somebody else's. ")
    second = bazaar.run(report_person, cleo, owner, "offensive", "Called me names.")
    found = open_reports(bazaar.store)
    assert [one.id for one in found] == [first, second]
    assert (found[0].reporter, found[0].title, found[0].text) == ("Bob", "Oak table", "Photos of somebody else's.")
    assert (found[1].person, found[1].listing_id) == ("Olga", None)
    assert reports.count_open(bazaar.store) == 2


def test_nobody_reports_twice_their_own_or_what_is_not_there(bazaar: Bazaar, owner: int, table: int) -> None:
    bob = bazaar.person("Bob")
    bazaar.run(report_listing, bob, table, "fraud", "x")
    with pytest.raises(Conflict):
        bazaar.run(report_listing, bob, table, "spam", "y")
    with pytest.raises(Refused):
        bazaar.run(report_listing, owner, table, "spam", "y")
    with pytest.raises(Refused):
        bazaar.run(report_person, bob, bob, "spam", "y")
    with pytest.raises(NotFound):
        bazaar.run(report_listing, bob, bazaar.draft(owner), "spam", "y")


@pytest.mark.parametrize(("reason", "text", "field"), [("nonsense", "x", "reason"), ("spam", "  ", "text"), ("spam", "x" * 1001, "text")])  # fmt: skip
def test_a_report_needs_a_reason_and_words(bazaar: Bazaar, table: int, reason: str, text: str, field: str) -> None:
    bob = bazaar.person("Bob")
    with pytest.raises(Invalid) as caught:
        bazaar.run(report_listing, bob, table, reason, text)
    assert list(caught.value.fields) == [field]


def test_who_reports_without_end_has_to_wait(bazaar: Bazaar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_A_DAY", 2)
    owner, bob = bazaar.person("Olga"), bazaar.person("Bob")
    tables = [bazaar.on_sale(owner) for _ in range(3)]
    for listing_id in tables[:2]:
        bazaar.run(report_listing, bob, listing_id, "spam", "x")
    with pytest.raises(TooMany):
        bazaar.run(report_listing, bob, tables[2], "spam", "x")


def test_taking_it_down_decides_every_report_of_it_and_tells_its_owner(bazaar: Bazaar, owner: int, table: int) -> None:
    moderator = bazaar.person("Mo")
    made = [bazaar.run(report_listing, bazaar.person(name), table, "fraud", "x") for name in ("Bob", "Cleo")]
    with pytest.raises(Invalid):
        bazaar.run(take_down, bazaar.catalogue, moderator, made[0], " ")
    assert bazaar.standing(table) == "active"
    bazaar.run(take_down, bazaar.catalogue, moderator, made[0], "Not yours.")
    assert bazaar.standing(table) == "removed"
    assert open_reports(bazaar.store) == []
    decided = reports.reports_of_listing(bazaar.store, table)
    assert {(one.decision, one.decided_by, one.why) for one in decided} == {("removed", "Mo", "Not yours.")}
    assert "listing_removed" in [notice.kind for notice in list_notices(bazaar.store, owner)]
    with pytest.raises(Refused):
        bazaar.run(let_be, moderator, made[1], "Too late.")


def test_nothing_is_done_about_one_and_why_stays_on_the_record(bazaar: Bazaar, table: int) -> None:
    moderator = bazaar.person("Mo")
    made = [bazaar.run(report_listing, bazaar.person(name), table, "fraud", "x") for name in ("Bob", "Cleo")]
    bazaar.run(let_be, moderator, made[0], "It is theirs.")
    assert [one.id for one in open_reports(bazaar.store)] == [made[1]]
    decided = reports.get_report(bazaar.store, made[0])
    assert (decided.decision, decided.decided_by, decided.why) == ("nothing", "Mo", "It is theirs.")
    assert bazaar.standing(table) == "active"


def test_a_person_is_suspended_by_administrators_alone(bazaar: Bazaar, owner: int) -> None:
    moderator, root = bazaar.person("Mo"), administrator(bazaar.store)
    made = bazaar.run(report_person, bazaar.person("Bob"), owner, "offensive", "x")
    with pytest.raises(NotAllowed):
        put_out(bazaar.store, moderator, made, "Threats.")
    assert [one.id for one in open_reports(bazaar.store)] == [made]
    put_out(bazaar.store, root, made, "Threats.")
    assert get_account(bazaar.store, owner).is_suspended
    assert reports.get_report(bazaar.store, made).decision == "suspended"
    with pytest.raises(Refused):
        put_out(bazaar.store, root, made, "Again.")
