"""Where the member is signed in; each can be ended, and all at once."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.accounts.sessions import Session, end_session, list_sessions
from haat.market.accounts.sign_out import sign_out_everywhere
from haat.web.cookies import SESSION
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.account.devices import browser_of, is_phone, system_of
from haat.web.pages.desk import View, attempt
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /account/sessions."""
    rows = [_row(ctx, session) for session in list_sessions(ctx.store, ctx.member.id)]
    rows.sort(key=lambda row: not row["is_here"])
    return page(ctx, "account/sessions.html", here="sessions", sessions=rows)


def end(ctx: Context, id: int) -> Response:
    """POST /account/sessions/ID/end."""
    owner = ctx.member.id
    done = ctx.gettext("That device is signed out.")
    return attempt(ctx, lambda: end_session(ctx.store, owner, id), done, "/account/sessions")


def end_all(ctx: Context) -> Response:
    """POST /account/sessions/end: everywhere, here too."""
    sign_out_everywhere(ctx.store, ctx.member.id)
    ctx.delete_cookie(SESSION)
    ctx.as_stranger()
    ctx.flash(ctx.gettext("You are signed out everywhere."))
    return redirect("/sign-in")


def _row(ctx: Context, session: Session) -> View:
    browser, system = browser_of(session.agent), system_of(session.agent)
    if browser and system:
        device = ctx.gettext("%(browser)s on %(system)s", browser=browser, system=system)
    else:
        device = browser or system or ctx.gettext("Another program")
    return {
        "id": ids.encode(session.id),
        "device": device,
        "icon": "mobile" if is_phone(session.agent) else "screen",
        "address": session.address,
        "seen_at": session.seen_at,
        "created_at": session.created_at,
        "is_here": session.id == ctx.member.session_id,
    }


PAGES = [
    Page("GET", "/account/sessions", show, needs="signed_in"),
    Page("POST", "/account/sessions/end", end_all, needs="signed_in"),
    Page("POST", "/account/sessions/{id:id}/end", end, needs="signed_in"),
]
