"""What is owed to sellers, and what was paid out."""

from __future__ import annotations

from haat.kernel.money import Money
from haat.market.accounts.shop import shops_by_id
from haat.market.payments import payout
from haat.market.payments.owed import owed
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, before, known, lasting, part
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /admin/payouts."""
    latest = before(ctx)
    rows = payout.of_all(ctx.store, most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, rows, "/admin/payouts", lambda row: int(row.id))
    shops = shops_by_id(ctx.store, [row.shop_id for row in found.rows])
    return admin_page(
        ctx,
        "admin/payouts.html",
        "payouts",
        owed=[
            {"shop": row.shop, "slug": row.slug, "amount": Money(row.amount, row.currency)} for row in owed(ctx.store)
        ],
        every=lasting(ctx, ctx.settings.payments.payout_every),
        payouts=[
            {
                "number": views.number(row.id),
                "shop": {"name": shops[row.shop_id].name, "slug": shops[row.shop_id].slug},
                "amount": Money(row.amount, row.currency),
                "state": row.state,
                "at": row.settled_at or row.claimed_at,
                "ref": row.gateway_ref or "",
            }
            for row in found.rows
        ],
        newer=found.newer,
        older=found.older,
    )


def claim(ctx: Context) -> Response:
    """POST /admin/payouts: pay out now what is owed."""
    ctx.flash(known(ctx, payout.claim_all(ctx.store)), "info")
    return redirect("/admin/payouts")


PAGES = [
    Page("GET", "/admin/payouts", show, needs="administrator"),
    Page("POST", "/admin/payouts", claim, needs="administrator"),
]
