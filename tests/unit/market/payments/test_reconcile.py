"""What the gateway says is compared with the books: each kind of difference is found once, and resolved by a note."""

from __future__ import annotations

import pytest
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.money import Money
from haat.market.deals.deal import Deal
from haat.market.payments import payout, reconcile, report
from haat.market.payments.ports import StatementLine
from haat.market.payments.tables import payments, refunds
from haat.store import Store

NOON = 1_793_016_000_000  # 2026-10-26T12:00Z
DAY = "2026-10-26"


def traded(world: World) -> Deal:
    """A sale that was paid, partly refunded, completed and paid out, all at noon."""
    deal = world.move(world.bought(), "send", "deliver", carrier="Post", parcel="1Z")
    world.move(deal, "refund_part", amount=100, reason="a scratch")
    world.move(deal, "complete")
    payout.claim_all(world.store)
    world.work()
    return deal


def lines_of(world: World) -> list[StatementLine]:
    return list(world.gateway.statement(0))


def found(world: World, lines: list[StatementLine]) -> list[tuple[str, str]]:
    done = reconcile.compare_with_report(world.store, DAY, lines, "report.csv")
    return sorted((one.kind, one.about) for one in done.open)


def test_a_day_on_which_both_agree_leaves_nothing_open(world: World) -> None:
    with clock.frozen(NOON):
        traded(world)
        done = reconcile.compare_with_gateway(world.store, world.gateway, DAY)
    assert (done.looked_at, done.open) == (3, ())


def test_each_kind_of_difference_is_named(world: World) -> None:
    with clock.frozen(NOON):
        traded(world)
        charge, refund, paid_out = lines_of(world)
        stranger = StatementLine("charge", "4711", "sbc_4711", Money(5, "EUR"), NOON)
        wrong_key = StatementLine("refund", "not ours", "x", Money(5, "EUR"), NOON)
        dearer = StatementLine("charge", charge.key, charge.ref, Money(charge.amount.amount + 1, "EUR"), NOON)
        other = StatementLine("charge", charge.key, charge.ref, Money(charge.amount.amount, "USD"), NOON)
        assert found(world, [charge, refund, paid_out]) == []
        assert found(world, [charge, refund, paid_out, stranger, wrong_key]) == [
            ("missing_here", "charge"),
            ("missing_here", "refund"),
        ]
        assert found(world, [charge, refund]) == [("missing_there", "payout")]
        assert found(world, [dearer, refund, paid_out]) == [("amount", "charge")]
        assert found(world, [charge, refund, refund, paid_out]) == [("duplicate", "refund")]
        assert found(world, [other, refund, paid_out]) == [("amount", "charge")]  # open again


def test_what_is_not_done_here_is_another_state(world: World) -> None:
    with clock.frozen(NOON):
        traded(world)
        _undo(world.store)
        done = reconcile.compare_with_gateway(world.store, world.gateway, DAY)
    assert sorted((one.kind, one.about) for one in done.open) == [("state", "charge"), ("state", "refund")]


def _undo(store: Store) -> None:
    store.write(lambda tx: tx.run(payments.update().values(state="waiting", settled_at=None)))
    store.write(lambda tx: tx.run(refunds.update().values(state="asked", settled_at=None)))


def test_the_same_difference_is_found_once_and_goes_when_both_agree(world: World) -> None:
    with clock.frozen(NOON):
        traded(world)
        charge, refund, paid_out = lines_of(world)
        for _ in range(3):
            assert found(world, [charge, refund]) == [("missing_there", "payout")]
        assert len(reconcile.queue(world.store)) == 1
        assert found(world, [charge, refund, paid_out]) == []
        (gone,) = reconcile.resolved(world.store)
    assert gone.resolved_by is None and gone.note == "They agree, says report.csv."


def test_a_mismatch_is_resolved_by_a_note_and_once(world: World) -> None:
    with clock.frozen(NOON):
        traded(world)
        found(world, lines_of(world)[:2])
        (one,) = reconcile.queue(world.store)
        with pytest.raises(Invalid):
            reconcile.resolve(world.store, one.id, " ", 7)
        reconcile.resolve(world.store, one.id, "The bank was late.", 7)
        with pytest.raises(Conflict):
            reconcile.resolve(world.store, one.id, "Again.", 8)
        with pytest.raises(NotFound):
            reconcile.resolve(world.store, 1, "Nothing.", 8)
    (resolved,) = reconcile.resolved(world.store)
    assert (resolved.resolved_by, resolved.note) == (7, "The bank was late.")
    assert reconcile.queue(world.store) == []


def test_days_that_ended_are_compared_once_by_themselves_and_those_that_were_missed_too(world: World) -> None:
    with clock.frozen(NOON):
        traded(world)
        assert reconcile.compare_due(world.store, world.gateway) == "No day was left to be compared with the gateway."
        clock.advance(3 * clock.DAY)
        said = reconcile.compare_due(world.store, world.gateway)
        assert said == "Days compared with the gateway: 3; mismatches open: 0."
        assert reconcile.compare_due(world.store, world.gateway) == "No day was left to be compared with the gateway."


def test_a_report_that_is_written_is_read_as_it_was() -> None:
    lines = [
        StatementLine("charge", "1", "a", Money(1250, "EUR"), NOON),
        StatementLine("refund", "2.1", "b", Money(1250, "JPY"), NOON + 5),
        StatementLine("payout_returned", "3", "c", Money(1250, "KWD"), NOON),
    ]
    text = report.write(lines)
    assert "12.50,EUR" in text and "1250,JPY" in text and "1.250,KWD" in text
    assert report.read(text) == lines


def test_a_report_with_a_bad_line_is_refused_by_its_number() -> None:
    with pytest.raises(Invalid, match="cannot be read") as raised:
        report.read("at,kind,key,ref,amount,currency\n2026-10-26T12:00:00Z,charge,1,a,12.505,EUR\nx,gift,,,,\n")
    assert raised.value.fields.keys() == {"line 2", "line 3"}
    with pytest.raises(Invalid, match="not a report"):
        report.read("a,b\n1,2\n")
