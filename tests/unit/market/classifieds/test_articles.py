"""Articles: posted by anybody, looked at where the market wants that, on sale for a term, renewed by one button."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.bazaar import Bazaar

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.accounts.shop import shop_of
from haat.market.accounts.tables import accounts
from haat.market.catalogue.change_variants import add_variant, change_variant
from haat.market.catalogue.duplicate import duplicate
from haat.market.catalogue.end import end
from haat.market.catalogue.publish import publish
from haat.market.catalogue.restock import restock
from haat.market.catalogue.variant import VariantText
from haat.market.classifieds.decide import approve, count_waiting, refuse, waiting
from haat.market.classifieds.leave import expire_due, take_off, warn_of_expiry
from haat.market.classifieds.post import edit, post
from haat.market.classifieds.renew import renew
from haat.market.classifieds.send_off import take_back
from haat.market.notices.notice import list_notices
from haat.store import Store


@pytest.fixture
def bazaar(store: Store) -> Bazaar:
    return Bazaar(store)


@pytest.fixture
def stopped() -> Iterator[int]:
    """The clock stands still at this instant, until a test moves it on."""
    with clock.frozen():
        yield clock.now()


def told(bazaar: Bazaar, account_id: int) -> list[str]:
    return [notice.kind for notice in list_notices(bazaar.store, account_id)]


def test_whoever_posts_has_a_shop_with_their_own_name_and_keeps_it(bazaar: Bazaar) -> None:
    ada = bazaar.person("Ada Green")
    assert shop_of(bazaar.store, ada) is None
    first, second = bazaar.draft(ada), bazaar.draft(ada)
    shop = shop_of(bazaar.store, ada)
    assert shop is not None
    assert shop.name == "Ada Green"
    assert {bazaar.article(one).shop_id for one in (first, second)} == {shop.id}


def test_an_article_is_one_piece_with_a_price_as_it_is_asked_for(bazaar: Bazaar) -> None:
    ada = bazaar.person()
    fixed = bazaar.article(bazaar.draft(ada, asking="fixed", price=5000))
    gift = bazaar.article(bazaar.draft(ada, asking="free", price=5000))
    to_offer = bazaar.article(bazaar.draft(ada, asking="offers", price=0))
    assert [(one.price, one.on_hand) for one in (fixed, gift, to_offer)] == [(5000, 1), (0, 1), (0, 1)]


@pytest.mark.parametrize("price", [0, -1, 10**13 + 1])
def test_a_price_that_is_asked_is_a_price(bazaar: Bazaar, price: int) -> None:
    ada = bazaar.person()
    with pytest.raises(Invalid) as caught:
        bazaar.draft(ada, asking="fixed", price=price)
    assert "price" in caught.value.fields


def test_nobody_makes_more_pieces_or_variants_of_an_article(bazaar: Bazaar) -> None:
    ada = bazaar.person()
    listing_id = bazaar.on_sale(ada)
    article = bazaar.article(listing_id)
    with pytest.raises(Refused):
        bazaar.run(add_variant, bazaar.catalogue, article.shop_id, listing_id, VariantText(100), 5)
    with pytest.raises(NotFound):
        bazaar.run(change_variant, bazaar.catalogue, article.shop_id, article.variant_id, VariantText(100))
    with pytest.raises(NotFound):
        bazaar.run(restock, bazaar.catalogue, article.shop_id, article.variant_id, 4)
    assert bazaar.article(listing_id).on_hand == 1


def test_sent_off_it_is_on_sale_for_the_term(bazaar: Bazaar) -> None:
    ada = bazaar.person()
    listing_id = bazaar.draft(ada)
    assert bazaar.standing(listing_id) == "draft"
    before = clock.now()
    assert bazaar.send_off(ada, listing_id) == "active"
    assert bazaar.send_off(ada, listing_id) == "active"
    until = bazaar.article(listing_id).expires_at
    assert until is not None
    assert before + 30 * DAY <= until <= clock.now() + 30 * DAY


def test_it_is_changed_by_its_owner_alone_and_as_it_was_seen(bazaar: Bazaar) -> None:
    ada, bob = bazaar.person("Ada"), bazaar.person("Bob")
    listing_id = bazaar.on_sale(ada)
    seen = bazaar.article(listing_id).version
    with pytest.raises(NotFound):
        bazaar.run(edit, bazaar.catalogue, bob, listing_id, bazaar.text("Mine now"), seen)
    bazaar.run(edit, bazaar.catalogue, ada, listing_id, bazaar.text("Oak table, two chairs", price=13000), seen)
    with pytest.raises(Conflict):
        bazaar.run(edit, bazaar.catalogue, ada, listing_id, bazaar.text("Again"), seen)
    assert (bazaar.article(listing_id).title, bazaar.article(listing_id).price) == ("Oak table, two chairs", 13000)


def test_where_all_are_looked_at_one_waits_until_it_is_approved(store: Store) -> None:
    bazaar = Bazaar(store, "all")
    ada, moderator = bazaar.person("Ada"), bazaar.person("Mo")
    first, second = bazaar.draft(ada), bazaar.draft(ada, title="Chair")
    assert bazaar.send_off(ada, first) == bazaar.send_off(ada, second) == "waiting"
    assert bazaar.send_off(ada, first) == "waiting"
    assert [one.listing_id for one in waiting(store)] == [first, second]
    bazaar.run(approve, bazaar.catalogue, moderator, first, bazaar.article(first).version)
    assert bazaar.standing(first) == "active"
    assert told(bazaar, ada) == ["article_approved"]
    assert [one.listing_id for one in waiting(store)] == [second]
    assert count_waiting(store) == 1


def test_no_way_leads_round_the_people_who_look_at_it(store: Store) -> None:
    bazaar = Bazaar(store, "all")
    ada = bazaar.person()
    listing_id = bazaar.draft(ada)
    with pytest.raises(Invalid):
        bazaar.run(publish, bazaar.catalogue, bazaar.shop_id(ada), listing_id)
    bazaar.send_off(ada, listing_id)
    with pytest.raises(Invalid):
        bazaar.run(publish, bazaar.catalogue, bazaar.shop_id(ada), listing_id)
    assert bazaar.standing(listing_id) == "waiting"


def test_a_refused_one_says_why_and_can_be_sent_off_again(store: Store) -> None:
    bazaar = Bazaar(store, "all")
    ada, moderator = bazaar.person("Ada"), bazaar.person("Mo")
    listing_id = bazaar.draft(ada)
    bazaar.send_off(ada, listing_id)
    with pytest.raises(Invalid):
        bazaar.run(refuse, moderator, listing_id, "  ")
    bazaar.run(refuse, moderator, listing_id, "No photo of the legs.")
    assert bazaar.standing(listing_id) == "draft"
    (notice,) = list_notices(store, ada)
    assert "No photo of the legs." in notice.body
    with pytest.raises(Refused):
        bazaar.run(refuse, moderator, listing_id, "Once more.")
    assert bazaar.send_off(ada, listing_id) == "waiting"


def test_what_was_changed_while_somebody_read_it_is_not_approved(store: Store) -> None:
    bazaar = Bazaar(store, "all")
    ada, moderator = bazaar.person("Ada"), bazaar.person("Mo")
    listing_id = bazaar.draft(ada)
    bazaar.send_off(ada, listing_id)
    read = bazaar.article(listing_id).version
    bazaar.run(edit, bazaar.catalogue, ada, listing_id, bazaar.text("Something forbidden"))
    with pytest.raises(Conflict):
        bazaar.run(approve, bazaar.catalogue, moderator, listing_id, read)
    assert bazaar.standing(listing_id) == "waiting"


def test_where_the_first_are_looked_at_a_known_seller_is_trusted(store: Store) -> None:
    bazaar = Bazaar(store, "first", first=2)
    ada, moderator = bazaar.person("Ada"), bazaar.person("Mo")
    for _ in range(2):
        listing_id = bazaar.draft(ada)
        assert bazaar.send_off(ada, listing_id) == "waiting"
        bazaar.run(approve, bazaar.catalogue, moderator, listing_id, bazaar.article(listing_id).version)
    assert bazaar.send_off(ada, bazaar.draft(ada)) == "active"
    bob = bazaar.person("Bob")
    assert bazaar.send_off(bob, bazaar.draft(bob)) == "waiting"


def test_an_owner_takes_a_waiting_one_back(store: Store) -> None:
    bazaar = Bazaar(store, "all")
    ada = bazaar.person()
    listing_id = bazaar.draft(ada)
    bazaar.send_off(ada, listing_id)
    bazaar.run(take_back, ada, listing_id)
    assert bazaar.standing(listing_id) == "draft"
    assert waiting(store) == []
    with pytest.raises(Refused):
        bazaar.run(take_back, ada, listing_id)


def test_it_expires_after_its_term_and_is_renewed_by_one_button(bazaar: Bazaar, stopped: int) -> None:
    ada = bazaar.person()
    listing_id = bazaar.on_sale(ada)
    assert expire_due(bazaar.store, bazaar.catalogue) == "No article expired."
    clock.advance(31 * DAY)
    assert expire_due(bazaar.store, bazaar.catalogue) == "Articles that expired: 1."
    assert expire_due(bazaar.store, bazaar.catalogue) == "No article expired."
    assert bazaar.standing(listing_id) == "expired"
    assert told(bazaar, ada) == ["article_expired"]
    assert bazaar.run(renew, bazaar.catalogue, bazaar.rules, ada, listing_id) == stopped + 61 * DAY
    article = bazaar.article(listing_id)
    assert (article.standing, article.expires_at) == ("active", stopped + 61 * DAY)


def test_its_owner_is_told_once_before_it_expires_and_again_after_a_renewal(bazaar: Bazaar, stopped: int) -> None:
    ada = bazaar.person()
    listing_id = bazaar.on_sale(ada)
    assert warn_of_expiry(bazaar.store, bazaar.rules) == "No article is about to expire."
    clock.advance(28 * DAY)
    assert warn_of_expiry(bazaar.store, bazaar.rules) == "Owners told that an article expires: 1."
    assert warn_of_expiry(bazaar.store, bazaar.rules) == "No article is about to expire."
    bazaar.run(renew, bazaar.catalogue, bazaar.rules, ada, listing_id)
    clock.advance(28 * DAY)
    assert warn_of_expiry(bazaar.store, bazaar.rules) == "Owners told that an article expires: 1."


def test_the_clock_goes_through_all_that_are_due_however_many(
    bazaar: Bazaar, stopped: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = bazaar.person()
    monkeypatch.setattr("haat.market.classifieds.leave._MOST_AT_ONCE", 2)
    found = [bazaar.on_sale(ada, title=f"Chair {number}") for number in range(5)]
    bazaar.run(end, bazaar.catalogue, bazaar.shop_id(ada), found[0])
    clock.advance(31 * DAY)
    assert expire_due(bazaar.store, bazaar.catalogue) == "Articles that expired: 4."
    assert [bazaar.standing(one) for one in found] == ["ended", "expired", "expired", "expired", "expired"]


def test_what_is_sold_elsewhere_says_so_and_can_come_back(bazaar: Bazaar) -> None:
    ada = bazaar.person()
    listing_id = bazaar.on_sale(ada)
    bazaar.run(take_off, bazaar.catalogue, bazaar.engine, ada, listing_id, sold_elsewhere=True)
    assert bazaar.standing(listing_id) == "sold_elsewhere"
    bazaar.run(renew, bazaar.catalogue, bazaar.rules, ada, listing_id)
    assert bazaar.standing(listing_id) == "active"


def test_a_draft_is_not_renewed(bazaar: Bazaar) -> None:
    ada = bazaar.person()
    listing_id = bazaar.draft(ada)
    with pytest.raises(Refused):
        bazaar.run(renew, bazaar.catalogue, bazaar.rules, ada, listing_id)


def test_who_is_not_confirmed_posts_nothing(bazaar: Bazaar, store: Store) -> None:
    stranger = new_id()
    row = {"email": "x@example.org", "name": "X", "password_hash": "-", "language": "en", "country": "DE"}
    store.write(lambda tx: tx.insert(accounts, id=stranger, created_at=0, **row))
    with pytest.raises(Refused):
        bazaar.run(post, bazaar.catalogue, stranger, bazaar.text())


def test_a_copied_article_is_another_single_thing_that_can_be_posted(bazaar: Bazaar) -> None:
    ada = bazaar.person()
    original = bazaar.draft(ada, asking="negotiable", price=5000)
    shop_id = bazaar.article(original).shop_id
    copy = bazaar.article(bazaar.store.write(lambda tx: duplicate(tx, bazaar.catalogue, shop_id, original)))
    assert (copy.asking, copy.price, copy.wear) == ("negotiable", 5000, bazaar.article(original).wear)
    assert (copy.standing, copy.on_hand) == ("draft", 1)
