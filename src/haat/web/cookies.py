"""Cookies: their names on the wire, and how they are read and written.

Over HTTPS our names begin with `__Host-`: the browser then takes them only from us, only for the whole host, only when Secure.
"""

from __future__ import annotations

SESSION = "haat_session"
CART = "haat_cart"
LANGUAGE = "haat_lang"
FLASH = "haat_flash"
AS_LONG_AS_CAN_BE = (
    400 * 86_400
)  # seconds: browsers keep none longer. When a session ends is decided here and not there.
OURS = (SESSION, CART, LANGUAGE, FLASH)

_SECURE_PREFIX = "__Host-"


def wire_name(name: str, *, is_secure: bool) -> str:
    return _SECURE_PREFIX + name if is_secure else name


def parse(header: str) -> dict[str, str]:
    """All cookies that were sent; where a name comes twice, the first one stays."""
    found: dict[str, str] = {}
    for pair in header.split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            found.setdefault(name, value.strip('"'))
    return found


def written(name: str, value: str, *, max_age: int | None, is_secure: bool) -> str:
    """A `Set-Cookie` header. `value` is made by us, of letters that need no quoting; `max_age` 0 deletes."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    secure = "; Secure" if is_secure else ""
    return f"{wire_name(name, is_secure=is_secure)}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}"
