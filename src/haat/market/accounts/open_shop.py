"""Open a shop, which makes an account a seller; and change what it says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haat.kernel.errors import Conflict, Invalid, Refused
from haat.kernel.ids import new_id
from haat.kernel.text import free_name
from haat.market.accounts import entries, queries
from haat.market.accounts.account import get
from haat.market.accounts.entries import Entries
from haat.market.accounts.shop import Shop, get_shop, shop_of, slug_of
from haat.market.accounts.tables import shops
from haat.store import Store, Tx

_LONGEST_SLUG = 80


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
    while (shop := shop_of(tx, account_id)) is None:
        person = get(tx, account_id)
        _try_to_open(tx, account_id, Sign(person.name, "", person.country), None)
    return shop


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


def _open(tx: Tx, account_id: int, sign: Sign, currency: str | None) -> Shop:
    while shop_of(tx, account_id) is None:
        shop_id = _try_to_open(tx, account_id, sign, currency)
        if shop_id is not None:
            return get_shop(tx, shop_id)
    raise Conflict("You have a shop already.", try_="Go to your shop.")


def _try_to_open(tx: Tx, account_id: int, sign: Sign, currency: str | None) -> int | None:
    """The shop; None where somebody else took its address just now, or the account has opened one."""
    if not get(tx, account_id).is_verified:
        raise Refused("Your address is not confirmed yet.", try_="Follow the link in the mail that we sent you.")
    shop_id = new_id()
    is_open = tx.insert_once(
        shops,
        id=shop_id,
        owner_id=account_id,
        slug=free_name(
            slug_of(sign.name), lambda slug: tx.first(queries.SLUG_IS_TAKEN, slug=slug) is not None, _LONGEST_SLUG
        ),
        **sign._asdict(),
        currency=currency,
        created_at=tx.now,
    )
    return shop_id if is_open else None


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
