"""What people do about each other: write, block, report; and what the people of the market do about it."""

from __future__ import annotations

import pytest
from tests.support.bazaar import Bazaar
from tests.support.browser import Browser
from tests.support.desk import one_of_the_team, signed_in
from tests.support.stack import Stack

from haat.kernel import ids


class Market(Bazaar):
    """A bazaar by the rules of a whole stack."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.app.store)
        self.catalogue = stack.app.catalogue
        self.rules = stack.app.article_rules
        self.engine = stack.app.engine


@pytest.fixture
def market(stack: Stack) -> Market:
    return Market(stack)


@pytest.fixture
def olga(stack: Stack, market: Market) -> Browser:
    return signed_in(stack, market.person("Olga"))


@pytest.fixture
def bob(stack: Stack, market: Market) -> Browser:
    return signed_in(stack, market.person("Bob"))


@pytest.fixture
def table(market: Market, olga: Browser) -> str:
    from haat.market.accounts.account import find

    owner = find(market.store, "olga@example.org")
    assert owner is not None
    return ids.encode(market.on_sale(owner.id))


def test_people_write_to_each_other_without_scripts_and_without_addresses(
    stack: Stack, olga: Browser, bob: Browser, table: str
) -> None:
    assert "Write to Olga" in bob.get(f"/messages/new?listing={table}").text
    assert bob.post("/messages", listing=table, text=" ").status == 422
    where = bob.post("/messages", listing=table, text="Is it <b>oak</b>?").header("Location") or ""
    assert "Bob · Oak table" in olga.get("/messages").text
    shown = olga.get(where).text
    assert "Is it &lt;b&gt;oak&lt;/b&gt;?" in shown
    assert "@example.org" not in shown.replace("olga@example.org", "")
    assert olga.post(where, text="Yes.").status == 303
    news = bob.get(f"{where}/new?after={'0' * 13}").json
    assert [one["text"] for one in news] == ["Is it <b>oak</b>?", "Yes."]
    assert stack.browser().get(where).status == 303
    stack.work()
    (mail,) = [mail for mail in stack.letters("olga@example.org") if "writes about" in mail.subject]
    assert "bob@example.org" not in mail.text + mail.html


def test_somebody_blocked_is_told_so_and_cannot_write(olga: Browser, bob: Browser, table: str) -> None:
    where = bob.post("/messages", listing=table, text="Hello").header("Location") or ""
    assert olga.submit(f"{where}/block").status == 200
    came_back = bob.post(where, text="Hello?")
    assert came_back.status == 422
    assert "Nobody can write here" in came_back.text
    assert olga.post(f"{where}/unblock").status == 303
    assert bob.post(where, text="Hello again").status == 303


def test_a_report_is_decided_by_moderators_and_nobody_else(
    stack: Stack, market: Market, olga: Browser, bob: Browser, table: str
) -> None:
    moderator = one_of_the_team(stack, "moderator")
    assert "Report “Oak table”" in bob.get(f"/reports/new?listing={table}").text
    assert bob.post("/reports", listing=table, reason="", text="").status == 422
    assert bob.post("/reports", listing=table, reason="fraud", text="Stolen.").status == 303
    assert bob.get("/admin/reports").status == 403
    shown = moderator.get("/admin/reports").text
    assert "Stolen." in shown
    path = next(part for part in shown.split('"') if part.endswith("/removal"))
    assert bob.post(path, why="x").status == 403
    assert moderator.post(path, why="").status == 422
    refused = moderator.post(path, why="Stolen goods. " * 100)
    assert refused.status == 422
    assert "Stolen goods. Stolen goods." in refused.text
    assert market.standing(ids.decode(table)) == "active"
    moderator.post(path, why="It was stolen.")
    assert market.standing(ids.decode(table)) == "removed"
    assert "Nothing is reported" in moderator.get("/admin/reports").text
    assert "It was stolen." in olga.get(f"/articles/{table}").text


def test_moderators_look_at_articles_where_the_market_wants_that(stack: Stack, market: Market, olga: Browser) -> None:
    from haat.market.accounts.account import find
    from haat.market.classifieds.article import kind_rules
    from haat.market.classifieds.send_off import send_off

    owner = find(market.store, "olga@example.org")
    assert owner is not None
    rules = market.rules._replace(approval="all")
    market.catalogue.kinds["article"] = kind_rules(rules)  # type: ignore[index]
    moderator = one_of_the_team(stack, "moderator")
    listing_id = market.draft(owner.id)
    market.run(send_off, market.catalogue, rules, owner.id, listing_id)
    assert "Oak table" in moderator.get("/admin/articles").text
    path = f"/admin/articles/{ids.encode(listing_id)}"
    assert moderator.post(f"{path}/refusal", why="").status == 422
    assert moderator.post(f"{path}/refusal", why="No photo.").status == 303
    assert "No photo." in olga.get(f"/articles/{ids.encode(listing_id)}").text
    market.run(send_off, market.catalogue, rules, owner.id, listing_id)
    assert olga.post(f"{path}/approval", seen="1").status == 403
    moderator.post(f"{path}/approval", seen="0")
    assert market.standing(listing_id) == "waiting"
    moderator.post(f"{path}/approval", seen=str(market.article(listing_id).version))
    assert market.standing(listing_id) == "active"
