"""Find listings whatever their state, as moderators do. Search shows only what is on sale."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, or_, select

from haat.market.accounts.tables import shops
from haat.market.catalogue.listing import State
from haat.market.catalogue.tables import listings
from haat.store import Store

_LATEST = 2**63 - 1
_ESCAPE = str.maketrans({"!": "!!", "%": "!%", "_": "!_"})


class FoundListing(NamedTuple):
    """A listing of any shop, as a line of a list."""

    id: int
    title: str
    handle: str
    state: State
    price_from: int
    currency: str
    photo: str | None
    shop: str
    shop_slug: str
    updated_at: int
    removed_why: str | None


def find_listings(
    store: Store, words: str = "", state: State | None = None, *, before: int | None = None, most: int = 24
) -> list[FoundListing]:
    """Listings with these words in their title or in the name of their shop, newest first, from those with an id below `before`."""
    words = words.strip()
    params: dict[str, Any] = {"before": before or _LATEST, "most": most}
    if words:
        params["words"] = f"%{words.translate(_ESCAPE)}%"
    if state is not None:
        params["state"] = state
    return [FoundListing(*row) for row in store.read(_found(bool(words), state is not None), **params)]


@cache
def _found(has_words: bool, has_state: bool) -> Select[Any]:
    statement = _LISTINGS
    if has_words:
        words: BindParameter[str] = bindparam("words")
        statement = statement.where(
            or_(listings.c.title.ilike(words, escape="!"), shops.c.name.ilike(words, escape="!"))
        )
    return statement.where(listings.c.state == bindparam("state")) if has_state else statement


_LISTINGS = (
    select(
        listings.c.id,
        listings.c.title,
        listings.c.handle,
        listings.c.state,
        listings.c.price_from,
        listings.c.currency,
        listings.c.photo,
        shops.c.name,
        shops.c.slug,
        listings.c.updated_at,
        listings.c.removed_why,
    )
    .join(shops, shops.c.id == listings.c.shop_id)
    .where(listings.c.id < bindparam("before"))
    .order_by(listings.c.id.desc())
    .limit(bindparam("most"))
)
