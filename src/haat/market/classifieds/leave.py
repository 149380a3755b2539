"""An article leaves the market: sold here, sold elsewhere, or its time is over."""

from __future__ import annotations

import logging
from functools import partial

from sqlalchemy import and_, bindparam, or_, select, update

from haat.kernel import clock, ids
from haat.kernel.errors import Refused
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.tables import listings
from haat.market.classifieds import queries
from haat.market.classifieds.article import Rules, get, happened, own, take
from haat.market.classifieds.offer import PROCESS
from haat.market.classifieds.tables import articles
from haat.market.deals.deal import RIVAL
from haat.market.deals.engine import Engine
from haat.market.deals.tables import deals
from haat.market.notices import notice
from haat.store import Store, Tx

_log = logging.getLogger(__name__)
_MOST_AT_ONCE = 100


def take_off(
    tx: Tx, catalogue: Catalogue, engine: Engine, account_id: int, listing_id: int, *, sold_elsewhere: bool
) -> None:
    """Its owner ends it, and the offers for it. Raises Refused while it is reserved for somebody, or where it is not on sale; NotFound."""
    take(tx, listing_id)
    article = own(tx, account_id, listing_id)
    if article.standing == "reserved":
        raise Refused(
            "It is reserved for somebody.",
            why="They rely on getting it.",
            try_="Open their offer and say there that it fell through.",
        )
    end(tx, catalogue, article.shop_id, listing_id)
    tx.run(queries.OFF_SALE, listing=listing_id, becomes_gone="sold_elsewhere" if sold_elsewhere else None)
    happened(tx, listing_id, "sold_elsewhere" if sold_elsewhere else "ended", account_id)
    for (deal_id,) in tx.read(_OPEN_OFFERS, listing=listing_id):
        engine.move(tx, deal_id, "lose", RIVAL)


def end_sold(store: Store, catalogue: Catalogue, listing_id: int) -> None:
    """What was handed over is no longer on offer. Run again, it changes nothing."""

    def work(tx: Tx) -> None:
        article = take(tx, listing_id)
        if article.gone != "sold":
            if article.state == "active":
                end(tx, catalogue, article.shop_id, listing_id)
            tx.run(queries.OFF_SALE, listing=listing_id, becomes_gone="sold")
            happened(tx, listing_id, "sold", None)

    store.write(work)


def expire_due(store: Store, catalogue: Catalogue) -> str:
    """End those whose time is over; what is reserved stays until that is settled. A unit of work each."""
    now = clock.now()
    ended = last_at = last_id = 0
    while page := store.read(_DUE, now=now, after=last_at, after_id=last_id, most=_MOST_AT_ONCE):
        ended += sum(_try(store, partial(_expire, catalogue=catalogue, listing_id=id_), id_) for id_, _ in page)
        last_id, last_at = page[-1]
    return f"Articles that expired: {ended}." if ended else "No article expired."


def warn_of_expiry(store: Store, rules: Rules) -> str:
    """Tell the owners of those that will soon expire, once a term, with the way to renew them."""
    until = clock.now() + rules.notice
    warned = last_at = last_id = 0
    while page := store.read(_TO_WARN, now=until, after=last_at, after_id=last_id, most=_MOST_AT_ONCE):
        warned += sum(_try(store, partial(_warn, listing_id=id_), id_) for id_, _ in page)
        last_id, last_at = page[-1]
    return f"Owners told that an article expires: {warned}." if warned else "No article is about to expire."


def _try(store: Store, work: partial[bool], listing_id: int) -> bool:
    """One that fails does not hold up the others."""
    try:
        return store.write(work)
    except Exception:
        _log.exception("The term of article %s could not be looked after; it is tried again.", listing_id)
        return False


def _expire(tx: Tx, catalogue: Catalogue, listing_id: int) -> bool:
    article = take(tx, listing_id)
    if article.expires_at is None or article.expires_at > tx.now:
        return False
    if article.state == "ended":
        tx.run(queries.OFF_SALE, listing=listing_id, becomes_gone=article.gone)
        return False
    if article.standing != "active":
        return False
    end(tx, catalogue, article.shop_id, listing_id)
    tx.run(queries.OFF_SALE, listing=listing_id, becomes_gone="expired")
    happened(tx, listing_id, "expired", None)
    notice.tell(tx, article.owner_id, "article_expired", {"item": article.title}, _renewal(listing_id))
    return True


def _warn(tx: Tx, listing_id: int) -> bool:
    article = get(tx, listing_id)
    if article.expires_at is None or not tx.run(_WARNED, listing=listing_id, seen=article.expires_at, at=tx.now):
        return False
    data = {"item": article.title, "until": article.expires_at}
    notice.tell(tx, article.owner_id, "article_expires", data, _renewal(listing_id))
    return True


def _renewal(listing_id: int) -> str:
    return f"/articles/{ids.encode(listing_id)}/renewal"


_OPEN_OFFERS = (
    select(deals.c.id)
    .where(
        deals.c.listing_id == bindparam("listing"),
        deals.c.process == PROCESS,
        or_(deals.c.state == "offered", deals.c.state == "countered"),
    )
    .order_by(deals.c.id)
)
_SOON = (
    select(articles.c.listing_id, articles.c.expires_at)
    .join(listings, listings.c.id == articles.c.listing_id)
    .where(
        articles.c.expires_at <= bindparam("now"),
        or_(
            articles.c.expires_at > bindparam("after"),
            and_(articles.c.expires_at == bindparam("after"), articles.c.listing_id > bindparam("after_id")),
        ),
    )
    .order_by(articles.c.expires_at, articles.c.listing_id)
    .limit(bindparam("most"))
)
_DUE = _SOON.where(or_(listings.c.state == "ended", and_(listings.c.state == "active", listings.c.free > 0)))
_TO_WARN = _SOON.where(listings.c.state == "active", articles.c.warned_at.is_(None))
_WARNED = (
    update(articles)
    .where(
        articles.c.listing_id == bindparam("listing"),
        articles.c.expires_at == bindparam("seen"),
        articles.c.warned_at.is_(None),
    )
    .values(warned_at=bindparam("at"))
)
