"""The address of a server that keeps pages: where it is, which of its numbered rooms is ours, and who asks."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from haat.config.secrets import Secret

_USUAL_PORT = 6379


class CacheAddress(NamedTuple):
    """As text it hides the password; `reveal` does not."""

    host: str
    port: int
    number: int
    user: str = ""
    password: Secret = Secret("")

    @classmethod
    def of(cls, text: str) -> CacheAddress:
        """Raises ValueError when this is not the address of a cache."""
        parts = urlsplit(text)
        number = parts.path.strip("/") or "0"
        if parts.scheme != "redis" or not parts.hostname or parts.query or parts.fragment or not number.isdecimal():
            raise ValueError("not the address of a cache")
        return cls(
            parts.hostname,
            parts.port or _USUAL_PORT,
            int(number),
            unquote(parts.username or ""),
            Secret(unquote(parts.password or "")),
        )

    def reveal(self) -> str:
        """The whole address, with the password in it."""
        return self._text(quote(self.password.reveal(), safe="") if self.password else "")

    def __str__(self) -> str:
        return self._text("…" if self.password else "")

    def __repr__(self) -> str:
        return f"CacheAddress({self})"

    def _text(self, password: str) -> str:
        who = quote(self.user, safe="") + (f":{password}" if password else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"redis://{who}{'@' if who else ''}{host}:{self.port}/{self.number}"
