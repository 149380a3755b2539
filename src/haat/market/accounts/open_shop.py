"""Open a shop, which makes an account a seller; and change what it says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from haat.kernel.errors import Conflict, Invalid, Refused
from haat.kernel.ids import new_id
from haat.market.accounts import entries, queries
from haat.market.accounts.account import get
from haat.market.accounts.entries import Entries
from haat.market.accounts.shop import Shop, get_shop, shop_of, slug_of
from haat.market.accounts.tables import shops
from haat.store import Store, Tx


class Sign(NamedTuple):
    """What a shop says about itself."""

    name: str
    about: str
    country: str


def open_shop(store: Store, account_id: int, sign: Sign, currency: str | None = None) -> Shop:
    """Open the shop of an account. It sells in a currency for good; None: in the main one of the market.

    Raises Invalid, Refused before the address is confirmed, Conflict where there is one already.
    """
    sign = _checked(sign)
    return store.write(lambda tx: _open(tx, account_id, sign, currency))


def currency_of(text: str, currencies: Sequence[str]) -> str | None:
    """The currency that was chosen among those of the market, the first of which is the main one. Raises Invalid."""
    if not text or text == currencies[0]:
        return None
    if text not in currencies:
        raise Invalid(
            "The shop cannot be saved like this.", fields={"currency": "Nothing is sold in this currency here."}
        )
    return text


def shop_for(tx: Tx, account_id: int) -> Shop:
    """The shop of an account; where it has none, one is opened under the person's own name. Raises Refused before the address is confirmed."""
    shop = shop_of(tx, account_id)
    if shop is not None:
        return shop
    person = get(tx, account_id)
    return _open(tx, account_id, Sign(person.name, "", person.country))


def edit_shop(store: Store, account_id: int, sign: Sign, *, version: int) -> Shop:
    """Change the shop that stood at `version`; its address stays. Raises Invalid, Conflict when it was changed elsewhere meanwhile."""
    sign = _checked(sign)
    return store.write(lambda tx: _edit(tx, account_id, sign, version))


def _checked(sign: Sign) -> Sign:
    read = Entries()
    sign = Sign(
        name=read.read("name", entries.name, sign.name),
        about=read.read("about", entries.about, sign.about),
        country=read.read("country", entries.country, sign.country),
    )
    read.refuse_wrong("The shop cannot be saved like this.")
    return sign


def _open(tx: Tx, account_id: int, sign: Sign, currency: str | None = None) -> Shop:
    if not get(tx, account_id).is_verified:
        raise Refused("Your address is not confirmed yet.", try_="Follow the link in the mail that we sent you.")
    if shop_of(tx, account_id) is not None:
        raise Conflict("You have a shop already.", try_="Go to your shop.")
    shop_id = new_id()
    tx.insert(
        shops,
        id=shop_id,
        owner_id=account_id,
        slug=_free_slug(tx, sign.name),
        **sign._asdict(),
        currency=currency,
        created_at=tx.now,
    )
    return get_shop(tx, shop_id)


def _free_slug(tx: Tx, name: str) -> str:
    slug = slug_of(name)
    candidates = (slug if n == 1 else f"{slug}-{n}" for n in count(1))
    return next(candidate for candidate in candidates if tx.first(queries.SLUG_IS_TAKEN, slug=candidate) is None)


def _edit(tx: Tx, account_id: int, sign: Sign, version: int) -> Shop:
    shop = shop_of(tx, account_id)
    if shop is None:
        raise Refused("You have no shop yet.", try_="Open one first.")
    rows = tx.run(
        queries.EDIT_SHOP,
        shop=shop.id,
        owner=account_id,
        seen=version,
        new_name=sign.name,
        new_about=sign.about,
        new_country=sign.country,
    )
    if rows != 1:
        raise Conflict("The shop was changed meanwhile.", try_="Look at it again, and change it once more.")
    return get_shop(tx, shop.id)
