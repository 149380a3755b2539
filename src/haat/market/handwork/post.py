"""Post a job, change what it says, and take it back."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, func, select, update

from haat.kernel.errors import Invalid
from haat.market.accounts.open_shop import shop_for
from haat.market.catalogue.create import create
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import Catalogue
from haat.market.deals.deal import Actor
from haat.market.deals.engine import Engine
from haat.market.deals.tables import deals
from haat.market.handwork.job import Job, JobText, own_job, take_job, wrong_with
from haat.market.handwork.tables import job_posts
from haat.market.places.gazetteer import gazetteer
from haat.market.places.settle import place_of, settle
from haat.store import Tx


def post(tx: Tx, catalogue: Catalogue, account_id: int, text: JobText) -> int:
    """A new draft of anybody's, who gets a shop under their own name where they have none; returns the listing.

    `catalogue.publish` makes it open to bids. Raises Invalid, NotFound for the category, Refused before the address is confirmed.
    """
    _refuse_wrong(wrong_with(text, tx.now))
    shop = shop_for(tx, account_id)
    listing_id = create(tx, catalogue, shop.id, text.listing, "job")
    tx.insert(job_posts, listing_id=listing_id, **_particulars(text))
    _settle(tx, catalogue, shop.id, listing_id, text)
    return listing_id


def change(tx: Tx, catalogue: Catalogue, account_id: int, listing_id: int, text: JobText, seen: int) -> None:
    """Replace what it says. How and until when bids are made stays once somebody has bid. Raises Invalid, Conflict and NotFound."""
    take_job(tx, listing_id)
    job = own_job(tx, account_id, listing_id)
    is_under_way = _has_bids(tx, job)
    if is_under_way:
        _refuse_wrong(_moved_terms(job, text))
    wrong = wrong_with(text, tx.now)
    if is_under_way:
        wrong.pop("bids_until", None)
    _refuse_wrong(wrong)
    tx.run(_CHANGE, listing=listing_id, **{f"new_{name}": value for name, value in _particulars(text).items()})
    edit(tx, catalogue, job.shop_id, listing_id, text.listing, seen)
    _settle(tx, catalogue, job.shop_id, listing_id, text)


def close(tx: Tx, catalogue: Catalogue, engine: Engine, account_id: int, listing_id: int) -> None:
    """No longer ask for it: nobody can bid any more, and bids that wait are turned down. Raises Refused and NotFound."""
    take_job(tx, listing_id)
    job = own_job(tx, account_id, listing_id)
    end(tx, catalogue, job.shop_id, listing_id)
    for (deal_id,) in tx.read(_WAITING, of_listing=listing_id):
        engine.move(tx, deal_id, "turn_down", Actor("buyer", account_id))


def _settle(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, text: JobText) -> None:
    """Let it be found near its town. A place that is no town of that country is only read."""
    town, before = gazetteer().known(text.place, text.country), place_of(tx, listing_id)
    if (town and town.id) != (before and before.city_id):
        settle(tx, catalogue, shop_id, listing_id, town)


def _refuse_wrong(wrong: dict[str, str]) -> None:
    if wrong:
        raise Invalid("The job cannot be saved like this.", fields=wrong)


def _particulars(text: JobText) -> dict[str, object]:
    return {
        "budget_from": text.budget_from,
        "budget_to": text.budget_to,
        "wanted_by": text.wanted_by,
        "bidding": text.bidding,
        "bids_until": text.bids_until,
        "place": text.place.strip(),
        "postcode": text.postcode.strip(),
        "country": text.country,
    }


def _has_bids(tx: Tx, job: Job) -> bool:
    return bool(tx.value(_HOW_MANY_WAIT, of_listing=job.id)) or job.taken_by is not None


def _moved_terms(job: Job, text: JobText) -> dict[str, str]:
    said = "Somebody has bid already: this stays as it is."
    return {name: said for name in ("bidding", "bids_until") if getattr(job, name) != getattr(text, name)}


_LISTING: BindParameter[int] = bindparam("listing")
_CHANGE = (
    update(job_posts)
    .where(job_posts.c.listing_id == _LISTING)
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                *("budget_from", "budget_to", "wanted_by", "bidding", "bids_until"),
                *("place", "postcode", "country"),
            )
        }
    )
)
_OF_JOB = (deals.c.listing_id == bindparam("of_listing"), deals.c.process == "job", deals.c.state == "bid")
_WAITING = select(deals.c.id).where(*_OF_JOB).order_by(deals.c.id)
_HOW_MANY_WAIT = select(func.count()).select_from(deals).where(*_OF_JOB)
