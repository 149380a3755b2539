"""How the market does today, and what needs a person."""

from __future__ import annotations

from haat.jobs import health
from haat.jobs.schedule import last_runs
from haat.kernel import clock, ids
from haat.kernel.clock import DAY, MINUTE
from haat.kernel.money import Money
from haat.market.deals import figures, lists
from haat.market.deals.figures import Figures
from haat.market.deals.library import states_of_turn
from haat.market.deals.lists import Listed
from haat.market.truth.truth import HOLDS
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import View, known, lasting
from haat.web.routes import Page

_LATEST = 8
_PATIENCE = 5 * MINUTE  # that a job may be due before somebody should look at the worker


def show(ctx: Context) -> Response:
    """GET /admin."""
    if not ctx.member.is_admin:
        return redirect("/admin/listings")
    now, currency = clock.now(), ctx.settings.market.currency
    queue = health.figures(ctx.store)
    checked = next((run for run in last_runs(ctx.store) if run.task == "check truth"), None)
    return admin_page(
        ctx,
        "admin/today.html",
        "today",
        day=_money(figures.between(ctx.store, now - DAY, now + 1, currency), currency),
        day_before=_money(figures.between(ctx.store, now - 2 * DAY, now - DAY, currency), currency),
        queue=queue,
        to_decide=sum(lists.waiting_in(ctx.store, state) for state in states_of_turn("operator")),
        waited=lasting(ctx, queue.oldest_due_ms),
        is_late=queue.oldest_due_ms > _PATIENCE,
        truth={
            "at": checked.last_at if checked else None,
            "holds": checked is not None and checked.outcome == HOLDS,
            "said": known(ctx, checked.outcome) if checked else "",
        },
        orders=[order_row(ctx, row) for row in lists.of_market(ctx.store, most=_LATEST)],
    )


def _money(of_a_day: Figures, currency: str) -> View:
    return {
        "orders": of_a_day.orders,
        "turnover": Money(of_a_day.turnover, currency),
        "commission": Money(of_a_day.commission, currency),
        "accounts": of_a_day.accounts,
    }


def order_row(ctx: Context, row: Listed) -> View:
    """A deal of any shop, as a line of a list."""
    deal = row.deal
    return {
        "id": ids.encode(deal.id),
        "number": views.number(deal.id),
        "state": deal.state,
        **views.badge(ctx, deal.rules, deal.state),
        "what": row.title,
        "more": row.lines - 1,
        "buyer": row.buyer,
        "shop": row.shop,
        "at": deal.created_at,
        "due_at": deal.due_at,
        "total": Money(deal.total, deal.currency),
    }


PAGES = [Page("GET", "/admin", show, needs="moderator")]
