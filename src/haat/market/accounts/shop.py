"""A shop: what makes an account a seller. An account has one at most, and it stays where its address says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from haat.kernel.errors import NotFound
from haat.market.accounts import queries
from haat.store import Store, Tx

_LONGEST_SLUG = 60


class Shop(NamedTuple):
    """`commission` in basis points; None where the market takes what it takes from everybody. `version` counts the changes.

    It sells in one `currency`; None: the main one of the market. `portrait` is the hash of a picture of whoever stands behind it.
    """

    id: int
    owner_id: int
    slug: str
    name: str
    about: str
    country: str
    commission: int | None
    created_at: int
    version: int
    currency: str | None
    portrait: str | None


def get_shop(store: Store | Tx, shop_id: int) -> Shop:
    """Raises NotFound."""
    row = store.first(queries.SHOP, shop_id=shop_id)
    if row is None:
        raise NotFound("There is no such shop.")
    return Shop(*row)


def shop_by_slug(store: Store | Tx, slug: str) -> Shop:
    """Raises NotFound."""
    row = store.first(queries.SHOP_BY_SLUG, slug=slug)
    if row is None:
        raise NotFound("There is no such shop.", why=f"No shop is called “{slug[:80]}”.")
    return Shop(*row)


def shop_of(store: Store | Tx, account_id: int) -> Shop | None:
    """The shop of an account, if it has one."""
    row = store.first(queries.SHOP_BY_OWNER, owner_id=account_id)
    return None if row is None else Shop(*row)


def shops_by_id(store: Store | Tx, shop_ids: Iterable[int]) -> dict[int, Shop]:
    """Several shops in one look; what is no shop is left out."""
    wanted = sorted(set(shop_ids))
    if not wanted:
        return {}
    rows = store.read(queries.shops_of_ids(len(wanted)), **{f"s{n}": shop_id for n, shop_id in enumerate(wanted)})
    return {row[0]: Shop(*row) for row in rows}


def slug_of(name: str) -> str:
    """The name as it can stand in an address; `shop` where nothing of it can."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-") or "shop"
