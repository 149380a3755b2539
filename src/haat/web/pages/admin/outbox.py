"""The mails of the market. Without a mail server this is where people's links are found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haat.kernel import ids
from haat.market.notices.mail import KeptMail, get_mail, list_mails
from haat.web.http import Context, Response
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, View, before, part
from haat.web.routes import Page

_ADDRESS = re.compile(r"(https?://\S+)")


def show_all(ctx: Context) -> Response:
    """GET /admin/outbox."""
    rows = list_mails(ctx.store, before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, "/admin/outbox", lambda row: int(row.id))
    return admin_page(
        ctx,
        "admin/outbox.html",
        "outbox",
        mails=[_row(mail) for mail in found.rows],
        newer=found.newer,
        older=found.older,
        is_kept_here=not ctx.settings.mail.host,
    )


def show(ctx: Context, id: int) -> Response:
    """GET /admin/outbox/ID."""
    mail = get_mail(ctx.store, id)
    return admin_page(ctx, "admin/mail.html", "outbox", mail=_row(mail), pieces=list(_pieces(mail.text)))


def _row(mail: KeptMail) -> View:
    return {
        "id": ids.encode(mail.id),
        "to": mail.recipient,
        "subject": mail.subject,
        "created_at": mail.created_at,
        "sent_at": mail.sent_at,
        "carrier": mail.carrier or "",
        "attempts": mail.attempts,
        "problem": mail.problem or "",
        "is_forgotten": not mail.text,
    }


def _pieces(text: str) -> Iterator[View]:
    """The text in pieces, of which those that are addresses become links."""
    for number, piece in enumerate(_ADDRESS.split(text)):
        if piece:
            yield {"text": piece, "is_link": number % 2 == 1}


PAGES = [
    Page("GET", "/admin/outbox", show_all, needs="administrator"),
    Page("GET", "/admin/outbox/{id:id}", show, needs="administrator"),
]
