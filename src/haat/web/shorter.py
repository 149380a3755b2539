"""Style sheets without the spaces and comments that only their authors need. What they mean stays the same."""

from __future__ import annotations

import re

_STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_COMMENT = re.compile(rf"({_STRING})|/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(rf"({_STRING})|\s*([{{}};,>])\s*|([(:])\s+|\s+(\))|\s+")
_LAST_SEMICOLON = re.compile(rf"({_STRING})|;+(?=\}})")


def style_sheet(css: str) -> str:
    """A style sheet without comments, and with spaces only where they say something.

    A space before a colon does (`p :is(a, b)` is not `p:is(a, b)`), and so do those around `+` and `-` in `calc()`. Addresses in `url()`
    must be quoted.
    """
    css = _COMMENT.sub(lambda found: found[1] or " ", css)
    css = _SPACE.sub(lambda found: found[1] or found[2] or found[3] or found[4] or " ", css)
    return _LAST_SEMICOLON.sub(lambda found: found[1] or "", css).strip()
