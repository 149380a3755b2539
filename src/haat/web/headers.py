"""Headers that go with every answer, by what kind of answer it is."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeAlias

Header: TypeAlias = tuple[str, str]

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}

_NO_SNIFFING = ("X-Content-Type-Options", "nosniff")
_PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

OF_PAGES: tuple[Header, ...] = (
    ("Content-Security-Policy", _PAGE_POLICY),
    _NO_SNIFFING,
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Vary", "Cookie, Accept-Language, Accept-Encoding"),
)
OF_PROGRAMS: tuple[Header, ...] = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    _NO_SNIFFING,
)
OF_FILES: tuple[Header, ...] = (_NO_SNIFFING,)
PRIVATE: Header = ("Cache-Control", "private, no-cache")
