"""Conversations about listings."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound, Refused, TooMany
from haat.market.messages import block as blocking
from haat.market.messages import conversation as talks
from haat.market.messages.write import LONGEST, ask, write
from haat.web.api.kinds import Id
from haat.web.api.paging import PageQuery, before
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Words = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class NewConversation(Input, frozen=True):
    """The listing that you write to its owner about. Who has written about it before goes on with that conversation."""

    listing: Id
    text: Words


class NewMessage(Input, frozen=True):
    """What you say."""

    text: Words


class Read(Input, frozen=True):
    """The last message that you have seen."""

    up_to: Id


class MessageQuery(Input, frozen=True):
    """Of the messages after `after` and before `before`, the newest `limit`."""

    after: Id | None = None
    before: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class Message(Output, frozen=True):
    """`is_mine` says that you wrote it."""

    id: str
    is_mine: bool
    at: int
    text: str


class Conversation(Output, frozen=True):
    """As you see it. `person` is the other one; `read_by_them` the last message that they have seen, or null."""

    id: str
    listing: str
    title: str
    person: str
    person_name: str
    last: Message
    is_unread: bool
    read_by_them: str | None


class ConversationPage(Output, frozen=True):
    """Those with the newest messages first."""

    items: list[Conversation]
    next: str | None


class Messages(Output, frozen=True):
    """Messages, the oldest first."""

    items: list[Message]


def show_conversations(ctx: Context, query: PageQuery) -> ConversationPage:
    rows = talks.of_account(ctx.store, ctx.member.id, before=before(query), most=query.limit + 1)
    more = ids.encode(rows[query.limit - 1].last_id) if len(rows) > query.limit else None
    return ConversationPage(items=[_talk(ctx, row) for row in rows[: query.limit]], next=more)


def create_conversation(ctx: Context, body: NewConversation) -> Conversation:
    by, listing_id = ctx.member.id, ids.decode(body.listing)
    talk_id = ctx.store.write(lambda tx: ask(tx, by, listing_id, body.text))
    return show_conversation(ctx, talk_id)


def show_conversation(ctx: Context, id: int) -> Conversation:
    return _talk(ctx, talks.get(ctx.store, ctx.member.id, id))


def show_messages(ctx: Context, id: int, query: MessageQuery) -> Messages:
    talks.get(ctx.store, ctx.member.id, id)
    after = ids.decode(query.after) if query.after else 0
    cut = ids.decode(query.before) if query.before else None
    found = talks.messages_of(ctx.store, id, after=after, before=cut, most=query.limit)
    return Messages(items=[_message(ctx, one.id, one.sender_id, one.at, one.text) for one in found])


def create_message(ctx: Context, id: int, body: NewMessage) -> Conversation:
    by = ctx.member.id
    ctx.store.write(lambda tx: write(tx, by, id, body.text))
    return show_conversation(ctx, id)


def mark_read(ctx: Context, id: int, body: Read) -> None:
    by, up_to = ctx.member.id, ids.decode(body.up_to)
    ctx.store.write(lambda tx: talks.mark_read(tx, by, id, up_to))


def block(ctx: Context, id: int) -> None:
    other = talks.get(ctx.store, ctx.member.id, id).other_id
    ctx.store.write(lambda tx: blocking.block(tx, ctx.member.id, other))


def unblock(ctx: Context, id: int) -> None:
    other = talks.get(ctx.store, ctx.member.id, id).other_id
    ctx.store.write(lambda tx: blocking.unblock(tx, ctx.member.id, other))


def _talk(ctx: Context, row: talks.Conversation) -> Conversation:
    return Conversation(
        id=ids.encode(row.id),
        listing=ids.encode(row.listing_id),
        title=row.title,
        person=ids.encode(row.other_id),
        person_name=row.other,
        last=_message(ctx, row.last_id, row.last_by, row.last_at, row.last_text),
        is_unread=row.is_unread,
        read_by_them=ids.encode(row.read_by_them) if row.read_by_them else None,
    )


def _message(ctx: Context, id_: int, sender_id: int, at: int, text: str) -> Message:
    return Message(id=ids.encode(id_), is_mine=sender_id == ctx.member.id, at=at, text=text)


_reading = partial(Endpoint, needs="signed_in", scope="account:read")
_writing = partial(Endpoint, needs="signed_in", scope="account:write")

ENDPOINTS = [
    _reading(
        "GET",
        "/conversations",
        show_conversations,
        "Your conversations",
        query=PageQuery,
        gives=ConversationPage,
        errors=(Invalid,),
    ),
    _writing(
        "POST",
        "/conversations",
        create_conversation,
        "Write to the owner of a listing",
        takes=NewConversation,
        gives=Conversation,
        status=201,
        errors=(Invalid, Refused, TooMany, NotFound),
        idempotent=True,
    ),
    _reading(
        "GET", "/conversations/{id:id}", show_conversation, "A conversation", gives=Conversation, errors=(NotFound,)
    ),
    _reading(
        "GET",
        "/conversations/{id:id}/messages",
        show_messages,
        "What was said",
        query=MessageQuery,
        gives=Messages,
        errors=(Invalid, NotFound),
        description="Reading them through the API marks nothing as read.",
    ),
    _writing(
        "POST",
        "/conversations/{id:id}/messages",
        create_message,
        "Say something",
        takes=NewMessage,
        gives=Conversation,
        status=201,
        errors=(Invalid, Refused, TooMany, NotFound),
        idempotent=True,
    ),
    _writing(
        "PUT",
        "/conversations/{id:id}/read",
        mark_read,
        "Say what you have read",
        takes=Read,
        errors=(Invalid, NotFound),
    ),
    _writing(
        "PUT",
        "/conversations/{id:id}/block",
        block,
        "Block the other person",
        errors=(NotFound,),
        description="Neither can write to the other, or make them an offer.",
    ),
    _writing("DELETE", "/conversations/{id:id}/block", unblock, "Lift your block", errors=(NotFound,)),
]
