"""Let a listing stand out among the others, because its owner pays for that.

Kept apart from the listing itself: what it says is not changed by it, so whoever is editing it meanwhile is not disturbed.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from haat.market.catalogue import queries
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.tables import promoted_listings
from haat.store import Store, Tx


def stands_out_until(store: Store | Tx, listing_id: int) -> int | None:
    """Until when it stands out; None where it does not."""
    until: int | None = store.value(_UNTIL, listing=listing_id)
    return until


def stand_out(tx: Tx, catalogue: Catalogue, listing_id: int, until: int | None) -> None:
    """It does until then, or from now on no longer; the index knows with the same transaction. The caller has taken the listing."""
    if until is None:
        tx.run(_NO_LONGER, listing=listing_id)
    elif tx.run(_PROLONG, listing=listing_id, then=until) != 1:
        tx.insert(promoted_listings, listing_id=listing_id, until=until)
    catalogue.on_change(tx, listing_id)


def take(tx: Tx, listing_id: int) -> None:
    """Nobody else lets it stand out, or changes it, until this transaction ends."""
    tx.first(queries.TAKE, listing=listing_id)


_HERE = promoted_listings.c.listing_id == bindparam("listing")
_UNTIL = select(promoted_listings.c.until).where(_HERE)
_PROLONG = update(promoted_listings).where(_HERE).values(until=bindparam("then"))
_NO_LONGER = delete(promoted_listings).where(_HERE)
