"""Milestones are paid in, worked on and released one by one; the job ends with the last."""

from __future__ import annotations

import pytest
from tests.support.together import together
from tests.support.workshop import Workshop

from haat.adapters.sandbox.cards import card_named
from haat.jobs.worker import Worker
from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.deals import tell
from haat.market.deals.deal import Actor, Deal, events, get
from haat.market.deals.engine import MOVED
from haat.market.handwork.fund import Funding
from haat.market.handwork.plan import Part
from haat.market.notices import notice
from haat.market.payments import payout, refund

THIRDS = tuple(Part(f"Part {number}", 1, 10) for number in (1, 2, 3))


def funding(job: Deal, milestones: list[int]) -> Funding:
    return Funding("a key of ours", job.id, milestones)


def owed(workshop: Workshop, job: Deal) -> int:
    return payout.balance(workshop.store, job.shop_id, "EUR")


def test_a_job_goes_from_the_award_to_the_craftsperson_s_money(workshop: Workshop) -> None:
    job = workshop.agreed(100_00, plan=THIRDS)
    first, second, third = workshop.milestones(job)
    assert [one.total for one in (first, second, third)] == [33_34, 33_33, 33_33]
    workshop.fund(job, first)
    for one in (second, third):
        assert get(workshop.store, one.id).state == "unfunded"
    workshop.bidder_moves(first, "submit", note="Done")
    assert owed(workshop, job) == 0
    workshop.customer_moves(first, "release")
    assert owed(workshop, job) == 33_34 - 3_33
    workshop.fund(job, second, third)
    for one in (second, third):
        workshop.bidder_moves(one, "submit")
        workshop.customer_moves(one, "release")
    assert get(workshop.store, job.id).state == "completed"
    assert owed(workshop, job) == 100_00 - 3_33 * 3
    assert [event.by_role for event in events(workshop.store, job.id)][-1] == "child"
    assert workshop.lies() == []


def test_several_milestones_are_one_payment_and_sent_twice_it_is_one(workshop: Workshop) -> None:
    job = workshop.agreed()
    first, again = workshop.fund(job, key="the same key"), workshop.fund(job, key="the same key")
    assert (first.id, first.total, len(first.deals)) == (again.id, 100_00, 2)
    assert [line.amount.amount for line in workshop.world.gateway.statement(0)] == [100_00]
    assert {one.state for one in workshop.milestones(job)} == {"held"}


def test_what_the_market_takes_is_frozen_when_a_milestone_is_paid_in(workshop: Workshop) -> None:
    job = workshop.agreed()
    assert [one.commission for one in workshop.milestones(job)] == [0, 0]
    workshop.fund(job)
    assert [(one.commission, one.commission_rate) for one in workshop.milestones(job)] == [(5_00, 1000)] * 2


def test_a_milestone_is_paid_in_once_and_by_its_customer_alone(workshop: Workshop) -> None:
    job = workshop.agreed()
    first, _ = workshop.milestones(job)
    workshop.fund(job, first)
    with pytest.raises(Refused, match="not to be paid in"):
        workshop.fund(job, first)
    with pytest.raises(Invalid):
        workshop.world.fund.run(workshop.customer, funding(job, []), "card", "/back")
    with pytest.raises(NotFound):
        workshop.world.fund.run(workshop.world.account(), funding(job, [first.id]), "card", "/back")
    with pytest.raises(NotFound):
        workshop.world.fund.run(workshop.customer, funding(job, [job.id]), "card", "/back")
    assert workshop.lies() == []


def test_a_declined_card_is_tried_again_on_the_same_payment(workshop: Workshop) -> None:
    job = workshop.agreed()
    checkout = workshop.fund(job, card=card_named("not_enough_money").token)
    assert checkout.payment.state == "declined"
    with pytest.raises(Refused, match="has begun"):
        workshop.fund(job)
    workshop.world.till.pay_again(workshop.customer, checkout.id, 1, card_named("approves").token, "/back")
    assert {one.state for one in workshop.milestones(job)} == {"held"}
    assert workshop.lies() == []


def test_of_sixty_four_who_release_or_give_back_the_same_money_at_once_one_does(workshop: Workshop) -> None:
    first, _ = workshop.milestones(job := workshop.agreed())
    workshop.fund(job, first)
    workshop.bidder_moves(first, "submit")

    def decide(number: int) -> bool:
        try:
            if number % 2:
                workshop.customer_moves(first, "release")
            else:
                workshop.bidder_moves(first, "give_back")
        except (Refused, Conflict):
            return False
        return True

    assert sum(together(64, decide)) == 1
    given_back = [one.amount for one in refund.of_deal(workshop.store, first.id)]
    assert (owed(workshop, job), given_back) in ((45_00, []), (0, [50_00]))
    assert workshop.lies() == []


def test_silence_after_work_was_handed_over_is_consent(workshop: Workshop) -> None:
    with clock.frozen():
        job = workshop.agreed(plan=(Part("All", 1, 10),))
        workshop.fund(job)
        (only,) = workshop.milestones(job)
        workshop.bidder_moves(only, "submit")
        clock.advance(7 * DAY)
        workshop.world.engine.run_timers(workshop.store)
        assert (get(workshop.store, only.id).state, get(workshop.store, job.id).state) == ("released", "completed")


def test_money_goes_back_when_nothing_is_handed_over(workshop: Workshop) -> None:
    with clock.frozen():
        job = workshop.agreed()
        workshop.fund(job)
        clock.advance(40 * DAY)
        workshop.world.engine.run_timers(workshop.store)
        workshop.world.work()
        assert {one.state for one in workshop.milestones(job)} == {"returned"}
        assert get(workshop.store, job.id).state == "fell_through"
        assert [line.amount.amount for line in workshop.world.gateway.statement(0) if line.kind == "refund"] == [
            50_00
        ] * 2
        assert workshop.lies() == []


def test_what_is_not_paid_in_is_dropped_in_time_and_the_rest_completes_the_job(workshop: Workshop) -> None:
    with clock.frozen():
        job = workshop.agreed()
        first, second = workshop.milestones(job)
        workshop.fund(job, first)
        workshop.bidder_moves(first, "submit")
        workshop.customer_moves(first, "release")
        clock.advance(28 * DAY)
        workshop.world.engine.run_timers(workshop.store)
        assert get(workshop.store, second.id).state == "expired"
        assert get(workshop.store, job.id).state == "completed"
        assert workshop.lies() == []


def test_a_dispute_touches_its_milestone_alone_and_is_decided_in_part(workshop: Workshop) -> None:
    job = workshop.agreed()
    workshop.fund(job)
    first, second = workshop.milestones(job)
    workshop.bidder_moves(first, "submit")
    workshop.customer_moves(first, "dispute", reason="It leaks", photos=["a" * 64])
    workshop.bidder_moves(first, "add_evidence", note="It was raining in", photos=["b" * 64])
    with pytest.raises(NotAllowed):
        workshop.customer_moves(first, "decide", amount=1, reason="Mine")
    operator = Actor("operator", 1)
    with pytest.raises(Refused, match="more than there is"):
        workshop.world.move(first, "decide", by=operator, amount=50_01, reason="All")
    decided = workshop.world.move(first, "decide", by=operator, amount=30_00, reason="Half done")
    workshop.world.work()
    assert (decided.state, decided.refunded, get(workshop.store, second.id).state) == ("released", 20_00, "held")
    assert owed(workshop, job) == 30_00 - 3_00
    assert [one.amount for one in refund.of_deal(workshop.store, first.id)] == [20_00]
    assert workshop.lies() == []


def test_a_dispute_that_nobody_decides_gives_the_money_back(workshop: Workshop) -> None:
    with clock.frozen():
        job = workshop.agreed()
        workshop.fund(job)
        first, _ = workshop.milestones(job)
        workshop.bidder_moves(first, "dispute", reason="They let nobody in")
        clock.advance(14 * DAY)
        workshop.world.engine.run_timers(workshop.store)
        assert get(workshop.store, first.id).state == "returned"
        assert workshop.lies() == []


def test_changes_are_asked_for_and_handed_over_again(workshop: Workshop) -> None:
    job = workshop.agreed()
    workshop.fund(job)
    first, _ = workshop.milestones(job)
    workshop.bidder_moves(first, "submit")
    assert workshop.customer_moves(first, "ask_changes", note="The edge").state == "changes_asked"
    workshop.bidder_moves(first, "submit", note="Mended")
    assert workshop.customer_moves(first, "release").state == "released"


def test_a_job_is_called_off_while_nothing_is_held_and_never_else(workshop: Workshop) -> None:
    job = workshop.agreed()
    first, second = workshop.milestones(job)
    workshop.fund(job, first)
    with pytest.raises(Refused, match="cannot end now"):
        workshop.customer_moves(job, "call_off", reason="Changed my mind")
    workshop.bidder_moves(first, "give_back", reason="I cannot come")
    assert workshop.bidder_moves(job, "call_off", reason="I cannot come").state == "cancelled"
    assert get(workshop.store, second.id).state == "cancelled"
    assert workshop.lies() == []


def test_money_that_arrives_after_the_milestone_was_dropped_goes_back(workshop: Workshop) -> None:
    job = workshop.agreed(plan=(Part("All", 1, 10),))
    checkout = workshop.fund(job, card=card_named("asks").token)
    assert checkout.payment.state == "waiting"
    workshop.customer_moves(job, "call_off", reason="Too slow")
    workshop.world.work()
    assert [one.state for one in workshop.milestones(job)] == ["cancelled"]
    assert workshop.lies() == []


def test_both_are_reminded_again_and_again_while_a_job_is_under_way(workshop: Workshop) -> None:
    with clock.frozen():
        job = workshop.agreed(plan=(Part("All", 1, 100),))
        for _ in range(3):
            clock.advance(14 * DAY)
            workshop.world.engine.run_timers(workshop.store)
        reminded = [event for event in events(workshop.store, job.id) if event.move == "remind"]
        assert [event.at for event in reminded] == [job.state_since + 14 * DAY * number for number in (1, 2, 3)]
        assert get(workshop.store, job.id).due_at == clock.now() + 14 * DAY


def test_every_move_that_tells_somebody_can_say_it(workshop: Workshop) -> None:
    job = workshop.agreed()
    workshop.fund(job)
    first, second = workshop.milestones(job)
    workshop.bidder_moves(first, "submit")
    workshop.customer_moves(first, "ask_changes", note="The edge")
    workshop.bidder_moves(first, "dispute", reason="It is straight")
    workshop.world.move(first, "decide", by=Actor("operator", 1), amount=1_00, reason="Half")
    workshop.bidder_moves(second, "give_back")
    handlers = {MOVED: lambda job: tell.tell_of_move(workshop.store, job)}
    others = {topic: lambda job: None for topic in ("notice.mail", "refund.send", "payout.send", "payment.withdraw")}
    Worker(workshop.store, {**others, **handlers}).drain()
    kinds = {one.kind for one in notice.list_notices(workshop.store, workshop.customer, most=100)}
    kinds |= {one.kind for one in notice.list_notices(workshop.store, workshop.bidder(job), most=100)}
    assert kinds == {
        *("bid_made", "job_awarded", "milestones_proposed", "milestones_agreed", "milestone_funded"),
        *("milestone_to_work_on", "milestone_submitted", "milestone_changes_asked", "milestone_disputed"),
        *("milestone_decided", "milestone_returned", "job_completed"),
    }
