"""An article: one thing that somebody parts with. It is a listing of kind `article` with a price of its own kind, and an end to its time.

draft ── send off ──▶ waiting ── approve ──▶ active ◀──▶ reserved ── hand over ──▶ sold
  ▲                      │                     │
  └────── refuse ────────┘                     └──▶ expired, ended, sold elsewhere      (the first two can be renewed)

Where the market does not look at articles first, sending one off puts it on sale at once.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from haat.kernel.errors import Invalid, NotFound
from haat.kernel.ids import new_id
from haat.market.catalogue.listing import KindRules, ListingText, State
from haat.market.catalogue.queries import REFRESH
from haat.market.catalogue.tables import stock, variants
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.classifieds import queries
from haat.market.classifieds.tables import articles
from haat.store import Store, Tx

# A price that stands, one that can be talked about, a gift, and no price at all.
Asking: TypeAlias = Literal["fixed", "negotiable", "free", "offers"]
Wear: TypeAlias = Literal["new", "like_new", "good", "worn", "broken"]
Approval: TypeAlias = Literal["none", "first", "all"]
Gone: TypeAlias = Literal["sold", "sold_elsewhere", "expired"]
Standing: TypeAlias = Literal[
    "draft", "waiting", "active", "reserved", "sold", "sold_elsewhere", "expired", "ended", "hidden", "removed"
]

_LATEST = 2**63 - 1


class Rules(NamedTuple):
    """The market's terms for articles; times in milliseconds.

    Looked at before they are on sale are none, those of a seller of whom fewer than `first` were approved, or all.
    """

    approval: Approval
    first: int
    term: int
    notice: int


class ArticleText(Struct, frozen=True):
    """What a seller says of an article. `price` counts where it is fixed or negotiable, in minor units."""

    listing: ListingText
    asking: Asking
    wear: Wear
    price: int = 0


class Article(NamedTuple):
    """An article as its deals and its seller need it. `price` is 0 where it is free, or to be offered for."""

    id: int
    shop_id: int
    owner_id: int
    title: str
    handle: str
    state: State
    version: int
    currency: str
    photo: str | None
    asking: Asking
    price: int
    wear: Wear
    expires_at: int | None
    gone: Gone | None
    variant_id: int
    on_hand: int
    held: int
    sent_at: int | None

    @property
    def standing(self) -> Standing:
        """How it stands, in a word."""
        if self.is_sold:
            return "sold"
        if self.state == "draft":
            return "waiting" if self.sent_at is not None else "draft"
        if self.state == "active":
            return "reserved" if self.held else "active"
        if self.state == "ended":
            return self.gone or "ended"
        return self.state

    @property
    def is_sold(self) -> bool:
        """Handed over to somebody from here, whether its listing has ended already or is just about to."""
        return self.on_hand == 0


def get(store: Store | Tx, listing_id: int) -> Article:
    """Raises NotFound, also for a listing of another kind."""
    row = store.first(queries.ARTICLE, listing=listing_id)
    if row is None:
        raise NotFound("There is no such article.")
    return Article(*row)


def take(tx: Tx, listing_id: int) -> Article:
    """The article, which nobody reserves and nobody else changes until this transaction ends. Raises NotFound."""
    tx.read(queries.TAKE_PIECE, listing=listing_id)
    return get(tx, listing_id)


def own(store: Store | Tx, account_id: int, listing_id: int) -> Article:
    """The account's article. Raises NotFound, also when it belongs to somebody else."""
    article = get(store, listing_id)
    if article.owner_id != account_id:
        raise NotFound("There is no such article of yours.")
    return article


def of_account(store: Store, account_id: int, *, before: int | None = None, most: int = 24) -> list[Article]:
    """Everything that an account has posted, the newest first, from those with an id below `before`."""
    rows = store.read(queries.ARTICLES_OF, owner=account_id, before=before or _LATEST, most=most)
    return [Article(*row) for row in rows]


def why_refused(store: Store, article: Article) -> str:
    """What the people of the market said when they refused a draft; "" where they did not."""
    return str(store.value(queries.LAST_REFUSAL, listing=article.id) or "") if article.standing == "draft" else ""


def price_of(text: ArticleText) -> int:
    """What it costs as it is asked for: nothing where it is a gift or offers are asked for. Raises Invalid."""
    if text.asking in ("free", "offers"):
        return 0
    if not 1 <= text.price <= HIGHEST_PRICE:
        problem = "Write a price above zero, or give it away." if text.price < 1 else "This price is too high."
        raise Invalid("The article cannot be saved like this.", fields={"price": problem})
    return text.price


def happened(tx: Tx, listing_id: int, what: str, by: int | None, why: str | None = None) -> None:
    """Put it on the record."""
    tx.run(queries.HAPPENED, id=new_id(), listing_id=listing_id, at=tx.now, what=what, by_id=by, why=why)


def add_the_one_piece(tx: Tx, shop_id: int, listing_id: int, price: int) -> None:
    """What a reservation holds. Nobody sees that it is a variant with a SKU."""
    variant_id = new_id()
    row: dict[str, Any] = {"options": "[]", "price": price, "position": 1}
    tx.insert(variants, id=variant_id, listing_id=listing_id, shop_id=shop_id, sku=f"article-{listing_id}", **row)
    tx.insert(stock, variant_id=variant_id, on_hand=1, held=0, sold=0)


def kind_rules(rules: Rules) -> KindRules:
    """What the catalogue has to know: when an article may be on sale, and until when it is."""

    def missing(tx: Tx, listing_id: int) -> dict[str, str]:
        if get(tx, listing_id).is_sold:
            return {"": "It is sold. Post another one for another thing."}
        if needs_approval(tx, rules, listing_id):
            return {"": "The people of the market look at it first: send it off to them."}
        return {}

    def goes_on_sale(tx: Tx, listing_id: int) -> None:
        tx.run(queries.ON_SALE, listing=listing_id, until=tx.now + rules.term)

    return KindRules(REFRESH, missing, goes_on_sale, _copy)


def _copy(tx: Tx, listing_id: int, copy_id: int) -> None:
    """The copy is of another thing of which there is one, too."""
    article = get(tx, listing_id)
    tx.insert(articles, listing_id=copy_id, asking=article.asking, wear=article.wear)
    add_the_one_piece(tx, article.shop_id, copy_id, article.price)


def needs_approval(tx: Tx, rules: Rules, listing_id: int) -> bool:
    """Whether the market has to look at it, and has not yet."""
    if rules.approval == "none" or tx.value(queries.APPROVED, listing=listing_id):
        return False
    if rules.approval == "all":
        return True
    shop_id = tx.value(queries.SHOP_OF, listing=listing_id)
    return int(tx.value(queries.APPROVED_OF_SHOP, shop=shop_id)) < rules.first
