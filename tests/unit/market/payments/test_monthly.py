"""A statement adds up, whatever happened in the month and before it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.ids import new_id
from haat.kernel.zone import UTC_ZONE, zone_of
from haat.market.documents.statement import statement_paper
from haat.market.payments import ledger, monthly
from haat.market.payments.ledger import Entry
from haat.market.payments.monthly import Month

START = 1_767_225_600_000  # 2026-01-01


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.lists(
        st.tuples(st.integers(0, 120), st.integers(-(10**6), 10**6), st.sampled_from(["release", "refund", "payout"])),
        max_size=20,
    ),
)
def test_opening_balance_and_entries_are_the_closing_balance_in_every_month(
    world: World, currency: str, booked: list[tuple[int, int, str]]
) -> None:
    shop_id = world.shop(currency=currency)
    for day, amount, kind in booked:
        with clock.frozen(START + day * clock.DAY):
            entries = Entry("seller", -amount, shop_id), Entry("held", amount)
            world.store.write(lambda tx: ledger.record(tx, kind, new_id(), currency, *entries))  # type: ignore[arg-type]  # noqa: B023
    last, month = 0, Month(2025, 12, UTC_ZONE)
    for _ in range(6):
        statement = monthly.statement_of(world.store, shop_id, currency, month)
        assert statement.opening == last
        assert statement.opening + sum(line.amount for line in statement.lines) == statement.closing
        assert [line.at for line in statement.lines] == sorted(line.at for line in statement.lines)
        rows = list(csv.DictReader(io.StringIO(monthly.as_csv(statement))))
        assert Decimal(rows[0]["balance"]) + sum(Decimal(row["amount"] or 0) for row in rows) == Decimal(
            rows[-1]["balance"]
        )
        last, month = statement.closing, month.next
    assert last == sum(amount for _, amount, _ in booked)


def test_months_follow_each_other() -> None:
    month = Month(2025, 11, UTC_ZONE)
    assert [str(month.next), str(month.next.next), str(month.next.next.before)] == ["2025-12", "2026-01", "2025-12"]
    assert month.next.begin == START - 31 * clock.DAY


def test_a_month_begins_when_it_begins_where_the_market_is() -> None:
    berlin = zone_of("Europe/Berlin")
    march = Month(2026, 3, berlin)
    assert march.begin == Month(2026, 3, UTC_ZONE).begin - clock.HOUR
    assert march.next.begin - march.begin == 31 * clock.DAY - clock.HOUR  # The clocks are put forward in it.
    assert Month.of(march.begin, berlin) == march and Month.of(march.begin - 1, berlin) == march.before


def test_the_months_of_a_shop_go_back_to_its_first_entry(world: World) -> None:
    with clock.frozen(START):
        deal = world.move(world.bought(), "send", "deliver", "complete", carrier="Post", parcel="1Z")
        clock.advance(40 * clock.DAY)
        assert [str(month) for month in monthly.months_of(world.store, deal.shop_id, clock.now(), UTC_ZONE)] == [
            "2026-02",
            "2026-01",
        ]


def test_a_statement_on_paper_has_what_the_page_has(world: World) -> None:
    with clock.frozen(START):
        deal = world.move(world.bought(), "send", "deliver", "complete", carrier="Post", parcel="1Z")
        found = monthly.statement_of(world.store, deal.shop_id, "EUR", Month(2026, 1, UTC_ZONE))
    paper = statement_paper(world.clerk, deal.shop_id, found)
    assert [row[1] for row in paper.rows] == ["Sale"]
    assert paper.sums[-1].value == "€14.00"
