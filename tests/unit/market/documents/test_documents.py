"""Invoices and credit notes: numbers without gaps, sums that agree, pages that never change."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.together import together
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid
from haat.kernel.ids import new_id
from haat.kernel.zone import UTC_ZONE, zone_of
from haat.market.deals.deal import Deal
from haat.market.documents import document, fee, imprint
from haat.market.documents.document import Document, Draft, Rate
from haat.market.documents.imprint import NewImprint
from haat.market.documents.paper import Paper, Party
from haat.market.documents.sale import issue_for_sale, left_of, part_of
from haat.market.truth import papers
from haat.market.truth.truth import check_all
from haat.store import Tx

PAPER = Paper(
    "en", "Haat", "Invoice", (("Number", "1"),), Party("", "a", ()), Party("", "b", ()), (), (), (), "", (), (), ""
)


def done(world: World, price: int = 1000) -> Deal:
    deal = world.move(world.bought(price=price), "send", "deliver", "complete", carrier="Post", parcel="1Z")
    world.work()
    return deal


def of(world: World, deal: Deal) -> list[Document]:
    return document.of_deal(world.store, deal.id)


def lies(world: World) -> list[list[str]]:
    return [found.offending for found in check_all(world.store, papers.CHECKS) if not found.holds]


def draft(shop_id: int, **more: object) -> Draft:
    values = {
        "id": new_id(),
        "kind": "sale",
        "issuer": "shop 1",
        "reference": str(new_id()),
        "shop_id": shop_id,
        "deal_id": None,
        "credits_id": None,
        "currency": "EUR",
        "rates": (Rate(2000, 100, 20),),
        "write": lambda name, at: PAPER,
    } | more
    return Draft(**values)  # type: ignore[arg-type]


def test_an_invoice_is_issued_when_the_goods_are_sent_and_not_before(world: World) -> None:
    deal = world.bought(price=1000)
    world.work()
    assert of(world, deal) == []
    world.move(deal, "send", carrier="Post", parcel="1Z")
    world.work()
    (invoice,) = of(world, deal)
    assert (invoice.kind, invoice.total, invoice.tax) == ("sale", deal.total, deal.tax)
    assert invoice.rates == (Rate(2000, 1000, 200), Rate(0, 500, 0))
    world.move(deal, "deliver", "complete")
    world.work()
    assert of(world, deal) == [invoice]


def test_what_is_called_off_before_it_was_sent_has_no_documents(world: World) -> None:
    deal = world.bought()
    world.move(deal, "call_off", reason="broken")
    world.work()
    assert of(world, deal) == []


def test_a_refund_before_sending_is_credited_once_there_is_an_invoice(world: World) -> None:
    deal = world.bought(price=1000)
    world.move(deal, "refund_part", amount=300, reason="a scratch")
    world.work()
    assert of(world, deal) == []
    world.move(deal, "send", carrier="Post", parcel="1Z")
    world.work()
    invoice, credit = of(world, deal)
    assert (credit.kind, credit.total, credit.credits_id) == ("sale_credit", 300, invoice.id)


def test_refunds_in_parts_and_then_whole_take_back_exactly_the_invoice(world: World) -> None:
    deal = done(world)
    for amount in (1, 333, 7):
        world.move(deal, "refund_part", amount=amount, reason="some")
        world.work()
    world.move(deal, "refund", reason="all")
    world.work()
    invoice, *credits = of(world, deal)
    assert [credit.total for credit in credits] == [1, 333, 7, deal.total - 341]
    assert all(rate.net == rate.tax == 0 for rate in left_of(invoice, credits))
    assert lies(world) == []


@given(
    st.lists(
        st.builds(Rate, st.sampled_from([0, 500, 1900, 2300]), st.integers(0, 10**6), st.integers(0, 10**5)),
        min_size=1,
        max_size=4,
        unique_by=lambda rate: rate.rate,
    ),
    st.data(),
)
def test_credit_notes_in_any_parts_never_exceed_any_rate_of_the_invoice(rates: list[Rate], data: st.DataObject) -> None:
    left = {rate.rate: rate for rate in rates}
    while rest := sum(rate.gross for rate in left.values()):
        amount = data.draw(st.integers(max(1, rest // 3), rest))
        part = part_of(tuple(left.values()), amount)
        assert sum(rate.gross for rate in part) == amount
        for rate in part:
            was = left[rate.rate]
            left[rate.rate] = Rate(rate.rate, was.net - rate.net, was.tax - rate.tax)
            assert rate.net >= 0 and rate.tax >= 0 and left[rate.rate].net >= 0 and left[rate.rate].tax >= 0


def test_eight_threads_take_numbers_and_none_is_missing_or_taken_twice(world: World) -> None:
    shop_id, start = world.shop(), threading.Barrier(8)

    def many(mine: int) -> None:
        start.wait()
        for turn in range(8):
            work = partial(document.issue, draft=draft(shop_id), zone=UTC_ZONE)
            if turn % 3:
                world.store.write(work)
            else:
                with pytest.raises(RuntimeError):
                    world.store.write(lambda tx, work=work: _and_fail(tx, work))

    threads = [threading.Thread(target=many, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(one.number for one in document.of_shop(world.store, shop_id, most=200))
    assert numbers == list(range(1, 8 * 5 + 1))
    assert lies(world) == []


def _and_fail(tx: Tx, work: partial[Document]) -> None:
    work(tx)
    raise RuntimeError("and the whole unit is rolled back, with its number")


def test_eight_who_issue_what_a_sale_lacks_at_once_write_each_document_once_and_none_fails(world: World) -> None:
    for _ in range(4):
        deal = world.move(world.bought(price=999), "send", carrier="Post", parcel="1Z")
        for amount in (1, 500, 700):
            world.move(deal, "refund_part", amount=amount, reason="Scratched")
        world.move(deal, "refund", reason="All of it")
        together(8, lambda _, deal=deal: issue_for_sale(world.clerk, {"deal": deal.id, "invoice": True}))
        invoice, *credits = of(world, deal)
        assert [credit.total for credit in credits] == [1, 500, 700, deal.total - 1201]
        assert {rate.gross for rate in left_of(invoice, credits)} == {0}
    assert lies(world) == []


def test_each_year_and_each_seller_begins_with_one(world: World) -> None:
    shop_id = world.shop()
    with clock.frozen(1_798_761_599_000):  # the last second of 2026
        first = world.store.write(partial(document.issue, draft=draft(shop_id), zone=UTC_ZONE))
        clock.advance(2000)
        second = world.store.write(partial(document.issue, draft=draft(shop_id), zone=UTC_ZONE))
        other = world.store.write(partial(document.issue, draft=draft(shop_id, issuer="shop 2"), zone=UTC_ZONE))
    assert [first.name, second.name, other.name] == ["INV-2026-000001", "INV-2027-000001", "INV-2027-000001"]


def test_day_month_and_year_of_a_document_are_those_of_the_market(world: World) -> None:
    at_home = replace(world.clerk, market=world.clerk.market._replace(zone=zone_of("Africa/Johannesburg")))
    with clock.frozen(1_798_754_400_000):  # 2027 begins in Johannesburg; in UTC it is 22:00 of the last day of 2026
        deal = done(world)
        issue_for_sale(at_home, {"deal": deal.id, "invoice": True})
        late = world.store.write(partial(document.issue, draft=draft(deal.shop_id), zone=at_home.market.zone))
        assert late.name == "INV-2027-000001"
        assert at_home.pen("en").day(clock.now()) == "January 1, 2027"
        clock.advance(clock.HOUR)
        assert fee.issue_fees(at_home) == "No commission was left to be invoiced."  # it is of January
        clock.advance(31 * clock.DAY)
        assert fee.issue_fees(at_home) == "Invoices for commission: 1."


def test_a_month_that_is_invoiced_gets_no_second_invoice_from_another_zone(world: World) -> None:
    in_the_west = replace(world.clerk, market=world.clerk.market._replace(zone=zone_of("America/Sao_Paulo")))
    with clock.frozen(
        1_793_491_200_000 - clock.HOUR
    ):  # October 2026 ends in UTC in one hour, and in São Paulo in four.
        deal = done(world)
        clock.advance(3 * clock.HOUR)
        assert fee.issue_fees(world.clerk) == "Invoices for commission: 1."
        (more,) = world.buy(world.account(), {world.variant(deal.shop_id): 1}).deals
        world.move(more, "send", "deliver", "complete", carrier="Post", parcel="1Z")
        clock.advance(3 * clock.HOUR)
        assert fee.issue_fees(in_the_west) == "No commission was left to be invoiced."
        clock.advance(31 * clock.DAY)
        assert fee.issue_fees(in_the_west) == "Invoices for commission: 1."
    assert lies(world) == []


def test_a_second_invoice_about_the_same_sale_is_never_written(world: World) -> None:
    deal = done(world)
    for _ in range(3):
        issue_for_sale(world.clerk, {"deal": deal.id, "invoice": True})
    assert len(of(world, deal)) == 1


def test_commission_is_invoiced_once_a_month_and_given_back_in_the_month_of_the_refund(world: World) -> None:
    with clock.frozen(1_793_000_000_000):  # October 2026
        deal = done(world)
        assert fee.issue_fees(world.clerk) == "No commission was left to be invoiced."
        clock.advance(31 * clock.DAY)
        assert fee.issue_fees(world.clerk) == "Invoices for commission: 1."
        assert fee.issue_fees(world.clerk) == "No commission was left to be invoiced."
        world.move(deal, "refund", reason="broken")
        world.work()
        clock.advance(31 * clock.DAY)
        fee.issue_fees(world.clerk)
    back, _, invoice, _ = document.of_shop(world.store, deal.shop_id)
    assert (invoice.kind, invoice.total, invoice.tax) == ("fee", 100, 17)
    assert (back.kind, back.total, back.name[:3]) == ("fee_credit", 100, "FCN")
    assert lies(world) == []


def test_the_name_and_address_of_a_shop_stand_on_its_invoices_from_then_on(world: World) -> None:
    before = done(world)
    new = NewImprint("Łódź Clay Sp. z o.o.", "ul. Piękna 1, 00-001 Warszawa", "PL1234567890")
    imprint.set_imprint(world.store, before.shop_id, new, seen=0)
    (more,) = world.buy(world.account(), {world.variant(before.shop_id): 1}).deals
    world.move(more, "send", carrier="Post", parcel="1Z")
    world.work()
    assert of(world, before)[0].paper.sender.name == "Shop"
    assert of(world, more)[0].paper.sender.name == new.name
    with pytest.raises(Conflict):
        imprint.set_imprint(world.store, before.shop_id, new, seen=0)
    with pytest.raises(Invalid):
        imprint.set_imprint(world.store, before.shop_id, NewImprint("", "", "x" * 41), seen=1)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 900), min_size=1, max_size=6))
def test_whatever_is_refunded_credit_notes_stay_within_their_invoice(world: World, amounts: list[int]) -> None:
    deal = done(world, price=997)
    for amount in amounts:
        if world.deal(deal).refunded + amount < deal.total:
            world.move(deal, "refund_part", amount=amount, reason="some")
    world.work()
    invoice, *credits = of(world, deal)
    assert sum(credit.total for credit in credits) == world.deal(deal).refunded <= invoice.total
    assert lies(world) == []
