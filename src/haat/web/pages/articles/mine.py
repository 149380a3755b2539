"""What somebody has posted, how it stands, and renewing it by one button."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.classifieds import article as articles
from haat.market.classifieds.article import own
from haat.market.classifieds.renew import renew
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.articles.shown import shown
from haat.web.pages.desk import PAGE, TOLD, before, part, said, wrong
from haat.web.pages.promoting import can_be_promoted
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /articles."""
    rows = articles.of_account(ctx.store, ctx.member.id, before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, "/articles", lambda row: int(row.id))
    return page(
        ctx,
        "articles/list.html",
        articles=[
            {**shown(ctx, row), "can_promote": can_be_promoted(ctx, "article", row.standing)} for row in found.rows
        ],
        newer=found.newer,
        older=found.older,
    )


def show_renewal(ctx: Context, id: int) -> Response:
    """GET /articles/ID/renewal: where the mail leads, which says that its time is over."""
    article = own(ctx.store, ctx.member.id, id)
    return page(ctx, "articles/renewal.html", article=shown(ctx, article))


def renew_it(ctx: Context, id: int) -> Response:
    """POST /articles/ID/renewal."""
    by, catalogue, rules = ctx.member.id, ctx.app.catalogue, ctx.app.article_rules
    try:
        until = ctx.store.write(lambda tx: renew(tx, catalogue, rules, by, id))
    except TOLD as error:
        ctx.flash(" ".join(dict.fromkeys([said(ctx, error), *wrong(ctx, error).values()])), "bad")
        return redirect(f"/articles/{ids.encode(id)}")
    ctx.flash(ctx.gettext("It is on sale until %(until)s.", until=ctx.formats.minute(until)))
    return redirect("/articles")


PAGES = [
    Page("GET", "/articles", show_all, needs="signed_in"),
    Page("GET", "/articles/{id:id}/renewal", show_renewal, needs="signed_in"),
    Page("POST", "/articles/{id:id}/renewal", renew_it, needs="signed_in"),
]
