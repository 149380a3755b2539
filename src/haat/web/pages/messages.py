"""What people write to each other about a listing. A page that works by itself; where scripts run, what is new comes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.market.catalogue.item import item
from haat.market.messages import block as blocking
from haat.market.messages import conversation as talks
from haat.market.messages.conversation import Conversation, Message
from haat.market.messages.write import LONGEST, ask, write
from haat.web.http import Context, Response, json, page, redirect
from haat.web.pages import views
from haat.web.pages.desk import PAGE, TOLD, View, attempt, before, part, wrong
from haat.web.routes import Page

_SHOWN = 50


def show_all(ctx: Context) -> Response:
    """GET /messages."""
    rows = talks.of_account(ctx.store, ctx.member.id, before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, "/messages", lambda row: int(row.last_id))
    return page(
        ctx,
        "messages/list.html",
        talks=[_row(row, ctx.member.id) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def show_new(ctx: Context) -> Response:
    """GET /messages/new?listing=ID."""
    return _new_page(ctx, ctx.query.get("listing"), {}, {})


def begin(ctx: Context) -> Response:
    """POST /messages."""
    listing, text, by = ctx.form.get("listing"), ctx.form.get("text"), ctx.member.id
    listing_id = ids.decode(listing)
    try:
        talk_id = ctx.store.write(lambda tx: ask(tx, by, listing_id, text))
    except TOLD as error:
        return _new_page(ctx, listing, {"text": text}, wrong(ctx, error), status=422)
    return redirect(_path(talk_id))


def show(ctx: Context, id: int) -> Response:
    """GET /messages/ID. Opening it is reading it."""
    return _page(ctx, id, {}, {})


def say(ctx: Context, id: int) -> Response:
    """POST /messages/ID."""
    text, by = ctx.form.get("text"), ctx.member.id
    try:
        ctx.store.write(lambda tx: write(tx, by, id, text))
    except NotFound:
        raise
    except TOLD as error:
        return _page(ctx, id, {"text": text}, wrong(ctx, error), status=422)
    return redirect(_path(id))


def what_is_new(ctx: Context, id: int) -> Response:
    """GET /messages/ID/new?after=ID: for the script of the page, which asks now and then."""
    by, after = ctx.member.id, ids.decode(ctx.query.get("after"))
    talk = talks.get(ctx.store, by, id)
    found = talks.messages_of(ctx.store, id, after=after, most=_SHOWN)
    if found and talk.read < talk.last_id:
        ctx.store.write(lambda tx: talks.mark_read(tx, by, id, found[-1].id))
    return json([_message(talk, one, by) for one in found])


def block(ctx: Context, id: int) -> Response:
    """POST /messages/ID/block."""
    by, other = ctx.member.id, talks.get(ctx.store, ctx.member.id, id).other_id
    done = ctx.gettext("You hear nothing more of this person.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: blocking.block(tx, by, other)), done, _path(id))


def unblock(ctx: Context, id: int) -> Response:
    """POST /messages/ID/unblock."""
    by, other = ctx.member.id, talks.get(ctx.store, ctx.member.id, id).other_id
    done = ctx.gettext("This person can write to you again.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: blocking.unblock(tx, by, other)), done, _path(id))


def _new_page(
    ctx: Context, listing: str, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    found = item(ctx.store, ids.decode(listing))
    if found is None or found.state == "draft":
        raise NotFound("There is no such listing.")
    about = {"id": listing, "title": found.title, "href": f"/item/{listing}/{found.handle}", "to": found.shop_name}
    return page(ctx, "messages/new.html", status=status, about=about, values=values, errors=errors, longest=LONGEST)


def _page(
    ctx: Context, talk_id: int, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    by, store = ctx.member.id, ctx.store
    talk = talks.get(store, by, talk_id)
    cut = before(ctx)
    shown = talks.messages_of(store, talk_id, before=cut, most=_SHOWN + 1)
    has_older, shown = len(shown) > _SHOWN, shown[-_SHOWN:]
    if talk.is_unread:
        store.write(lambda tx: talks.mark_read(tx, by, talk_id, talk.last_id))
    return page(
        ctx,
        "messages/conversation.html",
        status=status,
        talk=_talk(talk),
        messages=[_message(talk, one, by) for one in shown],
        older=f"{_path(talk_id)}?before={ids.encode(shown[0].id)}" if has_older else "",
        newest="" if cut else ids.encode(talk.last_id),
        is_blocked=blocking.has_blocked(store, by, talk.other_id),
        can_write=not blocking.is_between(store, by, talk.other_id),
        values=values,
        errors=errors,
        longest=LONGEST,
    )


def _talk(talk: Conversation) -> View:
    return {
        "id": ids.encode(talk.id),
        "other": talk.other,
        "other_id": ids.encode(talk.other_id),
        "title": talk.title,
        "href": f"/item/{ids.encode(talk.listing_id)}/{talk.handle}",
        "photo": views.photo(talk.photo),
    }


def _message(talk: Conversation, one: Message, reader_id: int) -> dict[str, Any]:
    is_mine = one.sender_id == reader_id
    return {
        "id": ids.encode(one.id),
        "is_mine": is_mine,
        "at": one.at,
        "text": one.text,
        "is_read": is_mine and one.id <= talk.read_by_them,
    }


def _row(talk: Conversation, reader_id: int) -> View:
    return {
        **_talk(talk),
        "last": talk.last_text.replace("\n", " ")[:120],
        "last_is_mine": talk.last_by == reader_id,
        "at": talk.last_at,
        "is_unread": talk.is_unread,
    }


def _path(talk_id: int) -> str:
    return f"/messages/{ids.encode(talk_id)}"


PAGES = [
    Page("GET", "/messages", show_all, needs="signed_in"),
    Page("GET", "/messages/new", show_new, needs="signed_in"),
    Page("POST", "/messages", begin, needs="signed_in"),
    Page("GET", "/messages/{id:id}", show, needs="signed_in"),
    Page("POST", "/messages/{id:id}", say, needs="signed_in"),
    Page("GET", "/messages/{id:id}/new", what_is_new, needs="signed_in"),
    Page("POST", "/messages/{id:id}/block", block, needs="signed_in"),
    Page("POST", "/messages/{id:id}/unblock", unblock, needs="signed_in"),
]
