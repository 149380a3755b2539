"""A small browser for tests: it speaks WSGI to the real application, keeps cookies, follows redirects, and says where it comes from."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlencode

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class Browser:
    """One visitor. What it sends by itself is what browsers send: cookies, and that a form is of the same origin."""

    host = "shop.test"

    def __init__(self, application: Wsgi, *, language: str = "en", address: str = "203.0.113.7") -> None:
        self.application = application
        self.cookies: dict[str, str] = {}
        self.headers = {"Accept-Language": language}
        self.address = address

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def open(self, path: str) -> Answer:
        """GET, and go wherever that leads."""
        return self._follow(self.get(path))

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        """Send a form, and stay to see what came back."""
        return self.send(path, fields)

    def submit(self, path: str, **fields: str | list[str]) -> Answer:
        """Send a form, and go wherever that leads."""
        return self._follow(self.post(path, **fields))

    def send(
        self, path: str, fields: Mapping[str, str | list[str]], files: Iterable[tuple[str, str, bytes]] = ()
    ) -> Answer:
        """Send a form with files: (field, file name, content)."""
        files = list(files)
        if files:
            body, type_ = _multipart(fields, files)
        else:
            body, type_ = urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, type_, {"Sec-Fetch-Site": "same-origin"})

    def call(self, method: str, path: str, value: Any = None, **headers: str) -> Answer:
        """Call the API with JSON; `headers` are written with underscores."""
        body = b"" if value is None else json.dumps(value).encode()
        return self.ask(method, path, body, "application/json" if body else "", headers)

    def ask(
        self, method: str, path: str, body: bytes = b"", type_: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(quote(path, safe="/%")).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": self.host,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        if body:
            environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": type_}
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for name, value in {**self.headers, **(headers or {})}.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return self._run(environ)

    def _run(self, environ: dict[str, Any]) -> Answer:
        said: list[Any] = []
        body = b"".join(self.application(environ, lambda *answer: said.extend(answer)))
        answer = Answer(int(said[0].split()[0]), said[1], body)
        for name, value in answer.headers:
            if name == "Set-Cookie":
                self._keep(value)
        return answer

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        if "Max-Age=0" in cookie:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def _follow(self, answer: Answer) -> Answer:
        for _ in range(10):
            if answer.status not in (301, 302, 303, 307, 308):
                break
            answer = self.get((answer.header("Location") or "/").removeprefix(f"http://{self.host}"))
        return answer


def _multipart(fields: Mapping[str, str | list[str]], files: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    mark = b"a-line-that-is-in-no-file"
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value.encode())
        for name, given in fields.items()
        for value in ([given] if isinstance(given, str) else given)
    ]
    parts += [
        b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: application/octet-stream\r\n\r\n%s'
        % (field.encode(), name.encode(), content)
        for field, name, content in files
    ]
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"
    return body, f"multipart/form-data; boundary={mark.decode()}"
