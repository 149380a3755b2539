"""Invoices and credit notes as lists and files, for whoever may see them."""

from __future__ import annotations

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.documents.document import Document
from haat.web.http import Context, Response, data
from haat.web.pages.desk import View


def document_file(ctx: Context, found: Document) -> Response:
    """A document as PDF."""
    return data(ctx.app.print_paper(found.paper), "application/pdf", save_as=f"{found.name}.pdf")


def document_row(ctx: Context, found: Document) -> View:
    """A document as a line of a list."""
    return {
        "id": ids.encode(found.id),
        "name": found.name,
        "what": _kinds(ctx)[found.kind],
        "at": found.issued_at,
        "for": found.paper.receiver.name,
        "total": Money(found.total, found.currency),
    }


def _kinds(ctx: Context) -> dict[str, str]:
    return {
        "sale": ctx.gettext("Invoice"),
        "sale_credit": ctx.gettext("Credit note"),
        "fee": ctx.gettext("Invoice for commission"),
        "fee_credit": ctx.gettext("Credit note for commission"),
    }
