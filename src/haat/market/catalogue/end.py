"""Take a listing off sale."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from haat.kernel.errors import Refused
from haat.market.catalogue import shelves
from haat.market.catalogue.listing import Catalogue, own, refresh
from haat.market.catalogue.tables import listings
from haat.store import Tx


def end(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int) -> None:
    """Nobody can buy it any more; what is already ordered goes on. Ending twice is ending once. Raises Refused and NotFound."""
    listing = own(tx, shop_id, listing_id)
    if listing.state == "ended":
        return
    if not tx.run(_END, listing=listing_id, now=tx.now):
        raise Refused("This listing is not on sale.", why=f"It is {_WORDS[listing.state]}.")
    shelves.clear(tx, listing_id)
    refresh(tx, catalogue, listing_id)


_WORDS = {
    "draft": "a draft",
    "hidden": "hidden while its seller is suspended",
    "removed": "removed by a moderator",
    "active": "being changed by somebody else",
}

_END = (
    update(listings)
    .where(listings.c.id == bindparam("listing"), listings.c.state == "active")
    .values(state="ended", ended_at=bindparam("now"))
)
