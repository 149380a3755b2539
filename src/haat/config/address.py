"""The address of a database: one line that says which kind it is, where it is, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from haat.config.secrets import Secret

Kind = Literal["sqlite", "postgresql", "mariadb"]

NAMES: Mapping[str, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}
_PORTS = {"postgresql": 5432, "mariadb": 3306}
# What may stand behind the question mark. Of a socket PostgreSQL names the folder, MariaDB the file.
_OPTIONS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset(),
    "postgresql": frozenset({"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs"}),
    "mariadb": frozenset({"unix_socket", "ssl_ca", "ssl_cert", "ssl_key"}),
}


class Address(NamedTuple):
    """`database` is the path of a file of SQLite, else a name. As text it hides the password; `reveal` does not."""

    kind: Kind
    database: str
    user: str = ""
    password: Secret = Secret("")
    host: str = ""
    port: int | None = None
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str) -> Address:
        """Raises ValueError when this is not the address of a database."""
        parts = urlsplit(text)
        if parts.scheme == "sqlite":
            return cls._of_file(text)
        if parts.scheme not in _PORTS or parts.fragment or not parts.path.strip("/") or "@" in parts.path:
            raise ValueError("not the address of a database")
        options = tuple(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        if not {name for name, _ in options} <= _OPTIONS[parts.scheme]:
            raise ValueError("an option that is not known")
        return cls(
            "postgresql" if parts.scheme == "postgresql" else "mariadb",
            unquote(parts.path[1:]),
            unquote(parts.username or ""),
            Secret(unquote(parts.password or "")),
            unquote(parts.hostname or ""),
            parts.port,
            options,
        )

    @classmethod
    def _of_file(cls, text: str) -> Address:
        path = text.removeprefix("sqlite:///")
        if path == text or not path or any(letter in "?#" or not letter.isprintable() for letter in path):
            raise ValueError("not the address of a file")
        return cls("sqlite", path)

    @property
    def name(self) -> str:
        """What people call this kind of database."""
        return NAMES[self.kind]

    @property
    def path(self) -> Path:
        """The file of a database of SQLite."""
        assert self.kind == "sqlite"
        return Path(self.database)

    @property
    def port_or_usual(self) -> int:
        return self.port or _PORTS[self.kind]

    def below(self, folder: Path) -> Address:
        """With the file in this folder, unless it is named from the root."""
        return self._replace(database=str(folder / self.database)) if self.kind == "sqlite" else self

    def reveal(self) -> str:
        """The whole address, with the password in it."""
        return self._text(quote(self.password.reveal(), safe="") if self.password else "")

    def __str__(self) -> str:
        return self._text("…" if self.password else "")

    def __repr__(self) -> str:
        return f"Address({self})"

    def _text(self, password: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.database}"
        user = quote(self.user, safe="") + (f":{password}" if password else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        options = f"?{urlencode(self.options, safe='/')}" if self.options else ""
        return f"{self.kind}://{user}{'@' if user else ''}{host}{port}/{quote(self.database)}{options}"
