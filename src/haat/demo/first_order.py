"""One paid order, all the way a buyer goes: the proof that a shop which was brought back sells."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import select

from haat.adapters.sandbox.cards import card_named
from haat.app import App
from haat.kernel import ids
from haat.kernel.errors import Unavailable
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.tokens import create_token, revoke_every_token
from haat.market.catalogue.tables import listings, stock, variants

_BUYER = "order-probe@haat.example"
_PATIENCE = 30.0  # seconds for each answer
_ADDRESS = {"name": "Order probe", "street": "Main Street 1", "city": "Graz", "postcode": "8010"}


class Came(NamedTuple):
    """What came of it: whether the shop sells, as far as that can be seen here, in a sentence."""

    is_well: bool
    said: str
    seconds: float


def order_once(app: App, url: str) -> Came:
    """Buy the first thing there is, pay it with a card of the sandbox, and cancel it. Raises Unavailable where the shop does not answer."""
    began = time.monotonic()
    variant = app.store.value(_ON_SALE)
    if app.gateway.name != "sandbox" or variant is None:
        why = "nothing is on sale" if variant is None else "the gateway takes real money"
        return Came(True, f"nothing was ordered, because {why}", time.monotonic() - began)
    market = app.settings.market
    person = Person(_BUYER, "Order probe", market.languages[0], market.country)
    buyer = app.store.write(lambda tx: enrol(tx, person, "-"))
    token = create_token(app.store, buyer, "order probe", ["purchases:write", "purchases:read"]).secret
    try:
        said = _buy(url, token, ids.encode(variant), market.country)
    finally:
        app.store.write(lambda tx: revoke_every_token(tx, buyer))
    return Came(*said, time.monotonic() - began)


def _buy(url: str, token: str, variant: str, country: str) -> tuple[bool, str]:
    body = {
        "key": f"probe-{time.time_ns()}",
        "address": {**_ADDRESS, "country": country},
        "card": {"number": card_named("approves").number, "expiry": "12/34", "cvc": "123"},
        "lines": [{"variant": variant, "quantity": 1}],
    }
    status, bought = _ask(url, token, "/api/v1/checkouts", body)
    if status != 200 or bought["payment"] != "paid":
        return False, f"the order was answered {status}: {bought.get('detail') or bought.get('payment')}"
    deal = bought["deals"][0]["id"]
    status, _ = _ask(url, token, f"/api/v1/purchases/{deal}/moves/cancel", {})
    return True, f"order {deal} was paid{' and given back' if status == 200 else ''}"


def _ask(url: str, token: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port or 80, timeout=_PATIENCE)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": ids.encode(ids.new_id()),
    }
    try:
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    except (OSError, HTTPException, ValueError) as error:
        raise Unavailable("The shop does not take an order.", why=f"{url}{path}: {error}.") from error
    finally:
        connection.close()


_ON_SALE = (
    select(variants.c.id)
    .join(listings, listings.c.id == variants.c.listing_id)
    .join(stock, stock.c.variant_id == variants.c.id)
    .where(
        listings.c.kind == "product",
        listings.c.state == "active",
        variants.c.retired_at.is_(None),
        stock.c.on_hand > stock.c.held + stock.c.sold,
    )
    .order_by(variants.c.id)
    .limit(1)
)
