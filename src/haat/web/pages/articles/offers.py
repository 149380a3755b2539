"""Make an offer for an article."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.classifieds import article as articles
from haat.market.classifieds.article import Article
from haat.market.classifieds.offer import offer
from haat.web.http import Context, Response, redirect
from haat.web.pages.desk import TOLD, amount, known, wrong
from haat.web.pages.storefront.browse import item_page, visible
from haat.web.routes import Page


def make(ctx: Context, id: int) -> Response:
    """POST /articles/ID/offers."""
    found, typed = visible(ctx, id), ctx.form.first_values()
    by, engine = ctx.member.id, ctx.app.engine
    try:
        offered = _amount(articles.get(ctx.store, id), typed.get("amount", ""))
        deal_id = ctx.store.write(lambda tx: offer(tx, engine, by, id, offered, typed.get("note", "")))
    except ValueError as error:
        return item_page(ctx, found, status=422, values=typed, errors={"amount": known(ctx, str(error))})
    except TOLD as error:
        return item_page(ctx, found, status=422, values=typed, errors=wrong(ctx, error))
    ctx.flash(ctx.gettext("Your offer is with the owner. You are told when they answer."))
    return redirect(f"/purchases/{ids.encode(deal_id)}")


def _amount(article: Article, text: str) -> int:
    """What is offered: the price itself where it is fixed, and nothing for a gift."""
    if article.asking in ("fixed", "free"):
        return article.price
    return amount(text, article.currency)


PAGES = [Page("POST", "/articles/{id:id}/offers", make, needs="signed_in")]
