"""Which pages may be kept for visitors who are nobody in particular: everyone gets the same one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from haat.cache.page import Key
from haat.web import cookies
from haat.web.http import Response
from haat.web.languages import preferred

# Files are kept by those who ask for them; figures, and pages whose address holds a secret of somebody's, by nobody.
_NEVER = re.compile(r"/(?:static|media|sandbox)/|/(?:health|metrics|verify|reset|account)(?:/|$)").match


class Keys:
    """Says under which key the page of a request is kept, if it may be shared at all."""

    def __init__(self, languages: Sequence[str], cookie_names: Mapping[str, str]) -> None:
        self._languages = tuple(languages)
        self._language_cookie = cookie_names[cookies.LANGUAGE]
        personal = [re.escape(name) for name in cookie_names.values() if name != self._language_cookie]
        self._is_personal = re.compile("|".join(personal)).search
        # Strangers send few different headers, and nothing that is secret.
        self._language = lru_cache(maxsize=512)(self._language_of)

    def of(self, environ: Mapping[str, Any]) -> Key | None:
        """None where the visitor is somebody: signed in, with a cart, or with a message waiting."""
        sent = environ.get("HTTP_COOKIE", "")
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET" or path.startswith("/api/") or self._is_personal(sent):
            return None
        return (
            environ.get("HTTP_HOST", ""),
            path,
            environ.get("QUERY_STRING", ""),
            self._language(sent, environ.get("HTTP_ACCEPT_LANGUAGE", "")),
        )

    def _language_of(self, sent: str, accepted: str) -> str:
        if self._language_cookie in sent:
            chosen = cookies.parse(sent).get(self._language_cookie, "")
            if chosen in self._languages:
                return chosen
        return preferred(accepted, self._languages)


def is_for_everybody(key: Key) -> bool:
    """Whether a page may leave the process at all, so far as its address tells."""
    _, path, query, _ = key
    return "token=" not in query and not _NEVER(path)


def may_be_shared(response: Response) -> bool:
    """A whole page that sets no cookie and does not ask to be forgotten."""
    return (
        response.status == 200
        and response.headers[0][1].startswith("text/html")
        and response.header("Set-Cookie") is None
        and response.header("Cache-Control") is None
    )
