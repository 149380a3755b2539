"""Text that people typed, as it can stand among other text."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text on one line, without control characters, and without those that turn the direction of what stands beside it."""
    return " ".join(_TURNING.sub("", _CONTROL.sub(" ", text)).split())
