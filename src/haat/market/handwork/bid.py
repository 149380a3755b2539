"""Bid on a job, change the bid, and see the bids that one may see. A bid is a deal of the process `job`; its amount stands there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from haat.kernel import clock, ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.kernel.money import Money
from haat.market.accounts.open_shop import shop_for
from haat.market.accounts.tables import shops
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.deals import library
from haat.market.deals import queries as deal_queries
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import Actor, take
from haat.market.deals.engine import Engine
from haat.market.deals.process import Span
from haat.market.deals.tables import deals
from haat.market.handwork import plan
from haat.market.handwork.job import Job, get_job, take_job
from haat.market.handwork.plan import Part
from haat.market.handwork.tables import bids
from haat.market.notices import notice
from haat.store import Store, Tx

LONGEST_WORDS = 5000
JOBS_PAGE = "/job/{}"


class Offer(NamedTuple):
    """What a craftsperson offers: `amount` in minor units, `days` the work takes. An empty plan is one milestone for all of it."""

    amount: int
    words: str
    days: int
    plan: Sequence[Part] = ()


class Bid(NamedTuple):
    """A bid as it stands."""

    deal_id: int
    listing_id: int
    shop_id: int
    bidder_id: int
    name: str
    slug: str
    state: str
    amount: int
    currency: str
    words: str
    days: int
    plan: tuple[Part, ...]
    changed_at: int


def make_bid(tx: Tx, engine: Engine, listing_id: int, account_id: int, offer: Offer) -> int:
    """Bid on a job, also once more after it came to nothing; returns the deal. Who has no shop gets one under their own name.

    Raises Invalid by field, Refused where no bid can be made, Conflict for a second bid.
    """
    job = take_job(tx, listing_id)
    _refuse_unless_open(job, account_id, tx.now)
    offer = _checked(job.title, offer)
    shop_id = shop_for(tx, account_id).id
    known = tx.value(_DEAL_OF, of_listing=listing_id, shop=shop_id)
    return (
        _again(tx, engine, job, known, account_id, offer)
        if known
        else _first(tx, engine, job, shop_id, account_id, offer)
    )


def change_bid(tx: Tx, engine: Engine, deal_id: int, account_id: int, offer: Offer) -> None:
    """Replace all that a bid says, until bids end or the job is awarded. Raises Invalid, Refused and NotFound."""
    bid = _own(tx, deal_id, account_id)
    offer = _checked(get_job(tx, bid.listing_id).title, offer)
    engine.move(tx, deal_id, "revise", Actor("seller", account_id), {"amount": offer.amount})
    _write(tx, deal_id, offer)


def change_plan(tx: Tx, deal_id: int, account_id: int, parts: Sequence[Part]) -> None:
    """Propose other milestones for the same amount, before the award is accepted. Raises Invalid, Refused and NotFound."""
    take(tx, deal_id)
    bid = _own(tx, deal_id, account_id)
    if bid.state not in ("bid", "awarded"):
        raise Refused("The milestones stand.", why="They are with the customer, or agreed.", try_="Propose a change.")
    offer = _checked("", Offer(bid.amount, bid.words, bid.days, tuple(parts)), needs_plan=True)
    _write(tx, deal_id, offer)


def bid_of(store: Store | Tx, deal_id: int) -> Bid:
    """Raises NotFound."""
    row = store.first(_BID, deal=deal_id)
    if row is None:
        raise NotFound("There is no such bid.")
    return _bid(*row)


def visible_bids(store: Store, job: Job, viewer_id: int | None) -> list[Bid]:
    """The bids on a job that this account may see, lowest first; words and milestones are for the customer and the bidder alone."""
    found = [_bid(*row) for row in store.read(_BIDS_OF, of_listing=job.id)]
    if viewer_id == job.customer_id:
        return found
    everybody = job.shows_bids(clock.now())
    return [
        bid if bid.bidder_id == viewer_id else bid._replace(words="", plan=())
        for bid in found
        if bid.bidder_id == viewer_id or (everybody and bid.state != "withdrawn")
    ]


def _first(tx: Tx, engine: Engine, job: Job, shop_id: int, account_id: int, offer: Offer) -> int:
    new = Beginning(
        rules=library.newest("job"),
        buyer_id=job.customer_id,
        shop_id=shop_id,
        currency=job.currency,
        lines=[NewLine(job.id, job.title, 1, offer.amount, offer.amount, photo=job.photo)],
        by=Actor("seller", account_id),
        listing_id=job.id,
        span=Span(starts_at=job.bids_until),
    )
    deal_id = begin(tx, engine, new)
    tx.insert(bids, deal_id=deal_id, listing_id=job.id, shop_id=shop_id, **_columns(tx, offer))
    _tell(tx, job, shop_id, offer)
    return deal_id


def _again(tx: Tx, engine: Engine, job: Job, deal_id: int, account_id: int, offer: Offer) -> int:
    if take(tx, deal_id).state == "bid":
        raise Conflict("You have bid on this job already.", try_="Change your bid instead.")
    tx.run(deal_queries.RESPAN, key=deal_id, starts=job.bids_until, ends=None)
    engine.move(tx, deal_id, "bid_again", Actor("seller", account_id), {"amount": offer.amount})
    _write(tx, deal_id, offer)
    return deal_id


def _own(tx: Tx, deal_id: int, account_id: int) -> Bid:
    bid = bid_of(tx, deal_id)
    if bid.bidder_id != account_id:
        raise NotFound("There is no such bid of yours.")
    return bid


def _refuse_unless_open(job: Job, account_id: int, now: int) -> None:
    if job.customer_id == account_id:
        raise Refused("This job is your own.", why="Nobody bids on what they ask for.")
    if not job.takes_bids(now):
        raise Refused("Nobody can bid on this job any more.", why="Bids have ended.", try_="Look for another one.")


def _checked(title: str, offer: Offer, *, needs_plan: bool = False) -> Offer:
    """Tidied. Raises Invalid with every field that is wrong."""
    words, wrong = offer.words.strip(), {}
    parts = tuple(offer.plan) or (() if needs_plan else plan.whole(title, max(offer.days, 1)))
    if not 1 <= offer.amount <= HIGHEST_PRICE:
        wrong["amount"] = "Give an amount above zero."
    if not 1 <= len(words) <= LONGEST_WORDS:
        wrong["words"] = f"Say how you would do it, in at most {LONGEST_WORDS} characters."
    if not 1 <= offer.days <= plan.MOST_DAYS:
        wrong["days"] = f"Say how many days it takes, from 1 to {plan.MOST_DAYS}."
    if "amount" not in wrong and "days" not in wrong and (problem := plan.wrong_with(offer.amount, parts)):
        wrong["plan"] = problem
    if wrong:
        raise Invalid("The bid cannot be made like this.", fields=wrong)
    return offer._replace(words=words, plan=parts)


def _columns(tx: Tx, offer: Offer) -> dict[str, object]:
    return {"words": offer.words, "days": offer.days, "plan": plan.encoded(offer.plan), "changed_at": tx.now}


def _write(tx: Tx, deal_id: int, offer: Offer) -> None:
    tx.run(_CHANGE, deal=deal_id, **{f"new_{name}": value for name, value in _columns(tx, offer).items()})


def _tell(tx: Tx, job: Job, shop_id: int, offer: Offer) -> None:
    name = tx.value(_SHOP_NAME, shop=shop_id)
    data = {"item": job.title, "shop": name, "total": Money(offer.amount, job.currency)}
    notice.tell(tx, job.customer_id, "bid_made", data, JOBS_PAGE.format(ids.encode(job.id)))


def _bid(*row: Any) -> Bid:
    return Bid._make((*row[:-2], plan.decoded(row[-2]), row[-1]))


_BID_COLUMNS = (
    select(
        bids.c.deal_id,
        bids.c.listing_id,
        bids.c.shop_id,
        shops.c.owner_id,
        shops.c.name,
        shops.c.slug,
        deals.c.state,
        deals.c.goods,
        deals.c.currency,
        bids.c.words,
        bids.c.days,
        bids.c.plan,
        bids.c.changed_at,
    )
    .select_from(bids)
    .join(deals, deals.c.id == bids.c.deal_id)
    .join(shops, shops.c.id == bids.c.shop_id)
)
_BID = _BID_COLUMNS.where(bids.c.deal_id == bindparam("deal"))
_BIDS_OF = _BID_COLUMNS.where(bids.c.listing_id == bindparam("of_listing")).order_by(deals.c.goods, bids.c.deal_id)
_DEAL_OF = select(bids.c.deal_id).where(
    bids.c.listing_id == bindparam("of_listing"), bids.c.shop_id == bindparam("shop")
)
_CHANGE = (
    update(bids)
    .where(bids.c.deal_id == bindparam("deal"))
    .values({name: bindparam(f"new_{name}") for name in ("words", "days", "plan", "changed_at")})
)
_SHOP_NAME = select(shops.c.name).where(shops.c.id == bindparam("shop"))
