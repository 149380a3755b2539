"""What somebody has bought, and what they can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from haat.kernel import ids
from haat.kernel.errors import HaatError, Invalid, NotFound
from haat.kernel.money import Money
from haat.market.deals import deal as dealing
from haat.market.deals import queries
from haat.market.deals.deal import Actor, Deal
from haat.market.documents import document
from haat.market.payments import refund
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.documents import document_file, document_row
from haat.web.pages.views import View
from haat.web.routes import Page

_SIZE = 20
_LATEST = 2**63 - 1
_MINE_TO_DO = ("unpaid", "sent", "return_agreed")


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
    return _page(ctx, _mine(ctx, id))


def move(ctx: Context, id: int, move: str) -> Response:
    deal = _mine(ctx, id)
    values = ctx.form.first_values()
    try:
        ctx.store.write(lambda tx: ctx.app.engine.move(tx, deal.id, move, Actor("buyer", ctx.member.id), values))
    except Invalid as error:
        errors = {name: views.known(ctx, words) for name, words in error.fields.items()}
        return _page(ctx, deal, failed=move, values=values, errors=errors, status=422)
    except HaatError as error:
        ctx.flash(" ".join(views.known(ctx, part) for part in (error.what, error.why, error.try_) if part), "bad")
    return redirect(f"/purchases/{ids.encode(id)}")


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
    main, _ = views.moves(ctx, deal, "buyer")
    return {
        "id": ids.encode(deal.id),
        "number": views.number(deal.id),
        "state": deal.state,
        "title": views.known(ctx, deal.rules.states[deal.state].title),
        "seller": views.seller(ctx, deal.shop_id),
        "at": deal.created_at,
        "total": Money(deal.total, deal.currency),
        "photo": views.photo(first.photo),
        "what": first.title,
        "more": len(others),
        "todo": main["title"] if main and deal.state in _MINE_TO_DO else "",
    }


def _page(
    ctx: Context,
    deal: Deal,
    *,
    failed: str = "",
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    main, others = views.moves(ctx, deal, "buyer")
    events = dealing.events(ctx.store, deal.id)
    seller = views.seller(ctx, deal.shop_id)
    return page(
        ctx,
        "deals/deal.html",
        status=status,
        deal={
            "id": ids.encode(deal.id),
            "number": views.number(deal.id),
            "state": deal.state,
            "title": views.known(ctx, deal.rules.states[deal.state].title),
            "due_at": deal.due_at,
            "placed_at": deal.created_at,
            "total": Money(deal.total, deal.currency),
            "checkout_id": ids.encode(deal.checkout_id),
        },
        seller=seller,
        main=main,
        others=others,
        failed=failed,
        values=values or {},
        errors=errors or {},
        timeline=views.timeline(ctx, deal, events, _names(ctx, seller["name"])),
        lines=views.lines(deal, dealing.lines(ctx.store, deal.id)),
        costs=views.costs(ctx, deal),
        refunds=views.refunds(refund.of_deal(ctx.store, deal.id)),
        parcels=views.parcels(events),
        address=views.address_in_words(ctx, deal.address),
        way=deal.shipping_name,
        documents=[document_row(ctx, one) for one in document.of_deal(ctx.store, deal.id)],
        **views.money_state(deal),
    )


def _names(ctx: Context, seller: str) -> Mapping[str, str]:
    return {
        "buyer": ctx.gettext("you"),
        "seller": seller,
        "operator": ctx.settings.market.name,
        "clock": ctx.gettext("by itself"),
        "gateway": ctx.gettext("the bank"),
    }


PAGES: Sequence[Page] = [
    Page("GET", "/purchases", show_all, needs="signed_in"),
    Page("GET", "/purchases/{id:id}", show, needs="signed_in"),
    Page("POST", "/purchases/{id:id}/moves/{move}", move, needs="signed_in"),
    Page("GET", "/purchases/{id:id}/documents/{document_id:id}/pdf", print_document, needs="signed_in"),
]
