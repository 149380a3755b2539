"""Who is asking: the person behind a session's cookie or a program's token, found in one look at the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from haat.kernel import clock
from haat.kernel.errors import NotAllowed, NotSignedIn
from haat.market.accounts.queries import MEMBER_BY_SESSION, MEMBER_BY_TOKEN
from haat.market.accounts.secret import hashed

if TYPE_CHECKING:
    from haat.app import App

Need: TypeAlias = Literal["signed_in", "seller", "moderator", "administrator"]


class Member(NamedTuple):
    """Somebody who has an account here. Sessions may do all that the member may; a token only what its `scopes` say."""

    id: int
    name: str
    email: str
    language: str
    country: str
    verified_at: int | None
    shop_id: int | None
    shop_slug: str | None
    has_moderator_grant: int
    has_administrator_grant: int
    session_id: int | None
    scopes: str | None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_seller(self) -> bool:
        return self.shop_id is not None

    @property
    def is_moderator(self) -> bool:
        """Administrators may do what moderators may."""
        return bool(self.has_moderator_grant or self.has_administrator_grant)

    @property
    def is_admin(self) -> bool:
        return bool(self.has_administrator_grant)

    def may(self, scope: str) -> bool:
        """Whether the way they came in allows this."""
        return self.scopes is None or scope in self.scopes.split()


def behind_token(app: App, secret: str) -> Member:
    """Whom a program acts for. Raises NotSignedIn when the token is not valid."""
    row = app.store.first(MEMBER_BY_TOKEN, secret_hash=hashed(secret), now=clock.now())
    if row is None:
        raise NotSignedIn(
            "This token is not valid.",
            why="It was revoked, it has run out, or it never was one.",
            try_="Make another on your account's page.",
        )
    app.presence.see_token(hashed(secret))
    return Member._make(row)


def behind_session(app: App, secret: str) -> Member | None:
    """Whom a browser belongs to; None once the session has ended."""
    row = app.store.first(MEMBER_BY_SESSION, secret_hash=hashed(secret), now=clock.now())
    if row is None:
        return None
    member = Member._make(row)
    if member.session_id is not None:
        app.presence.see_session(member.session_id)
    return member


def require(member: Member | None, need: Need | None) -> None:
    """Raises NotSignedIn, or NotAllowed, when this is not for them."""
    if need is None:
        return
    if member is None:
        raise NotSignedIn("You are not signed in.", try_="Sign in, and come back here.")
    if need == "seller" and not member.is_seller:
        raise NotAllowed(
            "This is for sellers.", why="You have no shop yet.", try_="Open a shop first; it takes a minute."
        )
    if need == "moderator" and not member.is_moderator:
        raise NotAllowed("This is for moderators.", why="Your account has not been made one.")
    if need == "administrator" and not member.is_admin:
        raise NotAllowed("This is for administrators.", why="Your account has not been made one.")
