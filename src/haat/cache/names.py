"""What things of a stack are called on a server that others use too."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import haat
from haat.cache.page import Key, address_of
from haat.config.schema import SECTIONS, Settings

# The settings that make no other page. All the rest may go into one; of [web], the address that people type.
_WITHOUT_PAGES = {
    "web",
    "console",
    "store",
    "cache",
    "worker",
    "logs",
    "backup",
    "maintenance",
    "objectives",
    "thresholds",
}
_SUFFIXES = {".py", ".html", ".css", ".js", ".svg", ".po", ".mo", ".toml"}


class Names(NamedTuple):
    """`stack` is the same on all machines that serve it; `release` is another as soon as code or settings would make other pages."""

    stack: str
    release: str = ""

    @property
    def pages(self) -> str:
        """What the names of all pages of the stack begin with, whatever release made them."""
        return f"haat:{self.stack}:page:"

    def page(self, key: Key) -> str:
        host, _, _, language = key
        host = host.replace("|", "%7C")  # The bar is where the address begins.
        return f"{self.pages}{self.release}:{language}:{host}|{address_of(key)}"

    def claim(self, key: Key) -> str:
        """Of a page that may never be kept too: so it tells nothing of the address."""
        return f"haat:{self.stack}:making:{blake2b(self.page(key).encode(), digest_size=12).hexdigest()}"

    @property
    def cleared(self) -> str:
        """How often pages were cleared."""
        return f"haat:{self.stack}:cleared"

    @property
    def orders(self) -> str:
        """What was cleared last."""
        return f"haat:{self.stack}:orders"


def names_of_stack(settings: Settings) -> Names:
    """For who looks at pages of any release. Raises HaatError where the stack has no keys yet."""
    key = settings.web.signing_key.reveal().encode()
    return Names(blake2b(key, digest_size=6, person=b"haat cache").hexdigest())


def names_of(settings: Settings) -> Names:
    """Those of this stack and this release, which takes a moment: all code is read. Raises HaatError as above."""
    shape = repr(
        [settings.web.public_url, *(getattr(settings, name) for name in SECTIONS if name not in _WITHOUT_PAGES)]
    )
    release = blake2b(_code() + shape.encode(), digest_size=6).hexdigest()
    return names_of_stack(settings)._replace(release=release)


def address_in(name: bytes) -> str:
    """The address of the page of this name."""
    return name.partition(b"|")[2].decode("utf-8", "replace")


@cache
def _code() -> bytes:
    """Other bytes for other code."""
    digest = blake2b()
    folder = Path(haat.__file__).parent
    for file in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES):
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(file.read_bytes())
    return digest.digest()
