"""Whether a request that changes something was made on our own pages.

Browsers say so themselves, in headers that no page can forge: so forms carry no token, and pages can be kept and shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haat.kernel.errors import NotAllowed

_OURS = ("same-origin", "none")  # “none”: typed, or opened from a bookmark


class FromElsewhere(NotAllowed):
    """The request came from a page that is not ours, or from something that does not say where it comes from."""

    code = "from_elsewhere"


def require_own(environ: Mapping[str, Any], own_origin: str) -> None:
    """Raises FromElsewhere."""
    if environ.get("HTTP_SEC_FETCH_SITE") in _OURS:
        return
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        raise FromElsewhere(
            "This could not be accepted.",
            why="Your browser did not say which page it came from.",
            try_="Open the page again and send it from there; if that does not help, use a newer browser.",
        )
    if origin != own_origin:
        raise FromElsewhere(
            "This could not be accepted.",
            why=f"It came from {origin[:100]}, and this shop is {own_origin}.",
            try_="Open the page here and send it from there.",
        )
