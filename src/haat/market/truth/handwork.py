"""Promises about jobs: who has them, what their milestones come to, and to whom those belong."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from haat.kernel import ids
from haat.market.deals.tables import deals
from haat.market.handwork.tables import bids, job_posts
from haat.market.truth.truth import Check
from haat.store import Reader

_jobs = deals.alias("jobs_of")
_GOING = ("awarded", "planned", "working", "completed", "fell_through")

_UNCLAIMED = (
    select(deals.c.id, deals.c.state)
    .outerjoin(job_posts, job_posts.c.listing_id == deals.c.listing_id)
    .where(
        deals.c.process == "job",
        deals.c.state.in_(_GOING),
        or_(job_posts.c.taken_by.is_(None), job_posts.c.taken_by != deals.c.id),
    )
)
_WRONGLY_TAKEN = (
    select(job_posts.c.listing_id, deals.c.id, deals.c.state)
    .join(deals, deals.c.id == job_posts.c.taken_by)
    .where(
        or_(
            deals.c.process != "job",
            deals.c.listing_id != job_posts.c.listing_id,
            deals.c.state.not_in((*_GOING, "cancelled")),
        )
    )
)


def _wrong_awards(reader: Reader) -> Iterator[str]:
    for id_, state in reader.read(_UNCLAIMED):
        yield f"bid {ids.encode(id_)} is {state}, and its job is not taken by it"
    for listing_id, id_, state in reader.read(_WRONGLY_TAKEN):
        yield f"job {ids.encode(listing_id)} is taken by {ids.encode(id_)}, which is {state}"


_SUMS = (
    select(deals.c.parent_id, func.sum(deals.c.goods).label("amount"))
    .where(deals.c.process == "milestone")
    .group_by(deals.c.parent_id)
    .subquery()
)
_WRONG_SUMS = (
    select(_jobs.c.id, _jobs.c.goods, func.coalesce(_SUMS.c.amount, 0))
    .outerjoin(_SUMS, _SUMS.c.parent_id == _jobs.c.id)
    .where(
        _jobs.c.process == "job",
        or_(
            and_(
                _jobs.c.state.in_(("working", "completed", "fell_through")),
                func.coalesce(_SUMS.c.amount, 0) != _jobs.c.goods,
            ),
            and_(_SUMS.c.amount.is_not(None), _SUMS.c.amount != _jobs.c.goods),
        ),
    )
)


def _wrong_sums(reader: Reader) -> Iterator[str]:
    for id_, agreed, found in reader.read(_WRONG_SUMS):
        yield f"job {ids.encode(id_)} was agreed at {agreed}, its milestones come to {found}"


_STRAYED = (
    select(deals.c.id)
    .outerjoin(_jobs, _jobs.c.id == deals.c.parent_id)
    .where(
        deals.c.process == "milestone",
        or_(
            _jobs.c.id.is_(None),
            _jobs.c.process != "job",
            _jobs.c.buyer_id != deals.c.buyer_id,
            _jobs.c.shop_id != deals.c.shop_id,
            _jobs.c.currency != deals.c.currency,
        ),
    )
)
# A milestone is under way while its timer runs.
_LEFT_BEHIND = (
    select(deals.c.id, deals.c.state, _jobs.c.state)
    .join(_jobs, _jobs.c.id == deals.c.parent_id)
    .where(deals.c.process == "milestone", deals.c.due_at.is_not(None), _jobs.c.state != "working")
)
_NO_LONGER_UNDER_WAY = (
    select(_jobs.c.id)
    .outerjoin(deals, and_(deals.c.parent_id == _jobs.c.id, deals.c.due_at.is_not(None)))
    .where(_jobs.c.process == "job", _jobs.c.state == "working", deals.c.id.is_(None))
)


def _wrong_milestones(reader: Reader) -> Iterator[str]:
    for (id_,) in reader.read(_STRAYED):
        yield f"milestone {ids.encode(id_)} does not belong to a job of the same people"
    for id_, state, job_state in reader.read(_LEFT_BEHIND):
        yield f"milestone {ids.encode(id_)} is {state}, and its job is {job_state}"
    for (id_,) in reader.read(_NO_LONGER_UNDER_WAY):
        yield f"job {ids.encode(id_)} is under way, and all its milestones have ended"


_WRONG_BIDS = (
    select(deals.c.id)
    .outerjoin(bids, bids.c.deal_id == deals.c.id)
    .where(
        deals.c.process == "job",
        or_(bids.c.deal_id.is_(None), bids.c.listing_id != deals.c.listing_id, bids.c.shop_id != deals.c.shop_id),
    )
)


def _wrong_bids(reader: Reader) -> Iterator[str]:
    for (id_,) in reader.read(_WRONG_BIDS):
        yield f"deal {ids.encode(id_)} is a bid without its words, or not on its job"


CHECKS = (
    Check("awards", "a job is taken by one bid at most, and that bid says so too", _wrong_awards),
    Check("bids", "every bid is one craftsperson's on one job", _wrong_bids),
    Check("milestones", "milestones come to what was agreed", _wrong_sums),
    Check("stages", "milestones belong to their job, and neither outlives the other", _wrong_milestones),
)
