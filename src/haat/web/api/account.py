"""Your account: who you are, where you are signed in, and what you were told."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, TooMany
from haat.market.accounts import sessions
from haat.market.accounts.account import get
from haat.market.accounts.change_email import ask_to_change_email
from haat.market.accounts.change_password import change_password
from haat.market.accounts.edit_profile import edit_profile
from haat.market.accounts.roles import roles_of
from haat.market.accounts.sign_out import sign_out_everywhere
from haat.market.notices import notice
from haat.web.api.joining import Email, Language, Name, Password
from haat.web.api.kinds import Country, Id
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

_NO_SESSION = 0


class Profile(Output, frozen=True):
    """Who you are. `shop` is the slug of your shop, null for those who have none; `roles` are those of the people who run the market."""

    id: str
    email: str
    name: str
    language: str
    country: str
    created_at: int
    verified_at: int | None
    shop: str | None
    roles: list[str]


class ProfileChange(Input, frozen=True):
    """What is left out stays as it is. Language and country are codes such as en and DE."""

    name: Name | None = None
    language: Language | None = None
    country: Country | None = None


class PasswordChange(Input, frozen=True):
    """The password as it is, and as it is to be."""

    password: Password
    new_password: Password


class AddressChange(Input, frozen=True):
    """The address to move to, and your password."""

    email: Email
    password: Password


class Session(Output, frozen=True):
    """Where you are signed in with a browser. It ends at `expires_at` unless it is used before; `is_this` is the one that asks."""

    id: str
    created_at: int
    seen_at: int
    expires_at: int
    address: str
    agent: str
    is_this: bool


class Sessions(Output, frozen=True):
    """Last seen first; of very many the last hundred."""

    items: list[Session]


class Ended(Output, frozen=True):
    """How many sessions that ended."""

    ended: int


class Notice(Output, frozen=True):
    """Something that you were told, in the language that you ask for. `link` is a path of this market."""

    id: str
    kind: str
    subject: str
    heading: str
    paragraphs: list[str]
    link: str
    created_at: int
    read_at: int | None


class NoticePage(Output, frozen=True):
    """The youngest first. `unread` are all that you have not read, counted up to 100."""

    items: list[Notice]
    next: str | None
    unread: int


class UpTo(Input, frozen=True):
    """The youngest notice that was read."""

    up_to: Annotated[Id, Meta(description="The id of a notice; it and all before it are marked.")]


class Read(Output, frozen=True):
    """How many were not read before."""

    read: int


def show_profile(ctx: Context) -> Profile:
    account = get(ctx.store, ctx.member.id)
    return Profile(
        id=ids.encode(account.id),
        email=account.email,
        name=account.name,
        language=account.language,
        country=account.country,
        created_at=account.created_at,
        verified_at=account.verified_at,
        shop=ctx.member.shop_slug,
        roles=roles_of(ctx.store, account.id),
    )


def change_profile(ctx: Context, body: ProfileChange) -> Profile:
    old = ctx.member
    edit_profile(
        ctx.store,
        old.id,
        name=old.name if body.name is None else body.name,
        language=old.language if body.language is None else body.language,
        country=old.country if body.country is None else body.country,
    )
    return show_profile(ctx)


def set_password(ctx: Context, body: PasswordChange) -> None:
    change_password(
        ctx.store,
        ctx.settings.accounts,
        ctx.member.id,
        body.password,
        body.new_password,
        session_id=ctx.member.session_id or _NO_SESSION,
        address=ctx.address,
    )


def ask_to_move(ctx: Context, body: AddressChange) -> None:
    rules = ctx.settings.accounts
    ask_to_change_email(ctx.store, rules, ctx.member.id, body.email, body.password, address=ctx.address)


def show_sessions(ctx: Context) -> Sessions:
    member = ctx.member
    rows = sessions.list_sessions(ctx.store, member.id)
    return Sessions(items=[_session(row, is_this=row.id == member.session_id) for row in rows])


def end_session(ctx: Context, id: int) -> None:
    sessions.end_session(ctx.store, ctx.member.id, id)


def end_sessions(ctx: Context) -> Ended:
    return Ended(ended=sign_out_everywhere(ctx.store, ctx.member.id))


def show_notices(ctx: Context, query: PageQuery) -> NoticePage:
    me = ctx.member.id
    rows = notice.list_notices(ctx.store, me, before=before(query), most=query.limit + 1)
    shown, next_ = cut(rows, query.limit)
    unread = notice.count_unread(ctx.store, me)
    return NoticePage(items=[_notice(ctx, row) for row in shown], next=next_, unread=unread)


def mark_read(ctx: Context, id: int) -> None:
    notice.mark_read(ctx.store, ctx.member.id, id)


def mark_all_read(ctx: Context, body: UpTo) -> Read:
    return Read(read=notice.mark_all_read(ctx.store, ctx.member.id, up_to=ids.decode(body.up_to)))


def _session(row: sessions.Session, *, is_this: bool) -> Session:
    return Session(
        id=ids.encode(row.id),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        address=row.address,
        agent=row.agent,
        is_this=is_this,
    )


def _notice(ctx: Context, row: notice.Notice) -> Notice:
    market = ctx.settings.market
    message = row.said(market.name, ctx.lang, ctx.site.words(ctx.lang), market.all_currencies, ctx.zone)
    return Notice(
        id=ids.encode(row.id),
        kind=row.kind,
        subject=message.subject,
        heading=message.heading,
        paragraphs=list(message.paragraphs),
        link=row.link,
        created_at=row.created_at,
        read_at=row.read_at,
    )


_reading = partial(Endpoint, needs="signed_in", scope="account:read")
_writing = partial(Endpoint, needs="signed_in", scope="account:write")

ENDPOINTS = [
    _reading("GET", "/account", show_profile, "Who you are", gives=Profile),
    _writing(
        "PATCH",
        "/account",
        change_profile,
        "Change your profile",
        takes=ProfileChange,
        gives=Profile,
        errors=(Invalid,),
    ),
    _writing(
        "PUT",
        "/account/password",
        set_password,
        "Change your password",
        takes=PasswordChange,
        errors=(Invalid, TooMany, Conflict),
        description="Signs you out everywhere but here. Tokens go on working.",
    ),
    _writing(
        "POST",
        "/account/address-mails",
        ask_to_move,
        "Move to another address",
        takes=AddressChange,
        errors=(Invalid, TooMany),
        description="Mails a link to the new address; the account moves when it is followed.",
    ),
    _reading("GET", "/account/sessions", show_sessions, "Where you are signed in", gives=Sessions),
    _writing("DELETE", "/account/sessions/{id:id}", end_session, "Sign out there", errors=(NotFound,)),
    _writing("DELETE", "/account/sessions", end_sessions, "Sign out everywhere", gives=Ended),
    _reading(
        "GET",
        "/account/notices",
        show_notices,
        "What you were told",
        query=PageQuery,
        gives=NoticePage,
        errors=(Invalid,),
    ),
    _writing("PUT", "/account/notices/{id:id}/read", mark_read, "Mark a notice as read", errors=(NotFound,)),
    _writing(
        "PUT",
        "/account/notices/read",
        mark_all_read,
        "Mark all notices as read, up to one",
        takes=UpTo,
        gives=Read,
        errors=(Invalid,),
    ),
]
