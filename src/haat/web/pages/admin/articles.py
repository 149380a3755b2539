"""Articles that wait to be looked at before they are on sale: the longest waiting first, each approved or refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.market.catalogue.item import item
from haat.market.classifieds import article as articles
from haat.market.classifieds.decide import Waiting, approve, refuse, waiting
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.admin.room import admin_page
from haat.web.pages.articles.shown import shown
from haat.web.pages.desk import PAGE, TOLD, View, attempt, whole, wrong
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /admin/articles."""
    after = ids.decode(ctx.query.get("after")) if "after" in ctx.query else 0
    rows = waiting(ctx.store, after=after, most=PAGE + 1)
    more = f"/admin/articles?after={ids.encode(rows[PAGE - 1].submission_id)}" if len(rows) > PAGE else ""
    return admin_page(
        ctx,
        "admin/articles.html",
        "articles",
        articles=[_row(row) for row in rows[:PAGE]],
        newer="/admin/articles" if after else "",
        older=more,
    )


def show(ctx: Context, id: int) -> Response:
    """GET /admin/articles/ID."""
    return _page(ctx, id, {}, {})


def approve_it(ctx: Context, id: int) -> Response:
    """POST /admin/articles/ID/approval."""
    by, seen = ctx.member.id, whole(ctx.form.get("seen", "0") or "0")
    return attempt(
        ctx,
        lambda: ctx.store.write(lambda tx: approve(tx, ctx.app.catalogue, by, id, seen)),
        ctx.gettext("It is on sale, and its owner is told."),
        "/admin/articles",
    )


def refuse_it(ctx: Context, id: int) -> Response:
    """POST /admin/articles/ID/refusal."""
    by, why = ctx.member.id, ctx.form.get("why")
    try:
        ctx.store.write(lambda tx: refuse(tx, by, id, why))
    except TOLD as error:
        return _page(ctx, id, {"why": why}, wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("It is refused, and its owner is told why."))
    return redirect("/admin/articles")


def _page(
    ctx: Context, listing_id: int, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    article, found = articles.get(ctx.store, listing_id), item(ctx.store, listing_id)
    if found is None:
        raise NotFound("There is no such article.")
    return admin_page(
        ctx,
        "admin/article.html",
        "articles",
        status=status,
        article=shown(ctx, article),
        seen=article.version,
        description=Markup(found.description),  # noqa: S704  It was sanitised when it was written.
        facts=[{"label": fact.name, "value": fact.words} for fact in found.facts],
        shop={"name": found.shop_name, "slug": found.shop_slug},
        photos=[views.photo(one.sha, one.alt, one.width, one.height) for one in found.photos],
        values=values,
        errors=errors,
    )


def _row(row: Waiting) -> View:
    return {
        "id": ids.encode(row.listing_id),
        "title": row.title,
        "photo": views.photo(row.photo),
        "price": Money(row.price, row.currency),
        "shop": {"name": row.shop, "slug": row.shop_slug},
        "sent_at": row.sent_at,
    }


PAGES = [
    Page("GET", "/admin/articles", show_all, needs="moderator"),
    Page("GET", "/admin/articles/{id:id}", show, needs="moderator"),
    Page("POST", "/admin/articles/{id:id}/approval", approve_it, needs="moderator"),
    Page("POST", "/admin/articles/{id:id}/refusal", refuse_it, needs="moderator"),
]
