"""What was agreed changes only when both sides say so, and both stay on record."""

from __future__ import annotations

import pytest
from tests.support.workshop import Workshop

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.deals.deal import Deal, get
from haat.market.handwork import change_order
from haat.market.handwork.change_order import Wish, change_orders_of

MORE = Wish(25_00, "The beams are rotten too.", title="New beams", days=5)


def propose(workshop: Workshop, job: Deal, by: int, wish: Wish = MORE) -> int:
    return workshop.store.write(lambda tx: change_order.propose(tx, job.id, by, wish))


def accept(workshop: Workshop, order_id: int, by: int) -> None:
    workshop.store.write(lambda tx: change_order.accept(tx, workshop.world.engine, order_id, by))


def test_one_more_milestone_is_there_once_the_other_side_agrees(workshop: Workshop) -> None:
    job = workshop.agreed(100_00)
    order_id = propose(workshop, job, workshop.bidder(job))
    assert len(workshop.milestones(job)) == 2
    with pytest.raises(NotAllowed):
        accept(workshop, order_id, workshop.bidder(job))
    accept(workshop, order_id, workshop.customer)
    assert [one.total for one in workshop.milestones(job)] == [50_00, 50_00, 25_00]
    assert get(workshop.store, job.id).total == 125_00
    (order,) = change_orders_of(workshop.store, job.id)
    assert (order.side, order.answer, order.answered_by) == ("seller", "accepted", workshop.customer)
    assert order.milestone_id == workshop.milestones(job)[2].id
    workshop.fund(job)
    assert workshop.lies() == []


def test_a_milestone_that_is_not_paid_in_can_cost_something_else(workshop: Workshop) -> None:
    job = workshop.agreed(100_00)
    first, second = workshop.milestones(job)
    order_id = propose(workshop, job, workshop.customer, Wish(10_00, "Less to do", first.id))
    accept(workshop, order_id, workshop.bidder(job))
    assert [one.total for one in workshop.milestones(job)] == [10_00, 50_00]
    assert get(workshop.store, job.id).total == 60_00
    assert change_orders_of(workshop.store, job.id)[0].amount_before == 50_00
    workshop.fund(job, second)
    with pytest.raises(Refused, match="stands"):
        propose(workshop, job, workshop.customer, Wish(10_00, "Less to do", second.id))
    assert workshop.lies() == []


def test_what_is_paid_in_meanwhile_cannot_be_changed_by_an_answer(workshop: Workshop) -> None:
    job = workshop.agreed()
    first, _ = workshop.milestones(job)
    order_id = propose(workshop, job, workshop.bidder(job), Wish(90_00, "More to do", first.id))
    workshop.fund(job, first)
    with pytest.raises(Refused, match="stands"):
        accept(workshop, order_id, workshop.customer)
    assert change_orders_of(workshop.store, job.id)[0].answer is None
    assert workshop.lies() == []


def test_one_change_is_open_at_a_time_and_answered_once(workshop: Workshop) -> None:
    job = workshop.agreed()
    order_id = propose(workshop, job, workshop.customer)
    with pytest.raises(Conflict, match="Another change"):
        propose(workshop, job, workshop.bidder(job))
    workshop.store.write(lambda tx: change_order.refuse(tx, order_id, workshop.bidder(job)))
    with pytest.raises(Conflict, match="answered already"):
        accept(workshop, order_id, workshop.bidder(job))
    again = propose(workshop, job, workshop.customer)
    with pytest.raises(NotAllowed):
        workshop.store.write(lambda tx: change_order.withdraw(tx, again, workshop.bidder(job)))
    workshop.store.write(lambda tx: change_order.withdraw(tx, again, workshop.customer))
    assert [order.answer for order in change_orders_of(workshop.store, job.id)] == ["refused", "withdrawn"]


def test_a_change_that_nobody_answers_lapses(workshop: Workshop) -> None:
    with clock.frozen():
        job = workshop.agreed()
        order_id = propose(workshop, job, workshop.customer)
        clock.advance(change_order.ANSWER_WITHIN + DAY)
        with pytest.raises(Refused, match="lapsed"):
            accept(workshop, order_id, workshop.bidder(job))
        assert change_order.lapse_all(workshop.store) == "Changes that nobody answered: 1."
        assert change_order.lapse_all(workshop.store) == "No change has lapsed."
        assert change_orders_of(workshop.store, job.id)[0].answer == "lapsed"


def test_nonsense_is_refused_by_field_and_strangers_find_nothing(workshop: Workshop) -> None:
    job = workshop.agreed()
    with pytest.raises(Invalid) as raised:
        propose(workshop, job, workshop.customer, Wish(0, " "))
    assert raised.value.fields.keys() == {"amount", "why", "title", "days"}
    with pytest.raises(NotFound):
        propose(workshop, job, workshop.world.account())
    with pytest.raises(NotFound):
        propose(workshop, job, workshop.customer, Wish(5, "Other", job.id))
    bid = workshop.bid(workshop.posted())
    with pytest.raises(Refused, match="Nothing can be changed"):
        propose(workshop, bid, workshop.customer)
