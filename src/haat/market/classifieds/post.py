"""Post an article, which anybody who is signed in may, and change it."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from haat.kernel.errors import Refused
from haat.market.accounts.open_shop import shop_for
from haat.market.catalogue import edit as editing
from haat.market.catalogue.create import create
from haat.market.catalogue.listing import Catalogue, refresh
from haat.market.catalogue.tables import variants
from haat.market.classifieds.article import ArticleText, add_the_one_piece, happened, own, price_of
from haat.market.classifieds.tables import articles
from haat.store import Tx


def post(tx: Tx, catalogue: Catalogue, account_id: int, text: ArticleText) -> int:
    """A draft that only its owner sees; returns its id. Raises Invalid, and Refused before the address is confirmed."""
    price = price_of(text)
    shop_id = shop_for(tx, account_id).id
    listing_id = create(tx, catalogue, shop_id, text.listing, "article")
    add_the_one_piece(tx, shop_id, listing_id, price)
    tx.insert(articles, listing_id=listing_id, asking=text.asking, wear=text.wear)
    happened(tx, listing_id, "posted", account_id)
    refresh(tx, catalogue, listing_id)
    return listing_id


def edit(
    tx: Tx, catalogue: Catalogue, account_id: int, listing_id: int, text: ArticleText, seen: int | None = None
) -> None:
    """Change what is said of an article; offers that were made for it stay as they are.

    Raises Invalid, NotFound, Conflict when it is no longer at the version `seen`, and Refused once it is sold.
    """
    article, price = own(tx, account_id, listing_id), price_of(text)
    if article.is_sold:
        raise Refused("It is sold.", why="What was sold stays as it was described.", try_="Post another article.")
    editing.edit(tx, catalogue, article.shop_id, listing_id, text.listing, seen)
    tx.run(_SAY, listing=listing_id, new_asking=text.asking, new_wear=text.wear)
    tx.run(_PRICE, listing=listing_id, new_price=price)
    happened(tx, listing_id, "edited", account_id)
    refresh(tx, catalogue, listing_id)


_SAY = (
    update(articles)
    .where(articles.c.listing_id == bindparam("listing"))
    .values(asking=bindparam("new_asking"), wear=bindparam("new_wear"))
)
_PRICE = update(variants).where(variants.c.listing_id == bindparam("listing")).values(price=bindparam("new_price"))
