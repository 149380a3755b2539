"""Programs promote listings, and show what is promoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from haat.kernel import ids
from haat.market.catalogue.change_category import ensure_category
from tests.support.stack import ALL_KINDS, Stack
from tests.web.api.acts import CARD, got, offer, open_shop


@pytest.fixture
def stack(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Stack]:
    """A market that promotes products."""
    lay_database(tmp_path)
    prices = {"HAAT_PROMOTION__KINDS": "product", "HAAT_PROMOTION__PRICES": "7=490, 30=1490"}
    stack = Stack(tmp_path, {**ALL_KINDS, **prices})
    yield stack
    stack.close()


def test_a_program_promotes_a_listing_and_finds_it_promoted(stack: Stack) -> None:
    catalogue = stack.app.catalogue
    category = stack.app.store.write(lambda tx: ensure_category(tx, catalogue.categories, ["Cups"]))
    seller = open_shop(stack, "Olga")
    listing = offer(seller, ids.encode(category))["id"]
    where = f"/shop/listings/{listing}/promotion"
    offers = [{"days": 7, "price": 490, "currency": "EUR"}, {"days": 30, "price": 1490, "currency": "EUR"}]
    assert got(seller, where) == {"until": None, "waiting": None, "offers": offers}

    wish = {"key": "promotion-1", "days": 7, "price": 490, "card": CARD}
    answers = [seller.call("POST", f"/api/v1{where}s", wish) for _ in range(2)]
    assert [(one.status, one.json["payment"]) for one in answers] == [(200, "paid")] * 2
    assert len({one.json["id"] for one in answers}) == 1
    (deal,) = answers[0].json["deals"]
    assert (deal["process"], deal["state"]) == ("promotion", "running")

    assert got(seller, where)["until"] > 0
    found = got(stack.browser(), "/search?category=cups")
    assert [one["id"] for one in found["promoted"]] == [one["id"] for one in found["items"]] == [listing]
    assert got(stack.browser(), "/search?q=mug")["promoted"] == []
    assert got(seller, "/shop/sales")["items"] == []
    assert got(seller, "/purchases")["items"][0]["id"] == deal["id"]

    for change, status in (({"days": 9}, 422), ({"price": 1}, 409), ({"key": "promotion-1", "days": 30}, 409)):
        asked = {**wish, "key": "promotion-2", "price": None, **change}
        assert seller.call("POST", f"/api/v1{where}s", asked).status == status
    stranger = open_shop(stack, "Ben")
    assert stranger.get(f"/api/v1{where}").status == 404
    assert stranger.call("POST", f"/api/v1{where}s", {**wish, "key": "promotion-3"}).status == 404
