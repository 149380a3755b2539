"""Make an offer for an article: a deal of the process `classified` begins with it. No money goes through the market."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select

from haat.kernel import ids
from haat.kernel.clock import DAY
from haat.kernel.errors import Invalid, Refused, TooMany
from haat.kernel.money import Money
from haat.market.accounts.account import get as get_account
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.classifieds import article as articles
from haat.market.classifieds.article import Article
from haat.market.deals import library
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import Actor
from haat.market.deals.engine import Engine
from haat.market.deals.needs import NEEDS
from haat.market.deals.tables import deals
from haat.market.deals.tell import SELLERS_PAGE
from haat.market.messages import block
from haat.market.notices import notice
from haat.store import Tx

PROCESS = "classified"
MOST_A_DAY = 100  # offers of one account: nobody sees through more than that by hand


def offer(tx: Tx, engine: Engine, buyer_id: int, listing_id: int, amount: int, note: str = "") -> int:
    """Begin the deal, and tell the owner; returns its id. `amount` in minor units: at a fixed price it is that, for a gift nothing.

    Raises Invalid, Refused (one's own, not to be had, an offer of the same person is open, its owner wants to hear nothing of them),
    TooMany and NotFound.
    """
    tx.alone("offers", buyer_id)
    article = articles.get(tx, listing_id)
    _refuse_unless_possible(tx, buyer_id, article)
    _check(article, amount, note)
    _refuse_too_many(tx, buyer_id)
    deal_id = begin(tx, engine, _beginning(buyer_id, article, amount, note.strip()))
    _tell(tx, article, buyer_id, amount, deal_id)
    return deal_id


def _refuse_unless_possible(tx: Tx, buyer_id: int, article: Article) -> None:
    if article.owner_id == buyer_id:
        raise Refused("This is your own article.", why="An offer is made by somebody else.")
    if article.standing not in ("active", "reserved"):
        raise Refused("It cannot be had any more.", why="It is no longer on offer.", try_="Look for one like it.")
    if block.is_between(tx, buyer_id, article.owner_id):
        raise Refused("You cannot make this person an offer.", why="One of you has blocked the other.")
    if tx.value(_OPEN, listing_id=article.id, buyer_id=buyer_id):
        raise Refused(
            "You have made an offer for it already.",
            why="It is still open.",
            try_="Open it among your purchases: there you can withdraw it, and then make another.",
        )


def _check(article: Article, amount: int, note: str) -> None:
    wrong: dict[str, str] = {}
    if article.asking == "free" and amount != 0:
        wrong["amount"] = "It is given away: ask for it without an amount."
    elif article.asking == "fixed" and amount != article.price:
        wrong["amount"] = "Its price is fixed: offer exactly that."
    elif article.asking in ("negotiable", "offers") and not 1 <= amount <= HIGHEST_PRICE:
        wrong["amount"] = "Give an amount above zero." if amount < 1 else "This amount is too high."
    if len(note.strip()) > NEEDS["note"].most:
        wrong["note"] = f"At most {NEEDS['note'].most} characters."
    if wrong:
        raise Invalid("The offer cannot be made like this.", fields=wrong)


def _refuse_too_many(tx: Tx, buyer_id: int) -> None:
    if tx.value(_TODAY, buyer_id=buyer_id, since=tx.now - DAY) >= MOST_A_DAY:
        raise TooMany(
            "You have made a great many offers today.",
            retry_after=3600,
            why=f"At most {MOST_A_DAY} can be made in a day.",
            try_="Wait an hour, and see what becomes of those.",
        )


def _beginning(buyer_id: int, article: Article, amount: int, note: str) -> Beginning:
    given: dict[str, Any] = {"amount": amount, **({"note": note} if note else {})}
    line = NewLine(
        listing_id=article.id,
        title=article.title,
        quantity=1,
        unit_price=amount,
        amount=amount,
        variant_id=article.variant_id,
        photo=article.photo,
    )
    return Beginning(
        rules=library.newest(PROCESS),
        buyer_id=buyer_id,
        shop_id=article.shop_id,
        currency=article.currency,
        lines=[line],
        by=Actor("buyer", buyer_id),
        listing_id=article.id,
        given=given,
    )


def _tell(tx: Tx, article: Article, buyer_id: int, amount: int, deal_id: int) -> None:
    data = {
        "item": article.title,
        "buyer": get_account(tx, buyer_id).name,
        "amount": Money(amount, article.currency),
    }
    notice.tell(tx, article.owner_id, "offer_made", data, SELLERS_PAGE.format(ids.encode(deal_id)))


_OPEN = select(func.count()).where(
    deals.c.listing_id == bindparam("listing_id"),
    deals.c.process == PROCESS,
    deals.c.buyer_id == bindparam("buyer_id"),
    deals.c.due_at.is_not(None),
)
_TODAY = select(func.count()).where(
    deals.c.buyer_id == bindparam("buyer_id"),
    deals.c.process == PROCESS,
    deals.c.created_at > bindparam("since"),
)
