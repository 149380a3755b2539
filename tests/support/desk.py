"""People who work on the market, each with a browser that is signed in."""

from __future__ import annotations

from typing import NamedTuple

from haat.kernel import ids
from haat.market.accounts import sessions
from haat.market.accounts.sessions import Device
from haat.market.accounts.shop import get_shop
from haat.market.accounts.tables import grants
from haat.market.catalogue.own import own_variants
from haat.market.deals import shipping
from haat.market.deals.deal import Deal
from haat.market.deals.shipping import NewMethod
from tests.support.browser import Browser
from tests.support.members import member
from tests.support.stack import Stack
from tests.support.stall import Stall


class Seller(NamedTuple):
    """Who keeps a stall, at the own browser."""

    browser: Browser
    stall: Stall
    account_id: int


def signed_in(stack: Stack, account_id: int) -> Browser:
    """A browser with a session of the account, without the trouble of a password."""
    browser = stack.browser()
    device = Device("203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    started = stack.app.store.write(lambda tx: sessions.start(tx, stack.app.settings.accounts, account_id, device))
    browser.cookies["haat_session"] = started.secret
    return browser


def seller(stack: Stack, name: str = "Clay and Co") -> Seller:
    """A seller who sends everything for nothing."""
    stall = stack.stall(name)
    shipping.offer(stack.app.store, stall.shop_id, NewMethod("Parcel", (), 0, None, 1, 3))
    owner_id = get_shop(stack.app.store, stall.shop_id).owner_id
    return Seller(signed_in(stack, owner_id), stall, owner_id)


def somebody(stack: Stack, email: str = "ada@example.org", name: str = "Ada") -> Browser:
    return signed_in(stack, member(stack.app.store, email, name))


def one_of_the_team(stack: Stack, role: str = "administrator") -> Browser:
    email = f"{role}@example.org"
    account_id = member(stack.app.store, email, role.capitalize())
    stack.app.store.write(lambda tx: tx.insert(grants, account_id=account_id, role=role, granted_at=tx.now))
    return signed_in(stack, account_id)


def sold(stack: Stack, stall: Stall, *, price: int = 1200, pieces: int = 1, title: str = "Blue mug") -> Deal:
    """A paid deal of a fresh buyer, Ines, with this stall."""
    listing_id = stall.sell(title, price=price, pieces=pieces + 2)
    (variant,) = own_variants(stack.app.store, stall.shop_id, listing_id)
    (deal,) = stack.world.buy(stack.world.account("Ines"), {variant.id: pieces}).deals
    return deal


def path(start: str, id_: int, rest: str = "") -> str:
    """`/selling/orders/0s…/slip`."""
    return f"{start}/{ids.encode(id_)}{rest}"
