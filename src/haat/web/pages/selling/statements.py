"""The statement of a month: as a page, a table and a document."""

from __future__ import annotations

from haat.kernel import clock, ids
from haat.kernel.errors import Invalid, NotFound
from haat.kernel.money import Money
from haat.market.accounts.shop import Shop
from haat.market.documents.statement import statement_paper
from haat.market.payments import monthly
from haat.market.payments.monthly import Month, Statement
from haat.market.payments.payout import StatementLine
from haat.web.http import Context, Response, data
from haat.web.pages import views
from haat.web.pages.desk import View
from haat.web.pages.selling.room import selling_page, shop_of
from haat.web.routes import Page


def show(ctx: Context, month: str) -> Response:
    """GET /selling/statements/2026-11?currency=EUR."""
    shop = shop_of(ctx)
    found = _statement(ctx, shop, month)
    return selling_page(
        ctx,
        "selling/statement.html",
        "money",
        month=str(found.month),
        currency=found.currency,
        currencies=ctx.settings.market.all_currencies,
        months=[str(one) for one in monthly.months_of(ctx.store, shop.id, clock.now(), ctx.zone)],
        opening=Money(found.opening, found.currency),
        closing=Money(found.closing, found.currency),
        lines=[line_view(ctx, line) for line in found.lines],
    )


def as_table(ctx: Context, month: str) -> Response:
    """GET /selling/statements/2026-11/csv."""
    shop = shop_of(ctx)
    found = _statement(ctx, shop, month)
    return data(monthly.as_csv(found).encode(), "text/csv; charset=utf-8", save_as=_name(shop, found, "csv"))


def as_document(ctx: Context, month: str) -> Response:
    """GET /selling/statements/2026-11/pdf."""
    shop = shop_of(ctx)
    found = _statement(ctx, shop, month)
    pdf = ctx.app.print_paper(statement_paper(ctx.app.clerk, shop.id, found))
    return data(pdf, "application/pdf", save_as=_name(shop, found, "pdf"))


def _statement(ctx: Context, shop: Shop, month: str) -> Statement:
    try:
        wanted = Month.read(month, ctx.zone)
    except Invalid as error:
        raise NotFound("There is no statement of this month.") from error
    currency = ctx.query.get("currency") or ctx.settings.market.currency
    if currency not in ctx.settings.market.all_currencies:
        raise NotFound("There is no statement in this currency.")
    return monthly.statement_of(ctx.store, shop.id, currency, wanted)


def _name(shop: Shop, found: Statement, ending: str) -> str:
    return f"{shop.slug}-{found.month}-{found.currency}.{ending}"


def line_view(ctx: Context, line: StatementLine) -> View:
    """A booking as a line of a list."""
    return {
        "at": line.at,
        "what": _kinds(ctx).get(line.kind, line.kind),
        "order": ids.encode(line.deal_id) if line.deal_id else "",
        "number": views.number(line.deal_id) if line.deal_id else "",
        "amount": Money(line.amount, line.currency),
    }


def _kinds(ctx: Context) -> dict[str, str]:
    return {
        "release": ctx.gettext("Sale"),
        "reserve": ctx.gettext("Kept in reserve"),
        "reserve_released": ctx.gettext("Reserve given back"),
        "reserve_used": ctx.gettext("Reserve used for a refund"),
        "refund": ctx.gettext("Refund after the sale"),
        "payout": ctx.gettext("Payout"),
        "payout_returned": ctx.gettext("Payout that came back"),
    }


PAGES = [
    Page("GET", "/selling/statements/{month}", show, needs="seller"),
    Page("GET", "/selling/statements/{month}/csv", as_table, needs="seller"),
    Page("GET", "/selling/statements/{month}/pdf", as_document, needs="seller"),
]
