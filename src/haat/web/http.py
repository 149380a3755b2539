"""What a page or an endpoint is given, and what it gives back.

A handler is a function of a Context; the parts of the path that its route names in braces come as keyword arguments:

    def show(ctx: Context, id: int) -> Response:                       # Page("GET", "/item/{id:id}", show)
        return page(ctx, "item.html", item=items.find(ctx.app.store, id))

    def save(ctx: Context) -> Response:                                # Page("POST", "/account", save, needs="signed_in")
        try:
            rename(ctx.app.store, ctx.member.id, ctx.form.get("name"))
        except Invalid as error:
            return page(ctx, "account.html", status=422, values=ctx.form.first_values(), errors=error.fields)
        ctx.flash(ctx.gettext("Your name is saved."))
        return redirect("/account")

Errors of the kernel (NotFound, NotAllowed, Conflict, …) are simply raised: the frame turns them into a page or a problem.
Nothing is parsed, and nobody is looked up, before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import msgspec

from haat.kernel.errors import NotSignedIn
from haat.web import bodies, cookies, flashes, languages, members, proxies
from haat.web.bodies import Form, Values
from haat.web.flashes import Flash
from haat.web.headers import Header
from haat.web.lazy import lazy
from haat.web.members import Member

if TYPE_CHECKING:
    from haat.app import App
    from haat.config.schema import Settings
    from haat.kernel.zone import Zone
    from haat.market.catalogue.category import Tree
    from haat.store import Store
    from haat.web.formats import Formats
    from haat.web.site import Head, Site

Environ: TypeAlias = dict[str, Any]

_HTML = ("Content-Type", "text/html; charset=utf-8")
_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_JSON = ("Content-Type", "application/json")
_BEARER = "Bearer "
_encode = msgspec.json.Encoder().encode


class Response:
    """Status, headers, and a body in one piece or in many."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes | Iterator[bytes], status: int, headers: list[Header]) -> None:
        self.body = body
        self.status = status
        self.headers = headers

    @property
    def content(self) -> bytes:
        """The body of an answer that was made in one piece."""
        assert isinstance(self.body, bytes)
        return self.body

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        wanted = name.lower()
        return next((value for known, value in self.headers if known.lower() == wanted), None)


def html(content: str, status: int = 200) -> Response:
    return Response(content.encode(), status, [_HTML])


def text(content: str, status: int = 200) -> Response:
    return Response(content.encode(), status, [_TEXT])


def json(value: object, status: int = 200) -> Response:
    """Any value that msgspec can write."""
    return Response(_encode(value), status, [_JSON])


def empty() -> Response:
    return Response(b"", 204, [])


def redirect(to: str) -> Response:
    """Go there with GET (303). `to` is a path of ours, or an address that we made."""
    return Response(b"", 303, [("Location", quote(to, safe="/:?#[]@!$&'()*+,;=%~"))])


def data(content: bytes | Iterator[bytes], type_: str, *, save_as: str = "") -> Response:
    """Bytes of a type, in one piece or as they come; `save_as` makes the browser save them under that name."""
    headers = [("Content-Type", type_)]
    if save_as:
        headers.append(("Content-Disposition", f"attachment; filename*=UTF-8''{quote(save_as, safe='')}"))
    return Response(content, 200, headers)


def file(path: Path, type_: str, *, save_as: str = "") -> Response:
    """A file of the disk, which must be there."""
    return data(path.read_bytes(), type_, save_as=save_as)


def page(ctx: Context, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """A template with what every page shows and the values of this one."""
    return html(rendered(ctx, template, ctx.head(), values), status)


def rendered(ctx: Context, template: str, head: Head, values: dict[str, Any]) -> str:
    """The text of a page below this head, in the reader's language."""
    around = {"path": ctx.path_and_query, "flash": ctx.take_said()}
    return ctx.site.render(ctx.lang, template, head, around | values)


def decoded(path: str) -> str:
    """The path of a WSGI environment, which holds the bytes of the wire as if they were Latin-1."""
    return path if path.isascii() else path.encode("latin-1").decode("utf-8", "replace")


class Context:
    """One request, and what it may ask of the stack."""

    def __init__(self, site: Site, environ: Environ, request_id: str) -> None:
        self.site = site
        self.app: App = site.app
        self.environ = environ
        self.request_id = request_id
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = decoded(environ["PATH_INFO"])

    @property
    def store(self) -> Store:
        return self.app.store

    @property
    def settings(self) -> Settings:
        return self.app.settings

    @property
    def is_for_programs(self) -> bool:
        """Whether the answer is read by a program: errors are then problems and not pages."""
        return self.path.startswith("/api/")

    @property
    def path_and_query(self) -> str:
        """Where this is, as it would be written in a link."""
        query = self.environ.get("QUERY_STRING", "")
        return f"{quote(self.path)}?{query}" if query else quote(self.path)

    def header(self, name: str) -> str:
        """A header of the request, "" when it was not sent."""
        value: str = self.environ.get("HTTP_" + name.upper().replace("-", "_"), "")
        return value

    @lazy
    def query(self) -> Values:
        """What stands behind the question mark."""
        return bodies.parse_query(self.environ.get("QUERY_STRING", ""))

    @lazy
    def body(self) -> bytes:
        """The body as it came. Raises TooLarge."""
        return bodies.read(self.environ)

    def read_body(self, most: int) -> bytes:
        """The body where it may be as long as this, and not only as long as usual; `body` knows it from then on. Raises TooLarge."""
        body = self.__dict__["body"] = bodies.read(self.environ, most)
        return body

    @lazy
    def form(self) -> Form:
        """What the form says, and its files. Raises Invalid when it cannot be read, TooLarge when it is too long."""
        return bodies.parse_form(self.environ, most=self.site.largest_form)

    @lazy
    def cookies(self) -> dict[str, str]:
        """All cookies of the request, by the names of the wire; ask `cookie` for ours."""
        return cookies.parse(self.environ.get("HTTP_COOKIE", ""))

    def cookie(self, name: str) -> str:
        """One of our cookies (`haat_cart`), "" when there is none."""
        return self.cookies.get(self.site.cookie_name(name), "")

    def keep_session(self, secret: str) -> None:
        """Sign this browser in: let it keep the secret of a session."""
        self.set_cookie(cookies.SESSION, secret, max_age=cookies.AS_LONG_AS_CAN_BE)

    def set_cookie(self, name: str, value: str, *, max_age: int | None = None) -> None:
        """Let the answer set one of our cookies, for `max_age` seconds or until the browser closes."""
        self.answer_cookies.append(self.site.cookie(name, value, max_age))

    def delete_cookie(self, name: str) -> None:
        """Let the answer delete one of our cookies."""
        self.answer_cookies.append(self.site.cookie(name, "", 0))

    @lazy
    def answer_cookies(self) -> list[str]:
        """The `Set-Cookie` headers that the answer will carry."""
        return []

    @lazy
    def me(self) -> Member | None:
        """Who is signed in, by token or by session. Raises NotSignedIn when a token is not valid."""
        if self.has_token:
            return members.behind_token(self.app, self.header("Authorization")[len(_BEARER) :].strip())
        secret = self.cookie(cookies.SESSION)
        return members.behind_session(self.app, secret) if secret else None

    @property
    def has_token(self) -> bool:
        """Whether a program shows a token. Another kind of `Authorization` says nothing: then the session's cookie counts."""
        return self.is_for_programs and self.header("Authorization").startswith(_BEARER)

    def as_stranger(self) -> None:
        """Answer as if nobody was signed in, without asking the database who it is."""
        self.__dict__["me"] = None

    @property
    def member(self) -> Member:
        """Who is signed in. Raises NotSignedIn."""
        me = self.me
        if me is None:
            raise NotSignedIn("You are not signed in.", try_="Sign in, and come back here.")
        return me

    @lazy
    def lang(self) -> str:
        """The language to answer in: as chosen on this browser, as the account says, as the browser asks, or the market's first."""
        offered = self.settings.market.languages
        chosen = self.cookie(cookies.LANGUAGE)
        if chosen in offered:
            return chosen
        if self.cookie(cookies.SESSION) and self.me is not None and self.me.language in offered:
            return self.me.language
        return languages.preferred(self.header("Accept-Language"), offered)

    @lazy
    def tree(self) -> Tree:
        """The categories, as they were when this request first asked for them."""
        return self.app.catalogue.categories.tree(self.store)

    @property
    def zone(self) -> Zone:
        """Whose days and hours people choose, and are shown: the market's."""
        return self.settings.market.time_zone

    @property
    def formats(self) -> Formats:
        """How money, numbers and times are written for the reader, in texts that are made here and not in a template."""
        return self.site.formats(self.lang)

    def head(self) -> Head:
        """What the head of a page shows this visitor."""
        return self.site.head(self.me, self.cookie(cookies.CART))

    def gettext(self, message: str, /, **values: object) -> str:
        """A message in the reader's language, for texts that are made here and not in a template."""
        return self.site.words(self.lang).text(message, **values)

    def flash(self, message: str, kind: str = "good") -> None:
        """Say this on the next page that is shown; kind is info, good, warn or bad."""
        self.said.append(flashes.flash(kind, message))

    @lazy
    def said(self) -> list[Flash]:
        """Messages that no page has shown yet."""
        return []

    def take_said(self) -> list[Flash]:
        """The messages for the page that is being made, those too that an earlier request kept; no other page will show them."""
        kept = self.cookie(cookies.FLASH)
        waiting = flashes.read(kept, self.site.signing_key) + self.said
        self.said.clear()
        if kept:
            self.delete_cookie(cookies.FLASH)
        return waiting

    def keep_said(self) -> None:
        """Send what was said and not shown to the next page."""
        if self.said:
            self.set_cookie(cookies.FLASH, flashes.written(self.said, self.site.signing_key), max_age=flashes.LIFE)

    @lazy
    def address(self) -> str:
        """Where the request comes from, as far as our proxies can be trusted to know."""
        return proxies.client_address(self.environ, self.site.trusted_proxies)

    @lazy
    def origin(self) -> str:
        """The address of the shop as this visitor sees it, like `https://shop.example`, without a slash at its end."""
        return proxies.own_origin(self.environ, self.settings.web.public_url, self.site.trusted_proxies)
