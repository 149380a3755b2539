"""The seller's orders: a list to work through, and each with what can be done about it now."""

from __future__ import annotations

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.market.deals import deal as dealing
from haat.market.deals import library, lists
from haat.market.deals.deal import Deal
from haat.market.deals.lists import Urgent
from haat.web.evidence import show_evidence
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.dealing import NOT_TRIED, Failed, deal_view, make_move, page_of
from haat.web.pages.desk import PAGE, Part, before, known, part
from haat.web.pages.selling.room import SELLERS_TURN, order_row, selling_page, shop_id_of, shop_of
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /selling/orders?show=todo|open|done|all."""
    tab = ctx.query.get("show", "todo")
    tab = tab if tab in _TABS else "todo"
    counts = lists.counts_of_shop(ctx.store, shop_id_of(ctx))
    found = _to_do(ctx) if tab == "todo" else _others(ctx, tab)
    return selling_page(
        ctx,
        "selling/orders.html",
        "orders",
        tab=tab,
        counts={name: sum(counts.get(state, 0) for state in states) for name, states in _TABS.items() if states},
        orders=[order_row(ctx, row, "seller") for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def _states(*, final: bool) -> tuple[str, ...]:
    """States in which nobody waits for the seller: where it goes on, or where it has ended."""
    found = {
        name: None
        for rules in library.all_versions()
        for name in rules.states
        if rules.is_final(name) == final and name not in SELLERS_TURN
    }
    return tuple(found)


_TABS = {"todo": SELLERS_TURN, "open": _states(final=False), "done": _states(final=True), "all": ()}


def _to_do(ctx: Context) -> Part:
    """The most urgent first."""
    rows = lists.most_urgent(ctx.store, shop_id_of(ctx), SELLERS_TURN, after=_after(ctx), most=PAGE + 1)
    older = ""
    if len(rows) > PAGE:
        last = rows[PAGE - 1].deal
        older = f"/selling/orders?after={last.due_at}-{ids.encode(last.id)}"
    return Part(rows[:PAGE], "/selling/orders" if "after" in ctx.query else "", older)


def _after(ctx: Context) -> Urgent | None:
    due_at, _, id_ = ctx.query.get("after").partition("-")
    return Urgent(int(due_at), ids.decode(id_)) if due_at.isdecimal() and len(due_at) < 16 else None


def _others(ctx: Context, tab: str) -> Part:
    rows = lists.of_shop(ctx.store, shop_id_of(ctx), _TABS[tab], before=before(ctx), most=PAGE + 1)
    return part(ctx, rows, f"/selling/orders?show={tab}", lambda row: int(row.deal.id))


def show(ctx: Context, id: int) -> Response:
    """GET /selling/orders/ID."""
    return _page(ctx, _own(ctx, id), NOT_TRIED)


def move(ctx: Context, id: int, move: str) -> Response:
    """POST /selling/orders/ID/moves/MOVE."""
    deal = _own(ctx, id)
    failed = make_move(ctx, deal, "seller", move)
    if failed is not None:
        return _page(ctx, _own(ctx, id), failed)
    after = dealing.get(ctx.store, id)
    ctx.flash(f"{ctx.gettext('It is done.')} {known(ctx, after.rules.standing(after.state))}")
    return redirect(page_of(after, "seller"))


def slip(ctx: Context, id: int) -> Response:
    """GET /selling/orders/ID/slip: what is laid into the parcel, with the address to cut out."""
    deal, shop = _own(ctx, id), shop_of(ctx)
    address = views.address_in_words(ctx, deal.address)
    if address is None:
        raise NotFound("There is no packing slip.", why="Nothing is sent for this order.")
    return page(
        ctx,
        "selling/slip.html",
        number=views.number(deal.id),
        order=ids.encode(deal.id),
        at=deal.created_at,
        shop=shop,
        address=address,
        way=deal.shipping_name,
        lines=[
            {"title": line.title, "options": views.options(line.options), "sku": line.sku, "quantity": line.quantity}
            for line in dealing.lines(ctx.store, deal.id)
        ],
    )


def show_photo(ctx: Context, id: int, sha: str) -> Response:
    """GET /selling/orders/ID/photos/SHA."""
    return show_evidence(ctx, _own(ctx, id), sha)


def _own(ctx: Context, deal_id: int) -> Deal:
    deal = dealing.get(ctx.store, deal_id)
    if deal.shop_id != shop_id_of(ctx) or deal.rules.sold_by == "market":
        raise NotFound("There is no such order.", try_="Look for it in the list of your orders.")
    return deal


def _page(ctx: Context, deal: Deal, failed: Failed) -> Response:
    shown = deal_view(ctx, deal, "seller", failed)
    return selling_page(ctx, "selling/order.html", "orders", status=422 if failed.errors else 200, view=shown)


PAGES = [
    Page("GET", "/selling/orders", show_all, needs="seller"),
    Page("GET", "/selling/orders/{id:id}", show, needs="seller"),
    Page("GET", "/selling/orders/{id:id}/photos/{sha}", show_photo, needs="seller"),
    Page("GET", "/selling/orders/{id:id}/slip", slip, needs="seller"),
    Page("POST", "/selling/orders/{id:id}/moves/{move}", move, needs="seller"),
]
