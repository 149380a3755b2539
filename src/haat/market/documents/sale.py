"""The seller's invoice to the buyer, and the credit notes that take it back.

An invoice is issued when the goods are sent, and where nothing is sent, when the money is released: what is called off before needs none.
A refund gets a credit note as soon as there is an invoice to take back from, in the order in which refunds were asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from haat.kernel import ids
from haat.kernel.ids import new_id
from haat.kernel.money import split
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Deal, Line
from haat.market.documents import document, queries
from haat.market.documents.clerk import Clerk, seller_as
from haat.market.documents.document import Document, Draft, Rate
from haat.market.documents.paper import Column, Paper, Party, Pen, Sum
from haat.store import Tx


def issue_for_sale(clerk: Clerk, payload: Mapping[str, Any]) -> None:
    """Issue what a deal still lacks: its invoice, where the payload says that it is time for one, and its credit notes."""
    deal_id, is_due = payload["deal"], payload["invoice"]
    if clerk.store.write(partial(_invoice, clerk=clerk, deal_id=deal_id, is_due=is_due)) is None:
        return
    for refund in clerk.store.read(queries.REFUNDS_OF_DEAL, deal_id=deal_id):
        clerk.store.write(partial(_credit, clerk=clerk, deal_id=deal_id, refund=_Refund(*refund)))


class _Refund(NamedTuple):
    id: int
    amount: int
    reason: str


def _invoice(tx: Tx, clerk: Clerk, deal_id: int, is_due: bool) -> Document | None:
    known = document.about(tx, "sale", str(deal_id))
    if known is not None or not is_due:
        return known
    deal, lines = dealing.get(tx, deal_id), dealing.lines(tx, deal_id)
    draft = Draft(
        id=new_id(),
        kind="sale",
        issuer=f"shop {deal.shop_id}",
        reference=str(deal_id),
        shop_id=deal.shop_id,
        deal_id=deal_id,
        credits_id=None,
        currency=deal.currency,
        rates=rates_of(deal, lines),
        write=partial(_write_invoice, tx, clerk, deal, lines),
    )
    return document.issue(tx, draft, clerk.market.zone)


def _credit(tx: Tx, clerk: Clerk, deal_id: int, refund: _Refund) -> None:
    # Two jobs may be about the same sale: what is left of the invoice is for one of them at a time to say.
    invoice = document.take(tx, "sale", str(deal_id))
    assert invoice is not None
    if document.about(tx, "sale_credit", str(refund.id)) is not None:
        return
    rates = part_of(left_of(invoice, document.credits_of(tx, invoice.id)), refund.amount)
    deal = dealing.get(tx, deal_id)
    draft = Draft(
        id=new_id(),
        kind="sale_credit",
        issuer=f"shop {deal.shop_id}",
        reference=str(refund.id),
        shop_id=deal.shop_id,
        deal_id=deal_id,
        credits_id=invoice.id,
        currency=deal.currency,
        rates=rates,
        write=partial(_write_credit, tx, clerk, deal, invoice, refund, rates),
    )
    document.issue(tx, draft, clerk.market.zone)


def rates_of(deal: Deal, lines: Sequence[Line]) -> tuple[Rate, ...]:
    """A deal by its rates of tax, the highest first. Shipping bears none."""
    sums: dict[int, Rate] = {}
    for line in lines:
        _add(sums, Rate(line.tax_rate, line.amount - line.discount, line.tax))
    _add(sums, Rate(0, _shipping_of(deal, lines), 0))
    return tuple(sums[rate] for rate in sorted(sums, reverse=True) if sums[rate].gross or len(sums) == 1)


def _shipping_of(deal: Deal, lines: Sequence[Line]) -> int:
    """What the buyer paid for it: a discount beyond that of the lines is one on shipping."""
    return deal.shipping - (deal.discount - sum(line.discount for line in lines))


def _add(sums: dict[int, Rate], one: Rate) -> None:
    was = sums.get(one.rate, Rate(one.rate, 0, 0))
    sums[one.rate] = Rate(one.rate, was.net + one.net, was.tax + one.tax)


def left_of(invoice: Document, credits: Sequence[Document]) -> tuple[Rate, ...]:
    """What of an invoice was not taken back yet."""
    left = {rate.rate: rate for rate in invoice.rates}
    for credit in credits:
        for rate in credit.rates:
            _add(left, Rate(rate.rate, -rate.net, -rate.tax))
    return tuple(left.values())


def part_of(left: Sequence[Rate], amount: int) -> tuple[Rate, ...]:
    """What goes back under each rate with a refund of so much; the last refund takes exactly what is left."""
    parts = split(amount, [rate.gross for rate in left])
    return tuple(
        Rate(rate.rate, part - (tax := rate.tax * part // rate.gross), tax)
        for rate, part in zip(left, parts, strict=True)
        if part
    )


def _write_invoice(tx: Tx, clerk: Clerk, deal: Deal, lines: Sequence[Line], name: str, at: int) -> Paper:
    pen, buyer = _buyer(tx, clerk, deal)
    rows = [_row(pen, deal.currency, line) for line in lines]
    if deal.shipping:
        shipping = _shipping_of(deal, lines)
        label = pen.text("Shipping: %(way)s", way=deal.shipping_name)
        rows.append(
            (label, "1", pen.money(deal.shipping, deal.currency), pen.share(0), pen.money(shipping, deal.currency))
        )
    return _paper(
        clerk,
        pen,
        title=pen.text("Invoice"),
        facts=(
            (pen.text("Number"), name),
            (pen.text("Date"), pen.day(at)),
            (pen.text("Order"), ids.spoken(deal.id)),
            (pen.text("Ordered on"), pen.day(deal.created_at)),
        ),
        sender=seller_as(tx, deal.shop_id, pen, pen.text("Seller")),
        receiver=buyer,
        rows=tuple(rows),
        currency=deal.currency,
        rates=rates_of(deal, lines),
        notes=(pen.text("Paid by way of %(market)s. There is nothing left to pay.", market=clerk.market.name),),
    )


def _write_credit(
    tx: Tx, clerk: Clerk, deal: Deal, invoice: Document, refund: _Refund, rates: tuple[Rate, ...], name: str, at: int
) -> Paper:
    pen, buyer = _buyer(tx, clerk, deal)
    what = pen.text("Refund for invoice %(invoice)s", invoice=invoice.name)
    rows = tuple(
        (what, "1", pen.money(rate.net, deal.currency), pen.share(rate.rate), pen.money(rate.net, deal.currency))
        for rate in rates
    )
    return _paper(
        clerk,
        pen,
        title=pen.text("Credit note"),
        facts=(
            (pen.text("Number"), name),
            (pen.text("Date"), pen.day(at)),
            (pen.text("For invoice"), invoice.name),
            (pen.text("Order"), ids.spoken(deal.id)),
        ),
        sender=seller_as(tx, deal.shop_id, pen, pen.text("Seller")),
        receiver=buyer,
        rows=rows,
        currency=deal.currency,
        rates=rates,
        notes=(
            *((pen.text("Reason: %(reason)s", reason=refund.reason),) if refund.reason else ()),
            pen.text("The money goes back the way it was paid."),
        ),
    )


def _buyer(tx: Tx, clerk: Clerk, deal: Deal) -> tuple[Pen, Party]:
    name, language = tx.first(queries.BUYER, id=deal.buyer_id) or ("–", "en")
    pen = clerk.pen(language)
    goes_to = json.loads(deal.address) if deal.address else {}
    lines = (
        goes_to.get("street", ""),
        f"{goes_to.get('postcode', '')} {goes_to.get('city', '')}".strip(),
        pen.country(goes_to.get("country", "")),
    )
    return pen, Party(pen.text("Buyer"), goes_to.get("name") or name, tuple(line for line in lines if line))


def _row(pen: Pen, currency: str, line: Line) -> tuple[str, ...]:
    options = ", ".join(value for _, value in json.loads(line.options))
    what = f"{line.title} ({options})" if options else line.title
    if line.discount:
        what = pen.text("%(what)s, less a discount of %(amount)s", what=what, amount=pen.money(line.discount, currency))
    return (
        what,
        pen.number(line.quantity),
        pen.money(line.unit_price, currency),
        pen.share(line.tax_rate),
        pen.money(line.amount - line.discount, currency),
    )


def _paper(
    clerk: Clerk,
    pen: Pen,
    *,
    title: str,
    facts: tuple[tuple[str, str], ...],
    sender: Party,
    receiver: Party,
    rows: tuple[tuple[str, ...], ...],
    currency: str,
    rates: tuple[Rate, ...],
    notes: tuple[str, ...],
) -> Paper:
    return Paper(
        language=pen.language,
        market=clerk.market.name,
        title=title,
        facts=facts,
        sender=sender,
        receiver=receiver,
        columns=(
            Column(pen.text("What"), 46),
            Column(pen.text("Pieces"), 10, is_figures=True),
            Column(pen.text("Price"), 16, is_figures=True),
            Column(pen.text("Tax"), 10, is_figures=True),
            Column(pen.text("Net amount"), 18, is_figures=True),
        ),
        rows=rows,
        sums=sums_of(pen, currency, rates),
        rates_title=pen.text("By rate of tax"),
        rates=rates_table(pen, currency, rates),
        notes=notes,
        page=pen.text("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    )


def sums_of(pen: Pen, currency: str, rates: Sequence[Rate]) -> tuple[Sum, ...]:
    """Net, tax and total, below the table."""
    net, tax = sum(rate.net for rate in rates), sum(rate.tax for rate in rates)
    return (
        Sum(pen.text("Net"), pen.money(net, currency)),
        Sum(pen.text("Tax"), pen.money(tax, currency)),
        Sum(pen.text("Total"), pen.money(net + tax, currency), is_total=True),
    )


def rates_table(pen: Pen, currency: str, rates: Sequence[Rate]) -> tuple[tuple[str, ...], ...]:
    """Rate, net, tax and gross of each rate, with a head."""
    head = (pen.text("Rate"), pen.text("Net"), pen.text("Tax"), pen.text("Gross"))
    return (
        head,
        *(
            (pen.share(rate.rate), *(pen.money(part, currency) for part in (rate.net, rate.tax, rate.gross)))
            for rate in rates
        ),
    )
