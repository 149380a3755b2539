"""The market's invoice to a seller for its commission, and for what it sold to them itself: one for each month and currency.

It is claimed by stamping: each commission that was booked is on one invoice, and no later change of terms alters one. Where more commission
went back with refunds than was earned, the month has a credit note.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from haat.kernel import clock
from haat.kernel.clock import HOUR
from haat.kernel.errors import Refused
from haat.kernel.ids import new_id
from haat.market.deals.library import sold_by_market
from haat.market.documents import document, queries
from haat.market.documents.clerk import Clerk, seller_as
from haat.market.documents.document import Document, Draft, Kind, Rate
from haat.market.documents.paper import Column, Paper, Pen
from haat.market.documents.sale import rates_table, sums_of
from haat.market.payments.monthly import Month
from haat.store import Tx

_QUIET_AFTER_MONTH = HOUR  # until then something of the month before may still be written down


def issue_fees(clerk: Clerk) -> str:
    """Invoice the commission of all months that have ended."""
    end = Month.of(clock.now() - _QUIET_AFTER_MONTH, clerk.market.zone).begin
    shops = clerk.store.read(queries.SHOPS_WITH_FEES, end=end)
    made = sum(issue_fee(clerk, shop_id, currency, end) is not None for shop_id, currency in shops)
    return f"Invoices for commission: {made}." if made else "No commission was left to be invoiced."


def issue_fee(clerk: Clerk, shop_id: int, currency: str, end: int) -> Document | None:
    """The invoice for what a shop was charged up to, and not with, `end`; None where there is nothing to invoice."""
    try:
        return clerk.store.write(partial(_issue, clerk=clerk, shop_id=shop_id, currency=currency, end=end))
    except _NothingToInvoice:
        return None


class _NothingToInvoice(Refused):
    """Rolls the stamps back: what comes to nothing waits for the next month."""


def contained(gross: int, basis_points: int) -> int:
    """The tax that is contained in an amount, rounded half up."""
    whole = 10_000 + basis_points
    return (2 * gross * basis_points + whole) // (2 * whole)


def _issue(tx: Tx, clerk: Clerk, shop_id: int, currency: str, end: int) -> Document:
    document_id = new_id()
    tx.run(queries.STAMP_FEES, shop=shop_id, in_currency=currency, end=end, document=document_id)
    booked = _booked(tx, document_id)
    total = sum(row.amount for row in booked)
    if total == 0:
        raise _NothingToInvoice("There is no commission to invoice.")
    rate = clerk.market.commission_tax
    tax = contained(abs(total), rate)
    rates = (Rate(rate, abs(total) - tax, tax),)
    kind: Kind = "fee" if total > 0 else "fee_credit"
    reference = f"{shop_id} {currency} {Month.of(end - 1, clerk.market.zone)}"
    if document.about(tx, kind, reference) is not None:
        # The zone was changed in between: what this added to the end of a month that is invoiced already goes with the next one.
        raise _NothingToInvoice("The commission of this month is invoiced.")
    draft = Draft(
        id=document_id,
        kind=kind,
        issuer="market",
        reference=reference,
        shop_id=shop_id,
        deal_id=None,
        credits_id=None,
        currency=currency,
        rates=rates,
        write=partial(_write, tx, clerk, shop_id, currency, end, booked, rates, total),
    )
    return document.issue(tx, draft, clerk.market.zone)


class _Booked(NamedTuple):
    """What was booked in one way: by orders, or by what the market itself sold."""

    kind: str
    is_own: bool
    number: int
    amount: int


def _booked(tx: Tx, document_id: int) -> list[_Booked]:
    sums: dict[tuple[bool, str], tuple[int, int]] = {}
    for kind, process, count, amount in tx.read(queries.STAMPED_FEES, document_id=document_id):
        what = process in sold_by_market(), kind
        counted, came_to = sums.get(what, (0, 0))
        sums[what] = counted + int(count), came_to + int(amount)
    return [_Booked(kind, is_own, *sums[is_own, kind]) for is_own, kind in sorted(sums)]


def _write(
    tx: Tx,
    clerk: Clerk,
    shop_id: int,
    currency: str,
    end: int,
    booked: list[_Booked],
    rates: tuple[Rate, ...],
    total: int,
    name: str,
    at: int,
) -> Paper:
    _, _, language = tx.first(queries.SHOP, id=shop_id) or ("", "", "en")
    pen = clerk.pen(language)
    sign = 1 if total > 0 else -1
    return Paper(
        language=pen.language,
        market=clerk.market.name,
        title=_title(pen, booked, total),
        facts=(
            (pen.text("Number"), name),
            (pen.text("Date"), pen.day(at)),
            (pen.text("Until"), pen.day(end - 1)),
        ),
        sender=clerk.market_as(pen, pen.text("Market")),
        receiver=seller_as(tx, shop_id, pen, pen.text("Shop")),
        columns=(
            Column(pen.text("What"), 60),
            Column(pen.text("Number of them"), 18, is_figures=True),
            Column(pen.text("Amount with tax"), 22, is_figures=True),
        ),
        rows=tuple((_said(pen, row), pen.number(row.number), pen.money(sign * row.amount, currency)) for row in booked),
        sums=sums_of(pen, currency, rates),
        rates_title=pen.text("By rate of tax"),
        rates=rates_table(pen, currency, rates),
        notes=tuple(_notes(pen, booked)),
        page=pen.text("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    )


def _title(pen: Pen, booked: list[_Booked], total: int) -> str:
    if all(row.is_own for row in booked):
        return pen.text("Invoice for promotion") if total > 0 else pen.text("Credit note for promotion")
    return pen.text("Invoice for commission") if total > 0 else pen.text("Credit note for commission")


def _said(pen: Pen, row: _Booked) -> str:
    if row.is_own:
        return pen.text("Listings promoted") if row.kind == "release" else pen.text("Promotions given back")
    if row.kind == "release":
        return pen.text("Commission on completed orders")
    return pen.text("Commission given back with refunds")


def _notes(pen: Pen, booked: list[_Booked]) -> Iterator[str]:
    if any(not row.is_own for row in booked):
        yield pen.text("It was taken off what you earned. There is nothing left to pay.")
    if any(row.is_own for row in booked):
        yield pen.text("Promotions were paid when they were ordered. There is nothing left to pay for them.")
