"""What both sides of a dispute show has a measure."""

from __future__ import annotations

import pytest
from tests.support.workshop import Workshop
from tests.support.world import World

from haat.kernel.errors import Invalid
from haat.market.deals.deal import Deal, events, get
from haat.market.deals.engine import MOST_PHOTOS

DOZEN = ["a" * 64] * 12


def test_photos_of_one_deal_have_an_end_and_words_do_not(world: World) -> None:
    workshop = Workshop(world)
    milestone = _disputed(workshop)
    for _ in range(MOST_PHOTOS // len(DOZEN)):
        workshop.customer_moves(milestone, "add_evidence", note="Look.", photos=DOZEN)
    with pytest.raises(Invalid) as refused:
        workshop.customer_moves(milestone, "add_evidence", note="Look.", photos=DOZEN[:1])
    assert refused.value.fields == {"photos": "60 of at most 60 photos have been shown already. Say the rest in words."}
    workshop.customer_moves(milestone, "add_evidence", note="It still leaks.")
    shown = [photo for event in events(world.store, milestone.id) for photo in event.given.get("photos", ())]
    assert len(shown) == MOST_PHOTOS


def _disputed(workshop: Workshop) -> Deal:
    job = workshop.agreed()
    first = workshop.milestones(job)[0]
    workshop.fund(job, first)
    workshop.customer_moves(first, "dispute", reason="It leaks.", note="It leaks.")
    return get(workshop.store, first.id)
