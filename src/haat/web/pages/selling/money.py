"""What the shop has earned, what is still held, and what was paid out."""

from __future__ import annotations

from haat.jobs.schedule import last_runs
from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.deals import lists, process
from haat.market.payments import payout
from haat.market.payments.payout import Payout, StatementLine
from haat.web.http import Context, Response
from haat.web.pages import views
from haat.web.pages.desk import PAGE, View, before, lasting, part
from haat.web.pages.selling.room import selling_page, shop_id_of
from haat.web.routes import Page

_PAYOUTS = 12


def show(ctx: Context) -> Response:
    """GET /selling/money."""
    shop_id, currency = shop_id_of(ctx), ctx.settings.market.currency
    latest = before(ctx)
    lines = payout.statement(ctx.store, shop_id, most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, lines, "/selling/money", lambda line: int(line.id))
    held = lists.money_of_shop(ctx.store, shop_id, currency, "held", process.all_versions())
    return selling_page(
        ctx,
        "selling/money.html",
        "money",
        balance=Money(payout.balance(ctx.store, shop_id, currency), currency),
        held=Money(held, currency),
        next_payout_at=_next_payout_at(ctx),
        payout_every=lasting(ctx, ctx.settings.payments.payout_every),
        commission=f"{ctx.settings.market.commission / 100:g}",
        lines=[_line(ctx, line) for line in found.rows],
        newer=found.newer,
        older=found.older,
        payouts=[_payout(paid) for paid in payout.of_shop(ctx.store, shop_id, most=_PAYOUTS)],
    )


def _next_payout_at(ctx: Context) -> int | None:
    """When what is owed goes out next; None before the worker has run for the first time."""
    task = next((task for task in ctx.app.schedule() if task.name == "pay out"), None)
    last = next((run.last_at for run in last_runs(ctx.store) if run.task == "pay out"), None)
    return task.next_after(last) if task is not None and last else None


def _line(ctx: Context, line: StatementLine) -> View:
    return {
        "at": line.at,
        "what": _kinds(ctx).get(line.kind, line.kind),
        "order": ids.encode(line.deal_id) if line.deal_id else "",
        "number": views.number(line.deal_id) if line.deal_id else "",
        "amount": Money(line.amount, ctx.settings.market.currency),
    }


def _kinds(ctx: Context) -> dict[str, str]:
    return {
        "release": ctx.gettext("Sale"),
        "refund": ctx.gettext("Refund after the sale"),
        "payout": ctx.gettext("Payout"),
        "payout_returned": ctx.gettext("Payout that came back"),
    }


def _payout(paid: Payout) -> View:
    return {
        "number": views.number(paid.id),
        "amount": Money(paid.amount, paid.currency),
        "state": paid.state,
        "at": paid.settled_at or paid.claimed_at,
    }


PAGES = [Page("GET", "/selling/money", show, needs="seller")]
