"""What people have reported: the oldest first, each decided once, with a reason that stays on the record."""

from __future__ import annotations

from collections.abc import Callable

from haat.kernel import ids
from haat.market.moderation.report import Reported, let_be, open_reports, put_out, take_down
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, TOLD, View, known, wrong
from haat.web.pages.reports import REASONS
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /admin/reports."""
    return _page(ctx, ids.decode(ctx.query.get("after")) if "after" in ctx.query else 0, {})


def _page(ctx: Context, after: int, tried: View, status: int = 200) -> Response:
    rows = open_reports(ctx.store, after=after, most=PAGE + 1)
    return admin_page(
        ctx,
        "admin/reports.html",
        "reports",
        status=status,
        tried=tried,
        reports=[_row(ctx, row) for row in rows[:PAGE]],
        newer="/admin/reports" if after else "",
        older=f"/admin/reports?after={ids.encode(rows[PAGE - 1].id)}" if len(rows) > PAGE else "",
    )


def remove(ctx: Context, id: int) -> Response:
    """POST /admin/reports/ID/removal."""
    by, why, catalogue = ctx.member.id, ctx.form.get("why"), ctx.app.catalogue
    done = ctx.gettext("The listing is taken down, and its seller is told why.")
    return _decide(ctx, id, lambda: ctx.store.write(lambda tx: take_down(tx, catalogue, by, id, why)), done)


def dismiss(ctx: Context, id: int) -> Response:
    """POST /admin/reports/ID/dismissal."""
    by, why = ctx.member.id, ctx.form.get("why")
    done = ctx.gettext("Nothing is done about it, and why stays on the record.")
    return _decide(ctx, id, lambda: ctx.store.write(lambda tx: let_be(tx, by, id, why)), done)


def suspend(ctx: Context, id: int) -> Response:
    """POST /admin/reports/ID/suspension."""
    by, why = ctx.member.id, ctx.form.get("why")
    return _decide(ctx, id, lambda: put_out(ctx.store, by, id, why), ctx.gettext("The account is suspended."))


def _decide(ctx: Context, report_id: int, work: Callable[[], object], done: str) -> Response:
    """What was typed is kept beside what is wrong with it, on a page that begins with the report."""
    try:
        work()
    except TOLD as error:
        tried = {"id": ids.encode(report_id), "why": ctx.form.get("why"), "errors": wrong(ctx, error)}
        return _page(ctx, report_id - 1, tried, status=422)
    ctx.flash(done)
    return redirect("/admin/reports")


def _row(ctx: Context, row: Reported) -> View:
    return {
        "id": ids.encode(row.id),
        "reporter": row.reporter,
        "what": row.title or row.person or "",
        "is_person": row.person_id is not None,
        "href": f"/admin/listings/{ids.encode(row.listing_id)}" if row.listing_id else "",
        "reason": known(ctx, REASONS[row.reason]),
        "text": row.text,
        "at": row.at,
    }


PAGES = [
    Page("GET", "/admin/reports", show_all, needs="moderator"),
    Page("POST", "/admin/reports/{id:id}/removal", remove, needs="moderator"),
    Page("POST", "/admin/reports/{id:id}/dismissal", dismiss, needs="moderator"),
    Page("POST", "/admin/reports/{id:id}/suspension", suspend, needs="administrator"),
]
