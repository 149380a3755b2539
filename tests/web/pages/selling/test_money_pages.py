"""Bank account, statements and invoices of a shop, and what administrators see of them."""

from __future__ import annotations

from tests.support.desk import one_of_the_team, path, seller, signed_in, sold
from tests.support.forms import form_of
from tests.support.members import PASSWORD, password_hash
from tests.support.stack import Stack

from haat.kernel import clock
from haat.market.accounts.shop import get_shop
from haat.market.accounts.tables import accounts
from haat.market.documents import document
from haat.market.payments import payout, payout_account, reconcile, terms
from haat.market.payments.monthly import Month

IBAN = "AT611904300234573201"


def test_a_bank_account_is_changed_with_the_password_and_shows_its_last_four_alone(stack: Stack) -> None:
    mine = seller(stack)
    stack.app.store.write(lambda tx: tx.run(accounts.update().values(password_hash=password_hash())))
    fields = form_of(mine.browser.get("/selling/payouts").text, "/selling/payouts")
    typed = {**fields, "holder": "Cleo Clay", "number": "AT61 1904 3002 3457 3201", "password": "not my umbrella"}
    refused = mine.browser.send("/selling/payouts", typed)
    assert refused.status == 422 and 'id="e-password"' in refused.text and "not my umbrella" not in refused.text
    assert mine.browser.send("/selling/payouts", {**typed, "password": PASSWORD}).status == 303
    page = mine.browser.get("/selling/payouts").text
    assert "3201" in page and "Rests" in page and IBAN not in page and "1904" not in page
    late = mine.browser.send("/selling/payouts", {**typed, "password": PASSWORD})
    assert late.status == 409
    account = payout_account.newest(stack.app.store, mine.stall.shop_id, "EUR")
    assert account is not None and payout_account.number_of(stack.app.store, account.id) == IBAN


def test_the_statement_of_a_month_is_a_page_a_table_and_a_document(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=10_000)
    stack.world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    month = str(Month.of(clock.now(), stack.app.settings.market.time_zone))
    assert f"/selling/statements/{month}" in mine.browser.get("/selling/money").text
    page = mine.browser.get(f"/selling/statements/{month}").text
    assert "€90.00" in page and "Closing balance" in page
    assert "90.00,90.00,EUR" in mine.browser.get(f"/selling/statements/{month}/csv").text
    assert mine.browser.get(f"/selling/statements/{month}/pdf").body.startswith(b"%PDF-")
    assert mine.browser.get("/selling/statements/2026-13").status == 404
    assert mine.browser.get(f"/selling/statements/{month}?currency=XXX").status == 404


def test_the_invoice_is_there_for_seller_buyer_and_market_and_for_nobody_else(stack: Stack) -> None:
    mine, other, root = seller(stack), seller(stack, "Oakline"), one_of_the_team(stack)
    deal = sold(stack, mine.stall)
    stack.world.move(deal, "send", carrier="DHL", parcel="1")
    stack.work()
    (invoice,) = document.of_deal(stack.app.store, deal.id)
    buyer = signed_in(stack, deal.buyer_id)
    for browser, place in (
        (mine.browser, path("/selling/documents", invoice.id, "/pdf")),
        (buyer, path(path("/purchases", deal.id, "/documents"), invoice.id, "/pdf")),
        (root, path("/admin/documents", invoice.id, "/pdf")),
    ):
        answer = browser.get(place)
        assert answer.status == 200 and answer.body.startswith(b"%PDF-")
        assert answer.body == browser.get(place).body
    assert invoice.name in buyer.get(path("/purchases", deal.id)).text
    assert invoice.name in mine.browser.get("/selling/documents").text
    assert invoice.name in root.get("/admin/documents").text
    assert other.browser.get(path("/selling/documents", invoice.id, "/pdf")).status == 404
    assert (
        signed_in(stack, other.account_id)
        .get(path(path("/purchases", deal.id, "/documents"), invoice.id, "/pdf"))
        .status
        == 404
    )


def test_a_shop_says_who_it_is_on_its_invoices(stack: Stack) -> None:
    mine = seller(stack)
    fields = form_of(mine.browser.get("/selling/documents").text, "/selling/documents")
    said = {**fields, "name": "Łódź Clay", "address": "ul. Piękna 1, 00-001 Warszawa", "tax_number": "PL1"}
    assert mine.browser.send("/selling/documents", {**said, "name": ""}).status == 422
    assert mine.browser.send("/selling/documents", said).status == 303
    assert mine.browser.send("/selling/documents", said).status == 409
    assert form_of(mine.browser.get("/selling/documents").text, "/selling/documents")["name"] == "Łódź Clay"


def test_an_administrator_sets_terms_of_one_shop_and_sees_each_run(stack: Stack) -> None:
    mine, root = seller(stack), one_of_the_team(stack)
    slug = get_shop(stack.app.store, mine.stall.shop_id).slug
    place = f"/admin/payouts/terms/{slug}"
    fields = form_of(root.get(place).text, place)
    assert root.send(place, {**fields, "reserve": "120", "why": "x"}).status == 422
    assert root.send(place, {**fields, "hold": "3", "reserve": "7,5", "why": "New here."}).status == 303
    assert root.send(place, {**fields, "why": "Late."}).status == 409
    assert terms.in_force(stack.app.store, mine.stall.shop_id) == terms.Terms(3 * clock.DAY, 750, 0)
    deal = sold(stack, seller(stack, "Oakline").stall)
    stack.world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    assert root.post("/admin/payouts").status == 303
    (batch,) = payout.batches(stack.app.store)
    assert path("/admin/payouts/batches", batch.id) in root.get("/admin/payouts").text
    assert "Oakline" in root.get(path("/admin/payouts/batches", batch.id)).text
    assert mine.browser.get(place).status == 403


def test_an_administrator_compares_a_day_and_writes_down_what_came_of_it(stack: Stack) -> None:
    root = one_of_the_team(stack)
    assert "agree" in root.get("/admin/reconciliation").text
    deal = sold(stack, seller(stack).stall)
    day = clock.as_datetime(deal.created_at).date().isoformat()
    reconcile.compare_with_report(stack.app.store, day, [], "empty.csv")
    for one in reconcile.queue(stack.app.store):
        assert root.post(path("/admin/reconciliation", one.id, "/resolve"), note="The file was empty.").status == 303
    assert reconcile.queue(stack.app.store) == []
    assert root.post("/admin/reconciliation", day=day).status == 303
    assert root.post("/admin/reconciliation", day="never").status == 303
