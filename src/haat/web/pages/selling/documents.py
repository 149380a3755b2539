"""Invoices and credit notes of the shop, and who it is on them."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel.errors import Conflict, NotFound
from haat.market.documents import document, imprint
from haat.market.documents.imprint import NewImprint
from haat.web.http import Context, Response, redirect
from haat.web.pages.desk import PAGE, TOLD, before, part, whole, wrong
from haat.web.pages.documents import document_file, document_row
from haat.web.pages.selling.room import selling_page, shop_id_of
from haat.web.routes import Page

_PATH = "/selling/documents"


def show(ctx: Context) -> Response:
    """GET /selling/documents."""
    said = imprint.of_shop(ctx.store, shop_id_of(ctx))
    values = {"name": said.name, "address": said.address, "tax_number": said.tax_number, "seen": str(said.version)}
    return _page(ctx, values, {})


def save(ctx: Context) -> Response:
    """POST /selling/documents: who the shop is on its invoices from now on."""
    form = ctx.form
    new = NewImprint(form.get("name"), form.get("address"), form.get("tax_number"))
    try:
        imprint.set_imprint(ctx.store, shop_id_of(ctx), new, seen=whole(form.get("seen", "0")))
    except TOLD as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _page(ctx, form.first_values(), wrong(ctx, error), status=status)
    ctx.flash(ctx.gettext("This stands on your invoices from now on."))
    return redirect(_PATH)


def print_one(ctx: Context, id: int) -> Response:
    """GET /selling/documents/ID/pdf."""
    found = document.get(ctx.store, id)
    if found.shop_id != shop_id_of(ctx):
        raise NotFound("There is no such document.")
    return document_file(ctx, found)


def _page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    latest = before(ctx)
    rows = document.of_shop(ctx.store, shop_id_of(ctx), most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, rows, _PATH, lambda row: int(row.id))
    return selling_page(
        ctx,
        "selling/documents.html",
        "documents",
        status=status,
        values=values,
        errors=errors,
        documents=[document_row(ctx, row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


PAGES = [
    Page("GET", _PATH, show, needs="seller"),
    Page("POST", _PATH, save, needs="seller"),
    Page("GET", f"{_PATH}/{{id:id}}/pdf", print_one, needs="seller"),
]
