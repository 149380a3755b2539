"""Whether every promise of the books and shelves holds, and which rows break one."""

from __future__ import annotations

from collections.abc import Sequence

from haat.jobs.schedule import last_runs
from haat.market.truth.truth import Finding, check_all
from haat.web.http import Context, Response
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import View, known
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /admin/truth: what the last hourly check said."""
    return _page(ctx, [])


def check(ctx: Context) -> Response:
    """POST /admin/truth: check now."""
    return _page(ctx, check_all(ctx.store, ctx.app.truths()))


def _page(ctx: Context, findings: Sequence[Finding]) -> Response:
    last = next((run for run in last_runs(ctx.store) if run.task == "check truth"), None)
    return admin_page(
        ctx,
        "admin/truth.html",
        "truth",
        last={"at": last.last_at, "said": known(ctx, last.outcome)} if last and last.last_at else None,
        findings=[_row(ctx, one) for one in sorted(findings, key=lambda one: one.holds)],
        broken=sum(not one.holds for one in findings),
        promises=[{"name": one.name, "promise": known(ctx, one.promise)} for one in ctx.app.truths()],
    )


def _row(ctx: Context, one: Finding) -> View:
    return {
        "name": one.name,
        "promise": known(ctx, one.promise),
        "holds": one.holds,
        "offending": one.offending,
        "more": one.how_many - len(one.offending),
        "how_many": one.how_many,
        "ms": round(one.seconds * 1000, 1),
    }


PAGES = [
    Page("GET", "/admin/truth", show, needs="administrator"),
    Page("POST", "/admin/truth", check, needs="administrator"),
]
