"""The shop's listings by their state, and all of them as a file."""

from __future__ import annotations

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.catalogue.exporting import export_listings
from haat.market.catalogue.listing import State
from haat.market.catalogue.own import OwnListing, own_counts, own_listings
from haat.web.http import Context, Response, data
from haat.web.pages import views
from haat.web.pages.desk import PAGE, View, before, part
from haat.web.pages.selling.room import selling_page, shop_id_of, shop_of
from haat.web.routes import Page

# Each tab with the state it shows; sold out are those on sale of which nothing is left.
_STATES: dict[str, State] = {
    "active": "active",
    "sold_out": "active",
    "draft": "draft",
    "ended": "ended",
    "removed": "removed",
}


def show_all(ctx: Context) -> Response:
    """GET /selling/listings?show=active|sold_out|draft|ended|removed."""
    tab = ctx.query.get("show", "active")
    tab = tab if tab in _STATES else "active"
    rows = own_listings(
        ctx.store,
        shop_id_of(ctx),
        _STATES[tab],
        sold_out=tab == "sold_out",
        before=before(ctx),
        size=PAGE + 1,
    )
    found = part(ctx, rows, f"/selling/listings?show={tab}", lambda row: int(row.id))
    return selling_page(
        ctx,
        "selling/listings.html",
        "listings",
        tab=tab,
        counts=own_counts(ctx.store, shop_id_of(ctx))._asdict(),
        listings=[_row(row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def export(ctx: Context) -> Response:
    """GET /selling/listings.csv: what the import takes."""
    lines = export_listings(ctx.store, ctx.app.catalogue.categories, shop_id_of(ctx))
    content = (line.encode() for line in lines)
    return data(content, "text/csv; charset=utf-8", save_as=f"{shop_of(ctx).slug}.csv")


def _row(row: OwnListing) -> View:
    return {
        "id": ids.encode(row.id),
        "title": row.title,
        "href": f"/item/{ids.encode(row.id)}/{row.handle}",
        "state": row.state,
        "price": Money(row.price_from, row.currency),
        "price_from": row.price_from != row.price_to,
        "photo": views.photo(row.photo),
        "free": row.free,
        "promised": row.held + row.sold,
        "updated_at": row.updated_at,
        "removed_why": row.removed_why or "",
    }


PAGES = [
    Page("GET", "/selling/listings", show_all, needs="seller"),
    Page("GET", "/selling/listings.csv", export, needs="seller"),
]
