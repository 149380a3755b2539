"""What keeps pages: a shelf. There are two, in this process and on a server, and both keep these promises."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern

GRACE = 1.0  # seconds for which a page whose time is up is still given to those who would have to wait
CLAIM = 1.5  # seconds after which somebody else may make a page, when nobody has prolonged the right to
LARGEST = 500_000  # bytes, unpacked


class Claim(NamedTuple):
    """The right to make a page. `seen` is how often pages had been cleared when it was given."""

    key: Key
    token: str
    seen: str


class Sought(NamedTuple):
    """What a shelf has. A page that is fresh comes without a claim. A claim is for whoever asked: it is theirs to make the page.
    With neither, somebody else is making it; `page` is then the page as it was, if it is not gone.
    """

    page: Page | None
    claim: Claim | None


class Shelf(Protocol):
    """Keeps pages for a while. Anything may be gone at any time, and nothing that it does raises."""

    def seek(self, key: Key) -> Sought:
        """The page, or the right to make it, which one at a time has; it ends by itself after CLAIM seconds."""

    def prolong(self, claim: Claim) -> None:
        """Whoever has the right is still at it: it lasts for CLAIM seconds from now on."""

    def keep(self, claim: Claim, page: Page) -> bool:
        """Keep what was made, and end the claim. False where it is not kept: pages were cleared while it was made, or there is no room."""

    def give_up(self, claim: Claim) -> None:
        """End the claim: there will be no page."""

    def clear(self, pattern: Pattern) -> int:
        """Throw away the pages that fit, and what is being made just now; returns how many pages there were."""
