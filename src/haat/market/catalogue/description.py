"""Descriptions: HTML of which only what is known to be harmless is kept; plain text gets paragraphs.

Links are not kept: they lead buyers off the market, which is where most fraud begins.
"""

from __future__ import annotations

import html
import re
from typing import NewType

import nh3

Description = NewType("Description", str)
"""Sanitised HTML. Only `describe` makes one."""

EMPTY = Description("")
LONGEST = 20_000

_KEPT = {
    *("p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "h3", "h4", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_DROPPED_WHOLE = {"script", "style", "iframe", "object", "template", "noscript", "title", "svg", "math"}
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_OTHER_HEADING = re.compile(r"<(/?)h[1256]\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 0xFEFF))


def describe(text: str) -> Description:
    """What somebody wrote, HTML or not, as HTML that can stand in a page. What it returns, it returns again when given it."""
    text = text.translate(_CONTROLS).replace("\r\n", "\n").replace("\r", "\n").strip()
    clean = _sanitised(text if _TAG.search(text) else _in_paragraphs(text))
    return clean if _TAG.search(clean) else _sanitised(_in_paragraphs(clean))


def plain(description: str) -> str:
    """The words of a description without its marks, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", description)).split())


def _sanitised(text: str) -> Description:
    headings = _OTHER_HEADING.sub(r"<\1h3", text)
    return Description(
        nh3.clean(headings, tags=_KEPT, clean_content_tags=_DROPPED_WHOLE, attributes={}, link_rel=None).strip()
    )


def _in_paragraphs(text: str) -> str:
    escaped = html.escape(html.unescape(text), quote=False)
    parts = (part.strip().replace("\n", "<br>") for part in _PARAGRAPH.split(escaped))
    return "".join(f"<p>{part}</p>" for part in parts if part)
