"""Notices, the language of the page, and help."""

from __future__ import annotations

from babel.dates import format_timedelta

from haat.adapters.sandbox.cards import CARDS
from haat.kernel import ids
from haat.kernel.errors import Invalid
from haat.market.notices import notice
from haat.market.notices.notice import Notice
from haat.web.cookies import AS_LONG_AS_CAN_BE, LANGUAGE
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.storefront.ways import is_ours
from haat.web.pages.views import View
from haat.web.routes import Page

_SIZE = 30
_ICONS = {
    "parcel": "truck",
    "order": "parcel",
    "return": "refund",
    "payout": "money",
    "part": "refund",
    "listing": "tag",
    "dispute": "scale",
    "evidence": "scale",
    "decided": "scale",
}


def show_notices(ctx: Context) -> Response:
    before = ids.decode(ctx.query.get("before")) if "before" in ctx.query else None
    rows = notice.list_notices(ctx.store, ctx.member.id, before=before, most=_SIZE + 1)
    older = f"/notices?before={ids.encode(rows[_SIZE - 1].id)}" if len(rows) > _SIZE else ""
    return page(
        ctx,
        "notices.html",
        notices=[_notice(ctx, row) for row in rows[:_SIZE]],
        unread=notice.count_unread(ctx.store, ctx.member.id),
        newer="/notices" if before else "",
        older=older,
    )


def read_notices(ctx: Context) -> Response:
    notice.mark_all_read(ctx.store, ctx.member.id, up_to=ids.new_id())
    return redirect("/notices")


def _notice(ctx: Context, row: Notice) -> View:
    market = ctx.settings.market
    said = row.said(market.name, ctx.lang, ctx.site.words(ctx.lang), market.all_currencies, ctx.zone)
    return {
        "id": ids.encode(row.id),
        "icon": _ICONS.get(row.kind.partition("_")[0], "bell"),
        "text": said.subject,
        "detail": said.paragraphs[0],
        "href": row.link,
        "at": row.created_at,
        "unread": not row.is_read,
    }


def choose_language(ctx: Context) -> Response:
    wish = ctx.form.get("lang")
    if wish not in ctx.settings.market.languages:
        raise Invalid("This language is not spoken here.", fields={"lang": "Choose one of those on the page."})
    ctx.set_cookie(LANGUAGE, wish, max_age=AS_LONG_AS_CAN_BE)
    back = ctx.form.get("back")
    return redirect(back if is_ours(back) else "/")


def show_buying(ctx: Context) -> Response:
    terms = {
        name: format_timedelta(lasts / 1000, threshold=1.5, locale=ctx.lang.replace("-", "_"))
        for name, lasts in ctx.settings.deals._asdict().items()
    }
    return page(ctx, "help/buying.html", terms=terms)


def show_test_cards(ctx: Context) -> Response:
    cards = [{"number": card.number, "text": views.known(ctx, card.does)} for card in CARDS]
    return page(ctx, "help/test_cards.html", cards=cards)


PAGES = [
    Page("GET", "/notices", show_notices, needs="signed_in"),
    Page("POST", "/notices/read", read_notices, needs="signed_in"),
    Page("POST", "/language", choose_language),
    Page("GET", "/help/buying", show_buying),
    Page("GET", "/help/test-cards", show_test_cards),
]
