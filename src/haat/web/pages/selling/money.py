"""What the shop has earned, what is still held, and what was paid out."""

from __future__ import annotations

from haat.jobs.schedule import last_runs
from haat.kernel import clock
from haat.kernel.money import Money
from haat.market.deals import library, lists
from haat.market.payments import monthly, payout, payout_account
from haat.market.payments.payout import Balance, Payout
from haat.market.payments.payout_account import Account
from haat.web.http import Context, Response
from haat.web.pages import views
from haat.web.pages.desk import PAGE, View, before, lasting, part
from haat.web.pages.selling import statements
from haat.web.pages.selling.room import currency_of, selling_page, shop_id_of
from haat.web.routes import Page

_PAYOUTS = 12
_MONTHS = 6


def show(ctx: Context) -> Response:
    """GET /selling/money."""
    shop_id, currency = shop_id_of(ctx), currency_of(ctx)
    latest = before(ctx)
    lines = payout.statement(ctx.store, shop_id, most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, lines, "/selling/money", lambda line: int(line.id))
    held = lists.money_of_shop(ctx.store, shop_id, currency, "held", library.all_versions())
    return selling_page(
        ctx,
        "selling/money.html",
        "money",
        balances=[_balance(row) for row in _balances(ctx, shop_id, currency)],
        held=Money(held, currency),
        accounts=[_account(account) for account in payout_account.of_shop(ctx.store, shop_id)],
        months=[str(month) for month in monthly.months_of(ctx.store, shop_id, clock.now(), ctx.zone, most=_MONTHS)],
        next_payout_at=_next_payout_at(ctx),
        payout_every=lasting(ctx, ctx.settings.payments.payout_every),
        commission=f"{ctx.settings.market.commission / 100:g}",
        lines=[statements.line_view(ctx, line) for line in found.rows],
        newer=found.newer,
        older=found.older,
        payouts=[_payout(paid) for paid in payout.of_shop(ctx.store, shop_id, most=_PAYOUTS)],
    )


def _next_payout_at(ctx: Context) -> int | None:
    """When what is owed goes out next; None before the worker has run for the first time."""
    task = next((task for task in ctx.app.schedule() if task.name == "pay out"), None)
    last = next((run.last_at for run in last_runs(ctx.store) if run.task == "pay out"), None)
    return task.next_after(last) if task is not None and last else None


def _balances(ctx: Context, shop_id: int, main: str) -> list[Balance]:
    """How the shop stands; in the main currency even where nothing was ever earned."""
    return payout.balances(ctx.store, shop_id) or [Balance(main, 0, 0, 0, None)]


def _balance(row: Balance) -> View:
    return {
        "open": Money(row.open, row.currency),
        "payable": Money(row.payable, row.currency),
        "waiting": Money(row.waiting, row.currency),
        "reserved": Money(row.reserved, row.currency),
        "reserved_until": row.reserved_until,
    }


def _account(account: Account) -> View:
    return {"currency": account.currency, "last_four": account.last_four, "state": account.state(clock.now())}


def _payout(paid: Payout) -> View:
    return {
        "number": views.number(paid.id),
        "amount": Money(paid.amount, paid.currency),
        "state": paid.state,
        "at": paid.settled_at or paid.claimed_at,
    }


PAGES = [Page("GET", "/selling/money", show, needs="seller")]
