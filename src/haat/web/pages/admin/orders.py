"""The orders of everybody, and what operators may do where buyer and seller cannot agree."""

from __future__ import annotations

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.market.deals import deal as dealing
from haat.market.deals import library, lists
from haat.web.evidence import show_evidence
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.admin.today import order_row
from haat.web.pages.dealing import NOT_TRIED, Failed, deal_view, make_move, page_of
from haat.web.pages.desk import PAGE, before, known, part
from haat.web.routes import Page

# Beside the states: all in which everybody waits for the people of the market.
TO_DECIDE = "to_decide"


def show_all(ctx: Context) -> Response:
    """GET /admin/orders?show=STATE|to_decide&find=NUMBER."""
    number = ctx.query.get("find").strip()
    if number and (found_id := _by_number(ctx, number)) is not None:
        return redirect(f"/admin/orders/{ids.encode(found_id)}")
    state = ctx.query.get("show")
    counts = lists.counts_of_market(ctx.store)
    chosen = library.states_of_turn("operator") if state == TO_DECIDE else tuple(filter(None, [state]))
    rows = lists.of_market(ctx.store, chosen, before=before(ctx), most=PAGE + 1)
    path = f"/admin/orders?show={state}" if state in counts or state == TO_DECIDE else "/admin/orders"
    found = part(ctx, rows, path, lambda row: int(row.deal.id))
    return admin_page(
        ctx,
        "admin/orders.html",
        "orders",
        find=number,
        state=state,
        states=[
            {"name": name, "title": title, "count": counts[name]}
            for name, title in _titles(ctx).items()
            if name in counts
        ],
        orders=[order_row(ctx, row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def show(ctx: Context, id: int) -> Response:
    """GET /admin/orders/ID."""
    return _page(ctx, id, NOT_TRIED)


def move(ctx: Context, id: int, move: str) -> Response:
    """POST /admin/orders/ID/moves/MOVE."""
    failed = make_move(ctx, dealing.get(ctx.store, id), "operator", move)
    if failed is not None:
        return _page(ctx, id, failed)
    after = dealing.get(ctx.store, id)
    ctx.flash(f"{ctx.gettext('It is done.')} {known(ctx, after.rules.standing(after.state))}")
    return redirect(page_of(after, "operator"))


def show_photo(ctx: Context, id: int, sha: str) -> Response:
    """GET /admin/orders/ID/photos/SHA."""
    return show_evidence(ctx, dealing.get(ctx.store, id), sha)


def _by_number(ctx: Context, number: str) -> int | None:
    """The order with this number, however it is written."""
    try:
        return dealing.get(ctx.store, ids.decode(number.replace("-", "").replace(" ", ""))).id
    except NotFound:
        return None


def _titles(ctx: Context) -> dict[str, str]:
    """What each state is called, in the order of the processes."""
    return {name: known(ctx, state.title) for rules in library.all_versions() for name, state in rules.states.items()}


def _page(ctx: Context, deal_id: int, failed: Failed) -> Response:
    shown = deal_view(ctx, dealing.get(ctx.store, deal_id), "operator", failed)
    return admin_page(ctx, "admin/order.html", "orders", status=422 if failed.errors else 200, view=shown)


PAGES = [
    Page("GET", "/admin/orders", show_all, needs="administrator"),
    Page("GET", "/admin/orders/{id:id}", show, needs="administrator"),
    Page("GET", "/admin/orders/{id:id}/photos/{sha}", show_photo, needs="administrator"),
    Page("POST", "/admin/orders/{id:id}/moves/{move}", move, needs="administrator"),
]
