"""Articles of a private person in every state that has a page of its own look, the offers for them, and what is written and reported about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from haat.adapters.sandbox.cards import card_named
from haat.app import App
from haat.kernel import ids
from haat.market.accounts.account import find
from haat.market.catalogue.description import describe
from haat.market.catalogue.listing import ListingText
from haat.market.classifieds.article import ArticleText, Asking, Rules, get
from haat.market.classifieds.decide import refuse
from haat.market.classifieds.leave import take_off
from haat.market.classifieds.offer import offer
from haat.market.classifieds.post import post
from haat.market.classifieds.send_off import send_off
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Actor
from haat.market.messages import block
from haat.market.messages import write as messages
from haat.market.moderation.report import report_listing, report_person
from haat.market.places.gazetteer import gazetteer
from haat.market.places.settle import settle
from haat.market.promotion.promote import Wish
from haat.market.promotion.promotion import open_promotions
from haat.store import Tx

# The moves that lead from an offer into each state.
WAYS: Mapping[str, Sequence[str]] = {
    "offered": (),
    "countered": ("counter",),
    "reserved": ("accept",),
    "handed_over": ("accept", "hand_over"),
    "collected": ("accept", "collect"),
    "sold": ("accept", "hand_over", "complete"),
    "declined": ("decline",),
    "withdrawn": ("withdraw",),
    "fallen_through": ("accept", "fall_through"),
}
_GIVEN = {"amount": 9_500, "note": "I can bring it to the station.", "reason": "Nobody came at the hour we agreed on."}


def set_the_articles(app: App, owner_id: int, buyer_id: int, sender_id: int) -> dict[str, str]:
    """Where they are, by what is special about them. `sender_id` is whom the owner wants to hear nothing more of."""
    on_sale = {
        f"article_{asking}": _article(app, owner_id, title, asking)
        for asking, title in (
            ("negotiable", "Oak table with four chairs"),
            ("fixed", "Bread bin of enamel"),
            ("free", "Jam jars, two boxes of them"),
            ("offers", "Mirror with a frame that needs work"),
        )
    }
    found = on_sale | _not_on_sale(app, owner_id) | _offers(app, owner_id, buyer_id)
    listing_id = _id(found["article_negotiable"])
    _report(app, owner_id, buyer_id, listing_id)
    found |= _promoted(app, owner_id, _id(found["article_fixed"]), _id(found["article_free"]))
    return found | _talk(app, owner_id, buyer_id, sender_id, listing_id)


def _article(app: App, owner_id: int, title: str, asking: Asking = "negotiable", *, rules: Rules | None = None) -> str:
    listing_id = _draft(app, owner_id, title, asking)
    app.store.write(lambda tx: send_off(tx, app.catalogue, rules or app.article_rules, owner_id, listing_id))
    return _place(app, listing_id)


def _draft(app: App, owner_id: int, title: str, asking: Asking = "negotiable") -> int:
    category = app.catalogue.categories.tree(app.store).by_slug("bowls-and-plates")
    words = ListingText(
        title, category.id, describe("We move to a smaller flat.\n\nTo be fetched on the second floor.")
    )

    def work(tx: Tx) -> int:
        text = ArticleText(words, asking, "good", 12_000 if asking in ("fixed", "negotiable") else 0)
        listing_id = post(tx, app.catalogue, owner_id, text)
        settle(tx, app.catalogue, get(tx, listing_id).shop_id, listing_id, gazetteer().the_one("Graz", "AT"))
        return listing_id

    return app.store.write(work)


def _place(app: App, listing_id: int) -> str:
    return f"{ids.encode(listing_id)}/{get(app.store, listing_id).handle}"


def _id(place: str) -> int:
    return ids.decode(place.partition("/")[0])


def _not_on_sale(app: App, owner_id: int) -> dict[str, str]:
    looked_at = app.article_rules._replace(approval="all")
    refused = _article(app, owner_id, "Knife block, with knives", rules=looked_at)
    ended = _article(app, owner_id, "Garden bench")
    moderator = find(app.store, "admin@haat.example")
    assert moderator is not None
    why = "Say how long the blades are, and show them."
    app.store.write(lambda tx: refuse(tx, moderator.id, _id(refused), why))
    app.store.write(lambda tx: take_off(tx, app.catalogue, app.engine, owner_id, _id(ended), sold_elsewhere=False))
    return {
        "article_draft": _place(app, _draft(app, owner_id, "Bookshelf, white")),
        "article_waiting": _article(app, owner_id, "Radio from the sixties", rules=looked_at),
        "article_refused": refused,
        "article_ended": ended,
    }


def _offers(app: App, owner_id: int, buyer_id: int) -> dict[str, str]:
    """For each state an article of its own, and the offer that has come so far."""
    found = {}
    for state, moves in WAYS.items():
        place = _article(app, owner_id, f"Armchair no. {len(found) // 2 + 1}")
        deal_id = _offer(app, buyer_id, _id(place))
        for name in moves:
            by = Actor(dealing.get(app.store, deal_id).rules.move(name).by[0], None)
            app.store.write(partial(app.engine.move, deal_id=deal_id, name=name, by=by, given=_GIVEN))
        found |= {f"armchair_{state}": place, f"offer_{state}": ids.encode(deal_id)}
    return found


def _offer(app: App, buyer_id: int, listing_id: int) -> int:
    note = "I could come on Saturday with a friend and a van."
    return app.store.write(lambda tx: offer(tx, app.engine, buyer_id, listing_id, 8_000, note))


def _promoted(app: App, owner_id: int, paid: int, declined: int) -> dict[str, str]:
    """One stands out, and the promotion of another waits for its payment."""
    cards = {paid: card_named("approves"), declined: card_named("declined")}
    for listing_id, card in cards.items():
        wish = Wish(f"promotion-{listing_id}", listing_id, 7)
        app.promote.run(owner_id, wish, card.token, "/checkout/{checkout}/back")
    deals = {name: open_promotions(app.store, one)[0].id for name, one in (("paid", paid), ("declined", declined))}
    return {f"promotion_{name}": ids.encode(deal_id) for name, deal_id in deals.items()}


def _report(app: App, owner_id: int, buyer_id: int, listing_id: int) -> None:
    _write(app, report_listing, buyer_id, listing_id, "wrong", "This is beech, not oak.")
    _write(app, report_person, buyer_id, owner_id, "spam", "Writes to everybody who has asked about a table.")


def _talk(app: App, owner_id: int, buyer_id: int, sender_id: int, listing_id: int) -> dict[str, str]:
    talk = _write(app, messages.ask, buyer_id, listing_id, "Is it still there?\n\nI could fetch it on Saturday.")
    _write(app, messages.write, owner_id, talk, "It is. Ring twice, please: https://example.org/how-to-find-the-house")
    _write(app, messages.write, buyer_id, talk, "I will. See you on Saturday at ten.")
    blocked = _write(app, messages.ask, sender_id, listing_id, "Sell it to me now and for half of it.")
    _write(app, block.block, owner_id, sender_id)
    return {"talk": ids.encode(talk), "talk_blocked": ids.encode(blocked)}


def _write(app: App, use_case: Callable[..., Any], *args: object) -> Any:
    return app.store.write(lambda tx: use_case(tx, *args))
