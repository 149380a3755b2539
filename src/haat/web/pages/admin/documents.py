"""Invoices and credit notes of everybody."""

from __future__ import annotations

from haat.market.documents import document
from haat.web.http import Context, Response
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, before, part
from haat.web.pages.documents import document_file, document_row
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /admin/documents."""
    latest = before(ctx)
    rows = document.of_market(ctx.store, most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, rows, "/admin/documents", lambda row: int(row.id))
    return admin_page(
        ctx,
        "admin/documents.html",
        "documents",
        documents=[document_row(ctx, row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def print_one(ctx: Context, id: int) -> Response:
    """GET /admin/documents/ID/pdf."""
    return document_file(ctx, document.get(ctx.store, id))


PAGES = [
    Page("GET", "/admin/documents", show, needs="administrator"),
    Page("GET", "/admin/documents/{id:id}/pdf", print_one, needs="administrator"),
]
