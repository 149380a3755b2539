"""A shop's statement of a month, on paper."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.documents import queries
from haat.market.documents.clerk import Clerk, seller_as
from haat.market.documents.paper import Column, Paper, Pen, Sum
from haat.market.payments.monthly import Statement


def statement_paper(clerk: Clerk, shop_id: int, statement: Statement) -> Paper:
    """The statement in the language of the shop's owner."""
    _, _, language = clerk.store.first(queries.SHOP, id=shop_id) or ("", "", "en")
    pen, currency, said = clerk.pen(language), statement.currency, _said(clerk.pen(language))
    rows = []
    balance = statement.opening
    for line in statement.lines:
        balance += line.amount
        about = ids.spoken(line.deal_id) if line.deal_id else ids.spoken(line.payout_id) if line.payout_id else ""
        rows.append(
            (
                pen.day(line.at),
                said.get(line.kind, line.kind),
                about,
                pen.money(line.amount, currency),
                pen.money(balance, currency),
            )
        )
    return Paper(
        language=pen.language,
        market=clerk.market.name,
        title=pen.text("Statement"),
        facts=(
            (pen.text("Month"), str(statement.month)),
            (pen.text("Currency"), currency),
            (pen.text("From"), pen.day(statement.month.begin)),
            (pen.text("Until"), pen.day(statement.month.next.begin - 1)),
        ),
        sender=clerk.market_as(pen, pen.text("Market")),
        receiver=seller_as(clerk.store, shop_id, pen, pen.text("Shop")),
        columns=(
            Column(pen.text("Date"), 20),
            Column(pen.text("What"), 28),
            Column(pen.text("Number"), 20),
            Column(pen.text("Amount"), 16, is_figures=True),
            Column(pen.text("Balance"), 16, is_figures=True),
        ),
        rows=tuple(rows),
        sums=(
            Sum(pen.text("Opening balance"), pen.money(statement.opening, currency)),
            Sum(pen.text("Booked"), pen.money(sum(line.amount for line in statement.lines), currency)),
            Sum(pen.text("Closing balance"), pen.money(statement.closing, currency), is_total=True),
        ),
        rates_title="",
        rates=(),
        notes=(),
        page=pen.text("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    )


def _said(pen: Pen) -> dict[str, str]:
    """What the kinds of bookings are called."""
    return {
        "release": pen.text("Sale"),
        "reserve": pen.text("Kept in reserve"),
        "reserve_released": pen.text("Reserve given back"),
        "reserve_used": pen.text("Reserve used for a refund"),
        "refund": pen.text("Refund after the sale"),
        "payout": pen.text("Payout"),
        "payout_returned": pen.text("Payout that came back"),
    }
