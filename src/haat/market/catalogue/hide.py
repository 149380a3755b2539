"""Hide what the shop of a suspended account offers, and show it again once the account is let in.

A few listings at a time, so that the market goes on meanwhile. Each time it is asked anew how the account stands: killed in between, or run
twice, or suspended and let in while it runs, it ends with what is true then.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import BindParameter, bindparam, select, update

from haat.market.accounts.account import get
from haat.market.accounts.shop import shop_of
from haat.market.catalogue import shelves
from haat.market.catalogue.listing import Catalogue, State, refresh
from haat.market.catalogue.tables import listings
from haat.store import Store, Tx

_BATCH = 50


def follow_suspension(store: Store, catalogue: Catalogue, account_id: int) -> None:
    """Afterwards nothing of a suspended account is on sale, and everything of another that was hidden is again."""
    while store.write(partial(_follow, catalogue=catalogue, account_id=account_id)):
        pass


def _follow(tx: Tx, catalogue: Catalogue, account_id: int) -> int:
    """Turn some; returns how many there were."""
    shop = shop_of(tx, account_id)
    if shop is None:
        return 0
    is_out = get(tx, account_id).is_suspended
    was: State = "active" if is_out else "hidden"
    rows = tx.read(_SOME, shop=shop.id, was=was, most=_BATCH)
    for listing_id, category_id, published_at in rows:
        if tx.run(_TURN, listing=listing_id, was=was, becomes="hidden" if is_out else "active") != 1:
            continue  # Somebody has ended or removed it meanwhile.
        if is_out:
            shelves.clear(tx, listing_id)
        else:
            shelves.place(tx, catalogue.categories.tree(tx), listing_id, category_id, published_at)
        refresh(tx, catalogue, listing_id)
    return len(rows)


_WAS: BindParameter[str] = bindparam("was")
_SOME = (
    select(listings.c.id, listings.c.category_id, listings.c.published_at)
    .where(listings.c.shop_id == bindparam("shop"), listings.c.state == _WAS)
    .order_by(listings.c.id)
    .limit(bindparam("most"))
)
_TURN = (
    update(listings)
    .where(listings.c.id == bindparam("listing"), listings.c.state == _WAS)
    .values(state=bindparam("becomes"))
)
