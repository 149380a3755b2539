"""Coming in: signing up, the links in mails, and tokens for programs. Nothing here tells whether an address has an account."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooMany
from haat.market.accounts import tokens
from haat.market.accounts.change_email import change_email
from haat.market.accounts.enrol import Person
from haat.market.accounts.issue_token import issue_token
from haat.market.accounts.reset_password import ask_for_reset, reset_password
from haat.market.accounts.sessions import Device
from haat.market.accounts.sign_in import NotRecognised
from haat.market.accounts.sign_up import ask_for_confirmation, sign_up
from haat.market.accounts.tokens import SCOPES
from haat.market.accounts.verify import verify
from haat.web.api.kinds import Country, Instant
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Email = Annotated[str, Meta(max_length=254)]
Password = Annotated[str, Meta(max_length=200)]
Name = Annotated[str, Meta(max_length=120)]
Language = Annotated[str, Meta(max_length=5)]
Secret = Annotated[str, Meta(max_length=100)]


class NewAccount(Input, frozen=True):
    """Who wants an account. Language and country (codes such as en and DE) are those of the request and of the market when left out."""

    email: Email
    name: Name
    password: Password
    language: Language | None = None
    country: Country | None = None


class Mailbox(Input, frozen=True):
    """Where a link is to be mailed."""

    email: Email


class MailedLink(Input, frozen=True):
    """`token` is what stands behind `token=` in the link."""

    token: Secret


class NewPassword(Input, frozen=True):
    """The password to be, and the `token` of the link that was mailed."""

    token: Secret
    password: Password


class NewToken(Input, frozen=True):
    """Who it is for, what it is called in the list of tokens, and what it may do. It works until `expires_at`, or until it is revoked."""

    email: Email
    password: Password
    name: Annotated[str, Meta(max_length=80)]
    scopes: Annotated[list[str], Meta(min_length=1, max_length=50)]
    expires_at: Instant | None = None


class TokenMade(Output, frozen=True):
    """A new token. `secret` is what goes behind `Bearer`; it is shown this once and kept nowhere."""

    id: str
    secret: str


class Token(Output, frozen=True):
    """A token that works."""

    id: str
    name: str
    scopes: list[str]
    created_at: int
    used_at: int | None
    expires_at: int | None


class Tokens(Output, frozen=True):
    """All your tokens that work, the youngest first."""

    items: list[Token]


def create_account(ctx: Context, body: NewAccount) -> None:
    country = body.country or ctx.settings.market.country
    person = Person(body.email, body.name, body.language or ctx.lang, country)
    sign_up(ctx.store, ctx.settings.accounts, person, body.password, address=ctx.address)


def mail_confirmation(ctx: Context, body: Mailbox) -> None:
    ask_for_confirmation(ctx.store, ctx.settings.accounts, body.email, address=ctx.address)


def confirm(ctx: Context, body: MailedLink) -> None:
    verify(ctx.store, body.token)


def mail_reset(ctx: Context, body: Mailbox) -> None:
    ask_for_reset(ctx.store, ctx.settings.accounts, body.email, address=ctx.address)


def choose_password(ctx: Context, body: NewPassword) -> None:
    reset_password(ctx.store, ctx.settings.accounts, body.token, body.password)


def move(ctx: Context, body: MailedLink) -> None:
    change_email(ctx.store, body.token)


def create_token(ctx: Context, body: NewToken) -> TokenMade:
    device = Device(ctx.address, ctx.header("User-Agent"))
    rules, lasts = ctx.settings.accounts, body.expires_at
    made = issue_token(ctx.store, rules, body.email, body.password, device, body.name, body.scopes, expires_at=lasts)
    return TokenMade(id=ids.encode(made.id), secret=made.secret)


def show_tokens(ctx: Context) -> Tokens:
    return Tokens(items=[_token(row) for row in tokens.list_tokens(ctx.store, ctx.member.id)])


def revoke_token(ctx: Context, id: int) -> None:
    tokens.revoke_token(ctx.store, ctx.member.id, id)


def _token(row: tokens.Token) -> Token:
    return Token(
        id=ids.encode(row.id),
        name=row.name,
        scopes=row.scopes.split(),
        created_at=row.created_at,
        used_at=row.used_at,
        expires_at=row.expires_at,
    )


_SCOPES = "\n".join(f"- `{scope}`: {words}" for scope, words in SCOPES.items())

ENDPOINTS = [
    Endpoint(
        "POST",
        "/accounts",
        create_account,
        "Sign up",
        takes=NewAccount,
        errors=(Invalid, TooMany),
        description="Mails a link to the address; the account can be used once it was followed. An address that has an account gets "
        "a mail that says so, and the answer is the same. What strangers can have us write is limited by mailbox and by network address.",
    ),
    Endpoint(
        "POST",
        "/accounts/confirmation-mails",
        mail_confirmation,
        "Mail the link once more",
        takes=Mailbox,
        errors=(TooMany,),
    ),
    Endpoint(
        "POST",
        "/accounts/confirmations",
        confirm,
        "Confirm an address",
        takes=MailedLink,
        errors=(NotFound,),
        description="The `token` is in the link that was mailed to it. A second time changes nothing.",
    ),
    Endpoint(
        "POST",
        "/accounts/password-mails",
        mail_reset,
        "Mail a link to choose a new password",
        takes=Mailbox,
        errors=(TooMany,),
        description="The answer is the same when the address has no account.",
    ),
    Endpoint(
        "POST",
        "/accounts/passwords",
        choose_password,
        "Choose a new password by a mailed link",
        takes=NewPassword,
        errors=(NotFound, Invalid),
        description="Signs the account out everywhere and revokes its tokens.",
    ),
    Endpoint(
        "POST",
        "/accounts/addresses",
        move,
        "Move an account to another address by a mailed link",
        takes=MailedLink,
        errors=(NotFound, Conflict),
    ),
    Endpoint(
        "POST",
        "/tokens",
        create_token,
        "Make a token",
        takes=NewToken,
        gives=TokenMade,
        status=201,
        errors=(NotRecognised, NotAllowed, TooMany, Invalid, Refused),
        description="Needs the password, and is limited as signing in is: by account and by network address. The scopes:\n\n"
        + _SCOPES,
    ),
    Endpoint("GET", "/tokens", show_tokens, "Your tokens", gives=Tokens, needs="signed_in", scope="account:read"),
    Endpoint(
        "DELETE",
        "/tokens/{id:id}",
        revoke_token,
        "Revoke a token",
        needs="signed_in",
        scope="account:write",
        errors=(NotFound,),
    ),
]
