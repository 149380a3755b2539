"""The statements that several files of this room share."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select, update

from haat.market.accounts.tables import shops
from haat.market.catalogue.tables import listings, stock, variants
from haat.market.classifieds.tables import article_events, articles, submissions

_ARTICLE = (
    select(
        listings.c.id,
        listings.c.shop_id,
        shops.c.owner_id,
        listings.c.title,
        listings.c.handle,
        listings.c.state,
        listings.c.version,
        listings.c.currency,
        listings.c.photo,
        articles.c.asking,
        variants.c.price,
        articles.c.wear,
        articles.c.expires_at,
        articles.c.gone,
        variants.c.id,
        stock.c.on_hand,
        stock.c.held,
        select(submissions.c.sent_at)
        .where(submissions.c.open_of == listings.c.id)
        .correlate(listings)
        .scalar_subquery(),
    )
    .select_from(articles)
    .join(listings, listings.c.id == articles.c.listing_id)
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(variants, variants.c.listing_id == listings.c.id)
    .join(stock, stock.c.variant_id == variants.c.id)
)
ARTICLE = _ARTICLE.where(articles.c.listing_id == bindparam("listing"))
# The one piece that it is, before its listing: as buyers do.
TAKE_PIECE = (
    select(stock.c.variant_id)
    .join(variants, variants.c.id == stock.c.variant_id)
    .where(variants.c.listing_id == bindparam("listing"))
    .with_for_update(key_share=True)
)
ARTICLES_OF = (
    _ARTICLE.where(shops.c.owner_id == bindparam("owner"), listings.c.id < bindparam("before"))
    .order_by(listings.c.id.desc())
    .limit(bindparam("most"))
)
LAST_REFUSAL = (
    select(submissions.c.why)
    .where(submissions.c.listing_id == bindparam("listing"), submissions.c.verdict == "refused")
    .order_by(submissions.c.id.desc())
    .limit(1)
)
ON_SALE = (
    update(articles)
    .where(articles.c.listing_id == bindparam("listing"))
    .values(expires_at=bindparam("until"), warned_at=None, gone=None)
)
PROLONG = (
    update(articles)
    .where(articles.c.listing_id == bindparam("listing"), articles.c.expires_at.is_not(None))
    .values(expires_at=bindparam("until"), warned_at=None)
)
OFF_SALE = (
    update(articles)
    .where(articles.c.listing_id == bindparam("listing"))
    .values(expires_at=None, warned_at=None, gone=bindparam("becomes_gone"))
)
HAPPENED = insert(article_events).values({column.name: bindparam(column.name) for column in article_events.c})

APPROVED = select(func.count()).where(
    submissions.c.listing_id == bindparam("listing"), submissions.c.verdict == "approved"
)
APPROVED_OF_SHOP = select(func.count()).where(
    submissions.c.shop_id == bindparam("shop"), submissions.c.verdict == "approved"
)
SHOP_OF = select(listings.c.shop_id).where(listings.c.id == bindparam("listing"))
DECIDE = (
    update(submissions)
    .where(submissions.c.open_of == bindparam("listing"))
    .values(
        open_of=None,
        decided_at=bindparam("at"),
        decided_by=bindparam("by"),
        verdict=bindparam("word"),
        why=bindparam("reason"),
    )
)
