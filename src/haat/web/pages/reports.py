"""Report a listing or a person to the people of the market."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.market.accounts.account import get as get_account
from haat.market.catalogue.item import item
from haat.market.moderation.report import Reason, report_listing, report_person
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.desk import TOLD, known, wrong
from haat.web.routes import Page


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


REASONS: Mapping[Reason, str] = {
    "forbidden": _("It may not be sold"),
    "fraud": _("It looks like fraud"),
    "wrong": _("It is not what it says"),
    "offensive": _("It insults or threatens somebody"),
    "spam": _("It is advertising, or there again and again"),
    "other": _("Something else"),
}


def show(ctx: Context) -> Response:
    """GET /reports/new?listing=ID or ?person=ID."""
    return _page(ctx, ctx.query.get("listing"), ctx.query.get("person"), {}, {})


def send(ctx: Context) -> Response:
    """POST /reports."""
    form, by = ctx.form, ctx.member.id
    listing, person, reason, text = (form.get(name) for name in ("listing", "person", "reason", "text"))
    try:
        if listing:
            about = ids.decode(listing)
            ctx.store.write(lambda tx: report_listing(tx, by, about, reason, text))
        else:
            about = ids.decode(person)
            ctx.store.write(lambda tx: report_person(tx, by, about, reason, text))
    except TOLD as error:
        return _page(ctx, listing, person, form.first_values(), wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("Thank you. The people of the market look at it."))
    return redirect(f"/item/{listing}" if listing else "/messages")


def _page(
    ctx: Context,
    listing: str,
    person: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    return page(
        ctx,
        "report.html",
        status=status,
        listing=listing,
        person=person,
        what=_what(ctx, listing, person),
        reasons=[{"value": one, "label": known(ctx, word)} for one, word in REASONS.items()],
        values=values,
        errors=errors,
    )


def _what(ctx: Context, listing: str, person: str) -> str:
    """What it is about, by its name. Raises NotFound."""
    if not listing:
        return get_account(ctx.store, ids.decode(person)).name
    found = item(ctx.store, ids.decode(listing))
    if found is None or found.state == "draft":
        raise NotFound("There is no such listing.")
    return found.title


PAGES = [
    Page("GET", "/reports/new", show, needs="signed_in"),
    Page("POST", "/reports", send, needs="signed_in"),
]
