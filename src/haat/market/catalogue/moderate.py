"""Moderators take listings off the market, and put them back."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, select, update

from haat.jobs import outbox
from haat.kernel.errors import Invalid, NotFound, Refused
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue import shelves
from haat.market.catalogue.listing import Catalogue, State, refresh
from haat.market.catalogue.tables import listings
from haat.market.notices import notice
from haat.store import Tx

LONGEST_REASON = 1000
REMOVED = "listing.removed"  # listing, by (an account), why


def remove(tx: Tx, catalogue: Catalogue, moderator_id: int, listing_id: int, why: str) -> None:
    """Nobody but its shop and moderators sees it any more, and the seller is told why.

    Raises Invalid without a reason, Refused when it already is removed, NotFound.
    """
    why = why.strip()
    if not 1 <= len(why) <= LONGEST_REASON:
        problem = f"Say why in 1 to {LONGEST_REASON} characters: the seller will read it."
        raise Invalid("A removal needs a reason.", fields={"why": problem})
    if not tx.run(_REMOVE, listing=listing_id, now=tx.now, moderator=moderator_id, why=why):
        _find(tx, listing_id)
        raise Refused("This listing is already removed.")
    shelves.clear(tx, listing_id)
    refresh(tx, catalogue, listing_id)
    _tell(tx, listing_id, why)
    outbox.tell(tx, REMOVED, {"listing": listing_id, "by": moderator_id, "why": why})


def restore(tx: Tx, catalogue: Catalogue, listing_id: int) -> None:
    """It is again what it was before: a draft, on sale (hidden while its seller is suspended), or ended. Raises Refused when it is not removed, NotFound."""
    category_id, published_at, ended_at, suspended_at = _find(tx, listing_id)
    state = _state_before(published_at, ended_at, suspended_at)
    if not tx.run(_RESTORE, listing=listing_id, before=state):
        raise Refused("This listing is not removed.")
    if state == "active":
        assert published_at is not None
        shelves.place(tx, catalogue.categories.tree(tx), listing_id, category_id, published_at)
    refresh(tx, catalogue, listing_id)


def _tell(tx: Tx, listing_id: int, why: str) -> None:
    title, owner_id = tx.first(_SELLER, listing=listing_id) or ("", 0)
    notice.tell(tx, owner_id, "listing_removed", {"title": title, "reason": why}, "/selling/listings")


def _find(tx: Tx, listing_id: int) -> tuple[int, int | None, int | None, int | None]:
    row = tx.first(_FIND, listing=listing_id)
    if row is None:
        raise NotFound("There is no such listing.")
    return row[0], row[1], row[2], row[3]


def _state_before(published_at: int | None, ended_at: int | None, suspended_at: int | None) -> State:
    if published_at is None:
        return "draft"
    if ended_at is not None:
        return "ended"
    return "active" if suspended_at is None else "hidden"


_LISTING: BindParameter[int] = bindparam("listing")
_FIND = (
    select(listings.c.category_id, listings.c.published_at, listings.c.ended_at, accounts.c.suspended_at)
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(accounts, accounts.c.id == shops.c.owner_id)
    .where(listings.c.id == _LISTING)
    .with_for_update(key_share=True)
)
_SELLER = (
    select(listings.c.title, shops.c.owner_id)
    .join(shops, shops.c.id == listings.c.shop_id)
    .where(listings.c.id == _LISTING)
)
_REMOVE = (
    update(listings)
    .where(listings.c.id == _LISTING, listings.c.state != "removed")
    .values(
        state="removed", removed_at=bindparam("now"), removed_by=bindparam("moderator"), removed_why=bindparam("why")
    )
)
_RESTORE = (
    update(listings)
    .where(listings.c.id == _LISTING, listings.c.state == "removed")
    .values(state=bindparam("before"), removed_at=None, removed_by=None, removed_why=None)
)
