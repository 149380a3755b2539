"""What deals need from outside."""

from __future__ import annotations

from typing import Protocol


class Taxes(Protocol):
    """Says what tax is due on goods."""

    def rate(self, country: str) -> int:
        """Basis points on goods that go to this country (ISO code); 0 where none is known."""
