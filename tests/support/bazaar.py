"""A market of private people for tests: they post articles and make offers by the use cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from haat.kernel.clock import DAY
from haat.market.accounts.shop import shop_of
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.listing import Catalogue, ListingText
from haat.market.classifieds import article as articles
from haat.market.classifieds.article import Approval, Article, ArticleText, Asking, Rules, Standing, kind_rules
from haat.market.classifieds.offer import offer
from haat.market.classifieds.post import post
from haat.market.classifieds.send_off import send_off
from haat.market.deals.deal import Actor, Deal, get
from haat.market.deals.engine import Engine
from haat.market.search.index import index
from haat.store import Store, Tx
from tests.support.members import member
from tests.support.world import TERMS

T = TypeVar("T")


class Bazaar:
    """`store` is migrated. `approval` says what the market looks at before it is on sale."""

    def __init__(self, store: Store, approval: Approval = "none", first: int = 2) -> None:
        self.store = store
        self.rules = Rules(approval, first, 30 * DAY, 3 * DAY)
        self.catalogue = Catalogue("EUR", Categories(), index, {"article": kind_rules(self.rules)})
        self.engine = Engine(TERMS)

    def person(self, name: str = "Ada") -> int:
        return member(self.store, f"{name.lower().replace(' ', '.')}@example.org", name)

    def run(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return self.store.write(lambda tx: use_case(tx, *args, **kwargs))

    def text(self, title: str = "Oak table", asking: Asking = "negotiable", price: int = 12000) -> ArticleText:
        category_id = self.run(ensure_category, self.catalogue.categories, ["Home", "Tables"])
        return ArticleText(ListingText(title, category_id), asking, "good", price)

    def draft(self, owner_id: int, **text: Any) -> int:
        return self.run(post, self.catalogue, owner_id, self.text(**text))

    def send_off(self, owner_id: int, listing_id: int) -> Standing:
        return self.run(send_off, self.catalogue, self.rules, owner_id, listing_id)

    def on_sale(self, owner_id: int, **text: Any) -> int:
        listing_id = self.draft(owner_id, **text)
        assert self.send_off(owner_id, listing_id) == "active"
        return listing_id

    def article(self, listing_id: int) -> Article:
        return articles.get(self.store, listing_id)

    def standing(self, listing_id: int) -> Standing:
        return self.article(listing_id).standing

    def offer(self, buyer_id: int, listing_id: int, amount: int = 10000, note: str = "") -> Deal:
        return get(self.store, self.run(offer, self.engine, buyer_id, listing_id, amount, note))

    def move(self, deal: Deal, name: str, **given: Any) -> Deal:
        """Make a move, as the first role that may; buyers and owners as themselves."""
        role = deal.rules.move(name).by[0]

        def work(tx: Tx) -> None:
            self.engine.move(tx, deal.id, name, Actor(role, self._who(tx, deal, role)), given)

        self.store.write(work)
        return get(self.store, deal.id)

    def _who(self, tx: Tx, deal: Deal, role: str) -> int | None:
        return deal.buyer_id if role == "buyer" else None

    def shop_id(self, account_id: int) -> int:
        shop = shop_of(self.store, account_id)
        assert shop is not None
        return shop.id
