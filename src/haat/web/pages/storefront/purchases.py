"""What somebody has bought, and what they can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.market.deals import deal as dealing
from haat.market.deals import queries
from haat.market.deals.deal import Deal
from haat.market.documents import document
from haat.web.evidence import show_evidence
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.dealing import NOT_TRIED, Failed, deal_view, make_move, page_of
from haat.web.pages.documents import document_file
from haat.web.pages.views import View
from haat.web.routes import Page

_SIZE = 20
_LATEST = 2**63 - 1


def show_all(ctx: Context) -> Response:
    tab = ctx.query.get("show", "open")
    tab = tab if tab in _STATEMENTS else "open"
    before = ids.decode(ctx.query.get("before")) if "before" in ctx.query else _LATEST
    rows = [
        Deal(*row) for row in ctx.store.read(_STATEMENTS[tab], buyer_id=ctx.member.id, before=before, most=_SIZE + 1)
    ]
    older = f"/purchases?show={tab}&before={ids.encode(rows[_SIZE - 1].id)}" if len(rows) > _SIZE else ""
    newer = f"/purchases?show={tab}" if before != _LATEST else ""
    return page(
        ctx,
        "deals/index.html",
        purchases=[_row(ctx, deal) for deal in rows[:_SIZE]],
        tab=tab,
        counts={"open": ctx.store.value(queries.COUNT_OPEN_OF_BUYER, buyer_id=ctx.member.id)},
        newer=newer,
        older=older,
    )


_STATEMENTS = {
    "all": queries.DEALS_OF_BUYER,
    "open": queries.OPEN_DEALS_OF_BUYER,
    "done": queries.DONE_DEALS_OF_BUYER,
}


def show(ctx: Context, id: int) -> Response:
    return _page(ctx, _mine(ctx, id), NOT_TRIED)


def move(ctx: Context, id: int, move: str) -> Response:
    deal = _mine(ctx, id)
    failed = make_move(ctx, deal, "buyer", move)
    if failed is None:
        return redirect(page_of(deal, "buyer"))
    if "" in failed.errors:
        ctx.flash(failed.errors[""], "bad")
        return redirect(f"/purchases/{ids.encode(id)}")
    return _page(ctx, deal, failed, status=422)


def show_photo(ctx: Context, id: int, sha: str) -> Response:
    """GET /purchases/ID/photos/SHA."""
    return show_evidence(ctx, _mine(ctx, id), sha)


def print_document(ctx: Context, id: int, document_id: int) -> Response:
    """GET /purchases/ID/documents/ID/pdf."""
    deal, found = _mine(ctx, id), document.get(ctx.store, document_id)
    if found.deal_id != deal.id:
        raise NotFound("There is no such document.")
    return document_file(ctx, found)


def _mine(ctx: Context, deal_id: int) -> Deal:
    deal = dealing.get(ctx.store, deal_id)
    if deal.buyer_id != ctx.member.id:
        raise NotFound("There is no such order.", try_="Look for it in the list of your orders.")
    return deal


def _row(ctx: Context, deal: Deal) -> View:
    first, *others = dealing.lines(ctx.store, deal.id)
    return {
        "id": ids.encode(deal.id),
        "number": views.number(deal.id),
        "state": deal.state,
        **views.badge(ctx, deal.rules, deal.state),
        "seller": views.seller_of(ctx, deal),
        "at": deal.created_at,
        "total": Money(deal.total, deal.currency),
        "photo": views.photo(first.photo),
        "what": first.title,
        "more": len(others),
        "todo": views.todo(ctx, deal, "buyer"),
    }


def _page(ctx: Context, deal: Deal, failed: Failed, status: int = 200) -> Response:
    return page(ctx, "deals/deal.html", status=status, **deal_view(ctx, deal, "buyer", failed))


PAGES: Sequence[Page] = [
    Page("GET", "/purchases", show_all, needs="signed_in"),
    Page("GET", "/purchases/{id:id}", show, needs="signed_in"),
    Page("GET", "/purchases/{id:id}/photos/{sha}", show_photo, needs="signed_in"),
    Page("POST", "/purchases/{id:id}/moves/{move}", move, needs="signed_in"),
    Page("GET", "/purchases/{id:id}/documents/{document_id:id}/pdf", print_document, needs="signed_in"),
]
