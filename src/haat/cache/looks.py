"""How the two levels are, as a web process sees them."""

from __future__ import annotations

from typing import NamedTuple

MOST_PAGES = 1000
MOST_BYTES = 16_000_000


class OwnLook(NamedTuple):
    """What is kept, beside what there is room for, and how many pages had to go for others."""

    pages: int
    bytes: int
    evicted: int
    most_pages: int = MOST_PAGES
    most_bytes: int = MOST_BYTES


class SharedLook(NamedTuple):
    """What this process saw of the server: answers that had a page, that had none, and that did not come; and why it is left alone now."""

    address: str
    hits: int
    misses: int
    failures: int
    why_away: str
