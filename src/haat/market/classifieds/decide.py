"""The people of the market look at articles before they are on sale: the longest waiting first, each approved or refused with a reason."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, Refused
from haat.market.accounts.tables import shops
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.publish import publish
from haat.market.catalogue.tables import listings
from haat.market.classifieds import queries
from haat.market.classifieds.article import Article, get, happened
from haat.market.classifieds.tables import submissions
from haat.market.notices import notice
from haat.store import Store, Tx

LONGEST_REASON = 1000


class Waiting(NamedTuple):
    """An article that waits. `submission_id` is where a list goes on."""

    submission_id: int
    listing_id: int
    title: str
    photo: str | None
    price: int
    currency: str
    shop: str
    shop_slug: str
    sent_at: int


def waiting(store: Store, *, after: int = 0, most: int = 24) -> list[Waiting]:
    """Those that wait longest first, from those after the submission `after`."""
    return [Waiting(*row) for row in store.read(_WAITING, after=after, most=most)]


def count_waiting(store: Store) -> int:
    return int(store.value(_HOW_MANY))


def approve(tx: Tx, catalogue: Catalogue, moderator_id: int, listing_id: int, seen: int) -> None:
    """Put it on sale, and tell its owner. `seen` is the version of the listing that the moderator read.

    Raises Refused when it is not waiting any more, Conflict when its owner has changed it meanwhile, Invalid with what it lacks, NotFound.
    """
    article = get(tx, listing_id)
    if article.version != seen:
        raise Conflict(
            "It has changed meanwhile.",
            why="Its owner has edited it since you opened it.",
            try_="Read it as it is now, and decide again.",
        )
    _decide(tx, moderator_id, listing_id, "approved", None)
    publish(tx, catalogue, article.shop_id, listing_id)
    _tell(tx, article, "article_approved", {})


def refuse(tx: Tx, moderator_id: int, listing_id: int, why: str) -> None:
    """It is a draft again, and its owner is told why: they can change it and send it off again.

    Raises Invalid without a reason, Refused when it is not waiting any more, NotFound.
    """
    why = why.strip()
    if not 1 <= len(why) <= LONGEST_REASON:
        problem = f"Say why in 1 to {LONGEST_REASON} characters: the seller will read it."
        raise Invalid("A refusal needs a reason.", fields={"why": problem})
    article = get(tx, listing_id)
    _decide(tx, moderator_id, listing_id, "refused", why)
    _tell(tx, article, "article_refused", {"reason": why})


def _decide(tx: Tx, moderator_id: int, listing_id: int, verdict: str, why: str | None) -> None:
    if not tx.run(queries.DECIDE, listing=listing_id, at=tx.now, by=moderator_id, word=verdict, reason=why):
        raise Refused("It is not waiting any more.", why="Somebody has decided, or its owner has taken it back.")
    happened(tx, listing_id, verdict, moderator_id, why)


def _tell(tx: Tx, article: Article, kind: str, more: dict[str, str]) -> None:
    notice.tell(tx, article.owner_id, kind, {"item": article.title, **more}, f"/articles/{ids.encode(article.id)}")


_WAITING = (
    select(
        submissions.c.id,
        listings.c.id,
        listings.c.title,
        listings.c.photo,
        listings.c.price_from,
        listings.c.currency,
        shops.c.name,
        shops.c.slug,
        submissions.c.sent_at,
    )
    .join(listings, listings.c.id == submissions.c.listing_id)
    .join(shops, shops.c.id == submissions.c.shop_id)
    .where(submissions.c.decided_at.is_(None), submissions.c.id > bindparam("after"))
    .order_by(submissions.c.id)
    .limit(bindparam("most"))
)
_HOW_MANY = select(func.count()).select_from(submissions).where(submissions.c.decided_at.is_(None))
