"""A job: what a customer wants done. It is a listing of kind `job`, open to bids until an instant, and taken by one bid at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct
from sqlalchemy import BindParameter, bindparam, case, func, literal, null, select

from haat.kernel.clock import DAY
from haat.kernel.errors import NotFound
from haat.market.accounts.tables import shops
from haat.market.catalogue.listing import KindRules, ListingText, State
from haat.market.catalogue.queries import refreshing
from haat.market.catalogue.tables import listings
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.handwork.tables import job_posts
from haat.store import Store, Tx

# Open: everybody sees names and amounts. Sealed: the customer alone does, until bids end.
Bidding: TypeAlias = Literal["open", "sealed"]

LONGEST_BIDDING = 90 * DAY


class JobText(Struct, frozen=True):
    """What a customer says about a job. Money in minor units, instants in milliseconds; `country` is an ISO code."""

    listing: ListingText
    bids_until: int
    country: str
    bidding: Bidding = "open"
    budget_from: int | None = None
    budget_to: int | None = None
    wanted_by: int | None = None
    place: str = ""
    postcode: str = ""


class Job(NamedTuple):
    """A job as its bids and its page need it. `customer_id` is the account of who posted it, `taken_by` the deal that has it."""

    id: int
    shop_id: int
    customer_id: int
    title: str
    handle: str
    state: State
    version: int
    currency: str
    photo: str | None
    budget_from: int | None
    budget_to: int | None
    wanted_by: int | None
    bidding: Bidding
    bids_until: int
    place: str
    postcode: str
    country: str
    taken_by: int | None

    def takes_bids(self, now: int) -> bool:
        return self.state == "active" and self.taken_by is None and now < self.bids_until

    def shows_bids(self, now: int) -> bool:
        """Whether everybody sees who bids how much."""
        return self.bidding == "open" or now >= self.bids_until or self.taken_by is not None


def get_job(store: Store | Tx, listing_id: int) -> Job:
    """Raises NotFound, for other listings too."""
    row = store.first(_JOB, listing=listing_id)
    if row is None:
        raise NotFound("There is no such job.")
    return Job(*row)


def take_job(tx: Tx, listing_id: int) -> Job:
    """The job, which nobody awards, bids on or changes until this transaction ends. Raises NotFound."""
    tx.first(_TAKE, listing=listing_id)
    return get_job(tx, listing_id)


def own_job(store: Store | Tx, account_id: int, listing_id: int) -> Job:
    """The job of this customer. Raises NotFound, also when it belongs to somebody else."""
    job = get_job(store, listing_id)
    if job.customer_id != account_id:
        raise NotFound("There is no such job of yours.")
    return job


def jobs_of(store: Store, account_id: int, *, before: int | None = None, most: int = 24) -> list[Job]:
    """What a customer has posted, newest first."""
    return [Job(*row) for row in store.read(_JOBS_OF, owner=account_id, before=before or 2**63 - 1, most=most)]


def wrong_with(text: JobText, now: int) -> dict[str, str]:
    """What is wrong with the fields of a job that other listings do not have."""
    wrong: dict[str, str] = {}
    for name in ("budget_from", "budget_to"):
        value = getattr(text, name)
        if value is not None and not 0 <= value <= HIGHEST_PRICE:
            wrong[name] = "This cannot be negative, nor beyond all measure."
    if text.budget_to is not None and (text.budget_from or 0) > text.budget_to:
        wrong["budget_to"] = "This is less than where the budget begins."
    if not now < text.bids_until <= now + LONGEST_BIDDING:
        wrong["bids_until"] = "Bids end after now, and within 90 days."
    elif text.wanted_by is not None and text.wanted_by < text.bids_until:
        wrong["wanted_by"] = "The work cannot be done before bids end."
    wrong |= dict(_wrong_places(text))
    if text.bidding not in ("open", "sealed"):
        wrong["bidding"] = "Choose open or sealed bids."
    return wrong


def _wrong_places(text: JobText) -> Sequence[tuple[str, str]]:
    found = []
    if not 1 <= len(text.place.strip()) <= 120:
        found.append(("place", "Say where the work is to be done, in at most 120 characters."))
    if len(text.postcode) > 20:
        found.append(("postcode", "At most 20 characters."))
    if not (len(text.country) == 2 and text.country.isascii() and text.country.isupper()):
        found.append(("country", "Choose a country."))
    return found


def _missing(tx: Tx, listing_id: int) -> dict[str, str]:
    until = tx.value(_UNTIL, listing=listing_id)
    if until is None or until <= tx.now:
        return {"bids_until": "Bids end after now, and within 90 days."}
    return {}


def _copy(tx: Tx, listing_id: int, copy_id: int) -> None:
    row = tx.first(_WHAT_A_COPY_KEEPS, listing=listing_id)
    assert row is not None
    kept = {column.name: value for column, value in zip(_KEPT_BY_A_COPY, row, strict=True)}
    tx.insert(job_posts, listing_id=copy_id, **kept)


_LISTING: BindParameter[int] = bindparam("listing")
_OF_LISTING = job_posts.c.listing_id == _LISTING
_JOB_COLUMNS = (
    select(
        listings.c.id,
        listings.c.shop_id,
        shops.c.owner_id,
        listings.c.title,
        listings.c.handle,
        listings.c.state,
        listings.c.version,
        listings.c.currency,
        listings.c.photo,
        job_posts.c.budget_from,
        job_posts.c.budget_to,
        job_posts.c.wanted_by,
        job_posts.c.bidding,
        job_posts.c.bids_until,
        job_posts.c.place,
        job_posts.c.postcode,
        job_posts.c.country,
        job_posts.c.taken_by,
    )
    .select_from(job_posts)
    .join(listings, listings.c.id == job_posts.c.listing_id)
    .join(shops, shops.c.id == listings.c.shop_id)
)
_JOB = _JOB_COLUMNS.where(_OF_LISTING)
_TAKE = select(job_posts.c.listing_id).where(_OF_LISTING).with_for_update(key_share=True)
_JOBS_OF = (
    _JOB_COLUMNS.where(shops.c.owner_id == bindparam("owner"), listings.c.id < bindparam("before"))
    .order_by(listings.c.id.desc())
    .limit(bindparam("most"))
)
# Everything but who has it.
_KEPT_BY_A_COPY = [column for column in job_posts.c if column.name not in ("listing_id", "taken_by")]
_WHAT_A_COPY_KEEPS = select(*_KEPT_BY_A_COPY).where(_OF_LISTING)
_UNTIL = select(job_posts.c.bids_until).where(_OF_LISTING)
_BUDGET_FROM = select(func.coalesce(job_posts.c.budget_from, 0)).where(_OF_LISTING).scalar_subquery()
_BUDGET_TO = (
    select(func.coalesce(job_posts.c.budget_to, job_posts.c.budget_from, 0)).where(_OF_LISTING).scalar_subquery()
)
_OPEN = (
    select(case((job_posts.c.taken_by.is_(None), literal(1)), else_=literal(0))).where(_OF_LISTING).scalar_subquery()
)

# A card shows the budget where others show prices; one craftsperson can have the job.
JOB = KindRules(
    refreshing(
        price_from=func.coalesce(_BUDGET_FROM, 0),
        price_to=func.coalesce(_BUDGET_TO, 0),
        compare_at=null(),
        free=func.coalesce(_OPEN, 0),
    ),
    _missing,
    copies=_copy,
)
