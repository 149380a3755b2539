"""What the gateway says beside what stands here, and what came of the differences."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.payments import reconcile
from haat.market.payments.reconcile import WHAT_TO_DO, Mismatch
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, TOLD, View, attempt, before, known, part, said
from haat.web.routes import Page

_PATH = "/admin/reconciliation"
_LATELY = 12


def show(ctx: Context) -> Response:
    """GET /admin/reconciliation."""
    latest = before(ctx)
    rows = reconcile.queue(ctx.store, most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, rows, _PATH, lambda row: int(row.id))
    return admin_page(
        ctx,
        "admin/reconciliation.html",
        "reconciliation",
        yesterday=reconcile.yesterday(),
        mismatches=[_row(ctx, row) for row in found.rows],
        resolved=[_row(ctx, row) for row in reconcile.resolved(ctx.store, most=_LATELY)],
        newer=found.newer,
        older=found.older,
    )


def compare(ctx: Context) -> Response:
    """POST /admin/reconciliation: compare a day with the gateway."""
    try:
        day = reconcile.day_of(ctx.form.get("day"))
        done = reconcile.compare_with_gateway(ctx.store, ctx.app.gateway, day)
    except TOLD as error:
        ctx.flash(said(ctx, error), "bad")
        return redirect(_PATH)
    told = ctx.gettext(
        "%(day)s is compared: %(lines)s movements, %(open)s mismatches open.",
        day=day,
        lines=done.looked_at,
        open=len(done.open),
    )
    ctx.flash(told, "warn" if done.open else "good")
    return redirect(_PATH)


def resolve(ctx: Context, id: int) -> Response:
    """POST /admin/reconciliation/ID/resolve, with a note."""
    note, by = ctx.form.get("note"), ctx.member.id
    done = ctx.gettext("It is written down what came of it.")
    return attempt(ctx, lambda: reconcile.resolve(ctx.store, id, note, by), done, _PATH)


def _row(ctx: Context, row: Mismatch) -> View:
    what, to_do = WHAT_TO_DO[row.kind]
    return {
        "id": ids.encode(row.id),
        "day": row.day,
        "about": _abouts(ctx)[row.about],
        "key": row.key,
        "ref": row.ref,
        "ours": row.ours,
        "theirs": row.theirs,
        "what": known(ctx, what),
        "to_do": known(ctx, to_do),
        "found_at": row.found_at,
        "resolved_at": row.resolved_at,
        "by": views.name_of(ctx, row.resolved_by) if row.resolved_by else "",
        "note": row.note or "",
    }


def _abouts(ctx: Context) -> dict[str, str]:
    return {
        "charge": ctx.gettext("Payment"),
        "refund": ctx.gettext("Refund"),
        "payout": ctx.gettext("Payout"),
        "payout_returned": ctx.gettext("Payout that came back"),
    }


PAGES = [
    Page("GET", _PATH, show, needs="administrator"),
    Page("POST", _PATH, compare, needs="administrator"),
    Page("POST", f"{_PATH}/{{id:id}}/resolve", resolve, needs="administrator"),
]
