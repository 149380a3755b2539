"""What the moves of a job do beside what every deal's do: the award, what follows when it comes to nothing, and the milestones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import bindparam, update

from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Refused
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import Catalogue, refresh
from haat.market.deals import library
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import PARENT, Actor, Deal
from haat.market.deals.engine import EffectAbove, Engine
from haat.market.deals.process import Span
from haat.market.handwork import plan
from haat.market.handwork.bid import bid_of
from haat.market.handwork.job import get_job
from haat.market.handwork.plan import Stage
from haat.market.handwork.tables import job_posts
from haat.store import Tx


def effects_of(catalogue: Catalogue) -> Mapping[str, EffectAbove]:
    """For the engine."""
    return {
        "award_job": partial(award_job, catalogue),
        "reopen_job": partial(reopen_job, catalogue),
        "bid_anew": bid_anew,
        "begin_milestones": begin_milestones,
    }


def award_job(catalogue: Catalogue, engine: Engine, tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """This bid has the job, and nobody can bid any more. Raises Conflict when another one has it."""
    assert deal.listing_id is not None
    job = get_job(tx, deal.listing_id)
    if tx.run(_TAKE, of_listing=job.id, deal=deal.id) != 1:
        raise Conflict("The job is awarded already.", why="Another bid has it.", try_="Open the job again.")
    if job.state == "active":
        end(tx, catalogue, job.shop_id, job.id)
    elif job.state == "removed":
        raise Refused("This job was removed by a moderator.", try_="Write to the people of the market.")
    else:
        refresh(tx, catalogue, job.id)


def reopen_job(catalogue: Catalogue, engine: Engine, tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """The award came to nothing: the customer may choose another bid."""
    assert deal.listing_id is not None
    tx.run(_LET_GO, of_listing=deal.listing_id, deal=deal.id)
    refresh(tx, catalogue, deal.listing_id)


def bid_anew(engine: Engine, tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Raises Refused where nobody can bid any more."""
    assert deal.listing_id is not None
    if not get_job(tx, deal.listing_id).takes_bids(tx.now):
        raise Refused("Nobody can bid on this job any more.", why="Bids have ended.", try_="Look for another one.")


def begin_milestones(engine: Engine, tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Each part of the plan is a deal from now on; together they come to what was bid."""
    for stage in plan.stages(deal.goods, bid_of(tx, deal.id).plan):
        begin_milestone(engine, tx, deal, stage)


def begin_milestone(engine: Engine, tx: Tx, job: Deal, stage: Stage, by: Actor = PARENT) -> int:
    """One more milestone of a job that is under way; returns the deal. Nothing is taken for it before it is paid in."""
    assert job.listing_id is not None
    new = Beginning(
        rules=library.newest("milestone"),
        buyer_id=job.buyer_id,
        shop_id=job.shop_id,
        currency=job.currency,
        lines=[NewLine(job.listing_id, stage.title, 1, stage.amount, stage.amount)],
        by=by,
        parent_id=job.id,
        listing_id=job.listing_id,
        span=Span(ends_at=tx.now + stage.days * DAY),
    )
    return begin(tx, engine, new)


_OF_LISTING = job_posts.c.listing_id == bindparam("of_listing")
_TAKE = update(job_posts).where(_OF_LISTING, job_posts.c.taken_by.is_(None)).values(taken_by=bindparam("deal"))
_LET_GO = update(job_posts).where(_OF_LISTING, job_posts.c.taken_by == bindparam("deal")).values(taken_by=None)
