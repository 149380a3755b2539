"""Every listing, whatever its state: what breaks the rules is taken down with a reason, which its seller reads."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.market.catalogue.find import FoundListing, find_listings
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.listing import State
from haat.market.catalogue.moderate import remove, restore
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, TOLD, View, attempt, before, part, wrong
from haat.web.routes import Page

_STATES: dict[str, State | None] = {
    "all": None,
    "active": "active",
    "hidden": "hidden",
    "draft": "draft",
    "ended": "ended",
    "removed": "removed",
}


def show_all(ctx: Context) -> Response:
    """GET /admin/listings?find=WORDS&show=all|active|hidden|draft|ended|removed."""
    find, tab = ctx.query.get("find").strip()[:100], ctx.query.get("show", "all")
    tab = tab if tab in _STATES else "all"
    rows = find_listings(ctx.store, find, _STATES[tab], before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, f"/admin/listings?show={tab}&find={quote(find)}", lambda row: int(row.id))
    return admin_page(
        ctx,
        "admin/listings.html",
        "listings",
        find=find,
        tab=tab,
        listings=[_row(row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def show(ctx: Context, id: int) -> Response:
    """GET /admin/listings/ID."""
    return _page(ctx, _found(ctx, id), {}, {})


def take_down(ctx: Context, id: int) -> Response:
    """POST /admin/listings/ID/remove."""
    why, by = ctx.form.get("why"), ctx.member.id
    try:
        ctx.store.write(lambda tx: remove(tx, ctx.app.catalogue, by, id, why))
    except TOLD as error:
        return _page(ctx, _found(ctx, id), {"why": why}, wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("The listing is taken down, and its seller is told why."))
    return redirect(_path(id))


def put_back(ctx: Context, id: int) -> Response:
    """POST /admin/listings/ID/restore."""
    done = ctx.gettext("The listing is again what it was before.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: restore(tx, ctx.app.catalogue, id)), done, _path(id))


def _found(ctx: Context, listing_id: int) -> Item:
    found = item(ctx.store, listing_id)
    if found is None:
        raise NotFound("There is no such listing.")
    return found


def _page(
    ctx: Context, found: Item, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    return admin_page(
        ctx,
        "admin/listing.html",
        "listings",
        status=status,
        listing={
            "id": ids.encode(found.id),
            "title": found.title,
            "state": found.state,
            "href": f"/item/{ids.encode(found.id)}/{found.handle}",
            "description": Markup(found.description),  # noqa: S704  It was sanitised when it was written.
            "facts": [{"label": fact.name, "value": fact.words} for fact in found.facts],
            "price": Money(found.price_from, found.currency),
            "price_from": found.price_from != found.price_to,
            "removed_why": found.removed_why or "",
            "updated_at": found.updated_at,
            "shop": {"name": found.shop_name, "slug": found.shop_slug},
        },
        photos=[views.photo(one.sha, one.alt, one.width, one.height) for one in found.photos],
        values=values,
        errors=errors,
    )


def _row(row: FoundListing) -> View:
    return {
        "id": ids.encode(row.id),
        "title": row.title,
        "state": row.state,
        "price": Money(row.price_from, row.currency),
        "photo": views.photo(row.photo),
        "shop": {"name": row.shop, "slug": row.shop_slug},
        "updated_at": row.updated_at,
        "removed_why": row.removed_why or "",
    }


def _path(listing_id: int) -> str:
    return f"/admin/listings/{ids.encode(listing_id)}"


PAGES = [
    Page("GET", "/admin/listings", show_all, needs="moderator"),
    Page("GET", "/admin/listings/{id:id}", show, needs="moderator"),
    Page("POST", "/admin/listings/{id:id}/remove", take_down, needs="moderator"),
    Page("POST", "/admin/listings/{id:id}/restore", put_back, needs="moderator"),
]
