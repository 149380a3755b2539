"""What a page of the console is given, and what it gives back."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from haat.console.desk import Desk
from haat.kernel.errors import NotAllowed, NotSignedIn
from haat.ops.operators import sign_in
from haat.ops.operators.operator import Operator
from haat.web import bodies, cookies, proxies
from haat.web.bodies import Form, Values
from haat.web.headers import Header

# Cookies are of a machine and not of a port: these names are other ones than the shop's.
SESSION, THEME, KEYS = "haat_operator", "haat_console_theme", "haat_console_keys"

_LARGEST_FORM = 100_000  # bytes
_HTML = ("Content-Type", "text/html; charset=utf-8")
# Of a page that is also a file which is opened by itself: it carries its own style, has no scripts, and may have none.
_OF_PAPER = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Answer(NamedTuple):
    """Status, headers, of which the first says what it is, and the body."""

    status: int
    headers: list[Header]
    body: bytes = b""


class Request:
    """One request. Nothing is read, and nobody is looked up, before it is asked for."""

    def __init__(self, desk: Desk, environ: dict[str, Any]) -> None:
        self.desk = desk
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ["PATH_INFO"]
        self.answer_cookies: list[str] = []

    @cached_property
    def query(self) -> Values:
        return bodies.parse_query(self.environ.get("QUERY_STRING", ""))

    @cached_property
    def form(self) -> Form:
        """What the form says. Raises NotReadable, TooLarge."""
        return bodies.parse_form(self.environ, most=_LARGEST_FORM)

    @property
    def address(self) -> str:
        """Where the request comes from, as far as our proxies can be trusted to know."""
        return proxies.client_address(self.environ, self.desk.trusted_proxies)

    @property
    def origin(self) -> str:
        """Scheme and host of the console as the operator typed them."""
        return proxies.own_origin(self.environ, "", self.desk.trusted_proxies)

    @property
    def path_and_query(self) -> str:
        query = self.environ.get("QUERY_STRING", "")
        return f"{quote(self.path)}?{query}" if query else quote(self.path)

    @cached_property
    def me(self) -> Operator | None:
        """Who is signed in."""
        secret = self.cookie(SESSION)
        return sign_in.behind(self.desk.store, secret) if secret else None

    @property
    def operator(self) -> Operator:
        """Who is signed in. Raises NotSignedIn."""
        if self.me is None:
            raise NotSignedIn("You are not signed in.", try_="Sign in, and come back here.")
        return self.me

    def require(self, role: str) -> None:
        """Raises NotSignedIn, NotAllowed."""
        if not self.operator.may(role):
            raise NotAllowed(
                "You may look, and not do this.",
                why=f"It needs the role “{role}”; yours is “{self.operator.role}”.",
                try_="Ask somebody who has it. Roles are given on the machine itself, by `haat operators add`.",
            )

    def cookie(self, name: str) -> str:
        """One of our cookies, "" when there is none."""
        sent = cookies.parse(self.environ.get("HTTP_COOKIE", ""))
        return sent.get(cookies.wire_name(name, is_secure=self._is_secure), "")

    def set_cookie(self, name: str, value: str, *, max_age: int | None = None) -> None:
        self.answer_cookies.append(cookies.written(name, value, max_age=max_age, is_secure=self._is_secure))

    @property
    def _is_secure(self) -> bool:
        return self.origin.startswith("https://")


def page(ask: Request, template: str, /, *, status: int = 200, **values: Any) -> Answer:
    """A template with what every page shows and the values of this one."""
    theme = ask.cookie(THEME)
    around = {
        "me": ask.me,
        "copied_at": ask.desk.memory.copied_at,
        "path": ask.path,
        "here": ask.path_and_query if ask.method == "GET" else "/",
        "theme": theme if theme in ("light", "dark") else "dark",
        "has_keys": ask.cookie(KEYS) != "off",
    }
    return Answer(status, [_HTML], ask.desk.render(template, around | values).encode())


def paper(written: bytes) -> Answer:
    """A page that stands by itself, as it is written."""
    return Answer(200, [_HTML, ("Content-Security-Policy", _OF_PAPER)], written)


def redirect(to: str) -> Answer:
    """Go there with GET. `to` is a path of ours."""
    return Answer(303, [("Location", to)])


def own_path(text: str) -> str:
    """The text if it is a path of the console, else the wall: nobody is sent anywhere else."""
    is_ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and text.isascii()
    return text if is_ours else "/"
