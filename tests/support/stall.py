"""A seller with a shop and a few categories, who does everything by the use cases of the catalogue."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from haat.kernel.ids import new_id
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.attribute import Value
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.category import Tree
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.define_attribute import NewAttribute, define_attribute
from haat.market.catalogue.description import describe
from haat.market.catalogue.listing import Catalogue, ListingText
from haat.market.catalogue.publish import publish
from haat.market.catalogue.variant import VariantText
from haat.market.payments.tables import payout_accounts
from haat.store import Store, Tx

T = TypeVar("T")


class Stall:
    """`run` does a use case as this shop; `sell` puts something on sale in one step."""

    def __init__(self, store: Store, on_change: Callable[[Tx, int], None], name: str = "Clay and Co") -> None:
        self.store = store
        self.catalogue = Catalogue("EUR", Categories(), on_change)
        self.owner_id, self.shop_id = store.write(lambda tx: _open_shop(tx, name))

    @property
    def tree(self) -> Tree:
        return self.catalogue.categories.tree(self.store)

    def run(self, use_case: Callable[..., T], *args: object, **kwargs: object) -> T:
        return self.store.write(lambda tx: use_case(tx, self.catalogue, self.shop_id, *args, **kwargs))

    def category(self, *names: str) -> int:
        return self.store.write(lambda tx: ensure_category(tx, self.catalogue.categories, names))

    def attribute(self, category_id: int, key: str, **rest: object) -> int:
        new = NewAttribute(key, str(rest.pop("name", key.capitalize())), **rest)  # type: ignore[arg-type]
        return self.store.write(lambda tx: define_attribute(tx, self.catalogue.categories, category_id, new))

    def draft(
        self, title: str = "Blue mug", *, category: int | None = None, description: str = "", **attributes: Value
    ) -> int:
        category_id = self.category("Kitchen", "Cups") if category is None else category
        return self.run(create, ListingText(title, category_id, describe(description), attributes))

    def variant(self, listing_id: int, *, price: int = 1200, pieces: int = 3, **options: str) -> int:
        return self.run(add_variant, listing_id, VariantText(price, tuple(options.items())), pieces)

    def sell(
        self,
        title: str = "Blue mug",
        *,
        price: int = 1200,
        pieces: int = 3,
        category: int | None = None,
        description: str = "",
        attributes: Mapping[str, Value] | None = None,
    ) -> int:
        """On sale with one variant; returns the listing. Whatever is sold after it is newer."""
        listing_id = self.draft(title, category=category, description=description, **(attributes or {}))
        self.variant(listing_id, price=price, pieces=pieces)
        self.run(publish, listing_id)
        time.sleep(0.001)  # Of two that are published in one millisecond none is the newer.
        return listing_id


def _open_shop(tx: Tx, name: str) -> tuple[int, int]:
    owner_id, shop_id = new_id(), new_id()
    tx.insert(
        accounts,
        id=owner_id,
        email=f"{owner_id}@example.org",
        name=name,
        password_hash="-",
        language="en",
        country="AT",
        created_at=tx.now,
    )
    tx.insert(shops, id=shop_id, owner_id=owner_id, slug=f"shop-{shop_id}", name=name, country="AT", created_at=tx.now)
    tx.insert(
        payout_accounts,
        id=new_id(),
        shop_id=shop_id,
        currency="EUR",
        version=1,
        number="SB10000001",
        holder=name,
        set_by=owner_id,
        set_at=0,
        usable_at=0,
    )
    return owner_id, shop_id
