"""What breaks a promise about jobs is named, whoever wrote it down."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from tests.support.workshop import Workshop

from haat.market.deals.deal import Deal
from haat.market.deals.tables import deals
from haat.market.handwork.tables import bids, job_posts


def named(workshop: Workshop, *words: str) -> bool:
    return any(all(word in row for word in words) for row in workshop.lies())


@pytest.fixture
def job(workshop: Workshop) -> Deal:
    deal = workshop.agreed()
    assert workshop.lies() == []
    return deal


def test_an_award_that_its_job_knows_nothing_of(workshop: Workshop, job: Deal) -> None:
    workshop.store.write(lambda tx: tx.run(update(job_posts).values(taken_by=None)))
    assert named(workshop, "is working", "not taken by it")


def test_a_job_that_is_taken_by_a_bid_that_lost(workshop: Workshop, job: Deal) -> None:
    workshop.store.write(lambda tx: tx.run(update(deals).where(deals.c.id == job.id).values(state="lost", due_at=None)))
    assert named(workshop, "is taken by", "which is lost")
    assert named(workshop, "milestone", "its job is lost")


def test_milestones_that_come_to_something_else(workshop: Workshop, job: Deal) -> None:
    first, _ = workshop.milestones(job)
    change = update(deals).where(deals.c.id == first.id).values(goods=1, total=1)
    workshop.store.write(lambda tx: tx.run(change))
    assert named(workshop, "was agreed at 10000", "come to 5001")


def test_a_milestone_of_somebody_else(workshop: Workshop, job: Deal) -> None:
    first, _ = workshop.milestones(job)
    stranger = workshop.world.account()
    workshop.store.write(lambda tx: tx.run(update(deals).where(deals.c.id == first.id).values(buyer_id=stranger)))
    assert named(workshop, "does not belong to a job of the same people")


def test_a_job_that_goes_on_when_everything_has_ended(workshop: Workshop, job: Deal) -> None:
    ended = update(deals).where(deals.c.parent_id == job.id).values(state="cancelled", due_at=None)
    workshop.store.write(lambda tx: tx.run(ended))
    assert named(workshop, "all its milestones have ended")


def test_a_bid_on_another_job(workshop: Workshop, job: Deal) -> None:
    other = workshop.posted("Another")
    workshop.store.write(lambda tx: tx.run(update(bids).values(listing_id=other)))
    assert named(workshop, "is a bid without its words")
