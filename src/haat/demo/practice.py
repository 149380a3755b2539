"""The shop of a drill: goods that do not run out, people who buy them, and the look into the books afterwards."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import select

from haat.adapters.sandbox.cards import card_named
from haat.app import App
from haat.jobs.health import figures
from haat.kernel import ids
from haat.kernel.ids import new_id
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.open_shop import Sign, open_shop
from haat.market.accounts.tokens import create_token
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.catalogue.variant import VariantText
from haat.market.deals import shipping
from haat.market.deals.shipping import NewMethod
from haat.market.deals.tables import checkouts
from haat.market.truth.truth import check_all
from haat.ops.drills.shop import Order
from haat.store import Tx

_PIECES = 1_000_000
_PRICE = 1500
_ADDRESS = {"name": "Ada Example", "street": "Main Street 1", "city": "Graz", "postcode": "8010", "country": "AT"}


class PracticeShop:
    """The shop of the stack in this folder."""

    def __init__(self, data: Path) -> None:
        self._app = App.of(data, os.environ)

    def lay_out(self, clients: int) -> Sequence[Order]:
        """One thing for sale and one buyer for each client, so that they meet nowhere but where all buyers do."""
        store = self._app.store
        owner = self._person("Seller")
        shop = open_shop(store, owner, Sign("The practice shop", "", "AT"))
        shipping.offer(store, shop.id, NewMethod("Parcel", (), 490, None, 1, 3))
        return [self._order(shop.id, number) for number in range(clients)]

    def kept(self) -> set[str]:
        return {key for (key,) in self._app.store.read(select(checkouts.c.key))}

    def waiting(self) -> int:
        return figures(self._app.store).waiting

    def untrue(self) -> list[str]:
        findings = check_all(self._app.store, self._app.truths())
        return [f"{found.name}: {next(iter(found.offending), '')}" for found in findings if not found.holds]

    def close(self) -> None:
        self._app.close()

    def _order(self, shop_id: int, number: int) -> Order:
        variant = self._app.store.write(partial(self._put_on_sale, shop_id=shop_id, number=number))
        buyer = self._person(f"Buyer {number}")
        token = create_token(self._app.store, buyer, "drill", ["purchases:write", "purchases:read"]).secret
        body = {
            "address": _ADDRESS,
            "card": {"number": card_named("approves").number, "expiry": "12/34", "cvc": "123"},
            "lines": [{"variant": ids.encode(variant), "quantity": 1}],
        }
        return Order(
            "/api/v1/checkouts", {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, body
        )

    def _put_on_sale(self, tx: Tx, shop_id: int, number: int) -> int:
        catalogue = self._app.catalogue
        category = ensure_category(tx, catalogue.categories, ["Things"])
        listing = create(tx, catalogue, shop_id, ListingText(f"Thing {number}", category))
        variant = add_variant(tx, catalogue, shop_id, listing, VariantText(_PRICE), _PIECES)
        publish(tx, catalogue, shop_id, listing)
        return variant

    def _person(self, name: str) -> int:
        person = Person(f"drill-{new_id()}@example.org", name, "en", "AT")
        return self._app.store.write(lambda tx: enrol(tx, person, "-"))
