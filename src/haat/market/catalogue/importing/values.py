"""The other values of a catalogue file, each checked at the door: texts, handles, stock, pictures, descriptions, states."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

import nh3

from haat.market.catalogue.importing.found import State, Unreadable

MOST_STOCK = 1_000_000_000
LONGEST_ADDRESS = 2000

_CONTROLS = dict.fromkeys((*range(9), *range(14, 32), 127, 65279)) | dict.fromkeys((11, 12), " ")
_NOT_IN_A_HANDLE = re.compile(r"[\W_]+")
_WHOLE = re.compile(r"(\d+)(?:[.,]0{1,2})?")
_NUMBER = re.compile(r"[+-]?\d+[.,]\d+")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_DANGER = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|style)\b|\son\w+\s*=|(?:javascript|vbscript)\s*:", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_KEPT_TAGS = {"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "h3", "h4"}
_DROPPED_WHOLE = {"script", "style", "iframe", "object", "template", "noscript", "title"}
_PLAIN_ADDRESS = re.compile(r"https?://[\w.-]+\.\w+(?::\d+)?/[\w./%+?&=~,@!:-]*", re.ASCII)
_PICTURE_NAME = re.compile(r"[^/\\]+\.(?:jpe?g|png|webp|gif|avif|bmp|tiff?)", re.IGNORECASE)
_STEP = re.compile(r"\s*(?<!\\)-?>\s*")
_TRUE = frozenset(("true", "yes", "y", "1", "on"))
_FALSE = frozenset(("false", "no", "n", "0", "off"))
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def one_line(text: str) -> str:
    """Text without control characters, its white space made single spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.translate(_CONTROLS).split())


def within(text: str, longest: int) -> str:
    """The text. Raises Unreadable when it has more than `longest` characters."""
    if len(text) > longest:
        raise Unreadable(f"It has {len(text):,} characters; {longest} is the most.", "Shorten it.")
    return text


@lru_cache(maxsize=4096)
def handle(text: str) -> str:
    """What addresses are made of: `Crème brûlée No. 2` becomes `creme-brulee-no-2`; empty when the text has no letter or figure."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", _NOT_IN_A_HANDLE.sub("-", bare)).strip("-")


def stock(text: str) -> int:
    """A whole number of pieces. Raises Unreadable."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        raise _no_stock(text)
    if len(whole[1]) > 12 or int(whole[1]) > MOST_STOCK:
        raise Unreadable(f"More than {MOST_STOCK:,} pieces cannot be kept.", "Write how many you have.")
    return int(whole[1])


def _no_stock(text: str) -> Unreadable:
    if text.startswith(("-", "−")):
        return Unreadable("Stock cannot be below zero.", "Write 0 when there is none.")
    if _NUMBER.fullmatch(text):
        return Unreadable("Stock is counted in whole pieces.", "Write a whole number without points or commas.")
    return Unreadable("This is not a number of pieces.", "Write a whole number, such as 12.")


def is_true(text: str) -> bool | None:
    """What a yes-or-no cell says; None when it says neither."""
    word = text.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def state(text: str, words: dict[str, State]) -> State:
    """The state that a word stands for. Raises Unreadable."""
    found = words.get(text.casefold())
    if found is None:
        raise Unreadable("This is not a state.", f"Write one of: {', '.join(words)}.")
    return found


def category(text: str, *, longest_name: int, deepest: int) -> tuple[str, ...]:
    """`Kitchen > Cups` or `Kitchen -> Cups` as names from the root; a `\\>` is part of a name. Raises Unreadable."""
    names = tuple(one_line(step).replace("\\>", ">") for step in _STEP.split(text))
    path = tuple(name for name in names if name)
    if len(path) > deepest:
        raise Unreadable(f"The path has {len(path)} steps; {deepest} is the most.", "Leave steps out.")
    for name in path:
        within(name, longest_name)
        if not handle(name):
            raise Unreadable(f"“{name}” has no letter or figure in it.", "Give the category a name.")
    return path


def picture(text: str) -> str:
    """The address of a picture on the web, or the name of a picture file. Raises Unreadable."""
    if _PLAIN_ADDRESS.fullmatch(text):
        return within(text, LONGEST_ADDRESS)
    source = text.strip().replace(" ", "%20") if "://" in text else text.strip()
    source = f"https:{source}" if source.startswith("//") else source
    within(source, LONGEST_ADDRESS)
    if ":" not in source:
        return _picture_name(source)
    try:
        address = urlsplit(source)
    except ValueError:
        raise _no_picture() from None
    if address.scheme.lower() not in ("http", "https") or not address.hostname:
        raise _no_picture()
    return quote(source, safe="%/:=&?~#+!$,;'@()*[]")


def _picture_name(text: str) -> str:
    if not _PICTURE_NAME.fullmatch(text):
        raise _no_picture()
    return text


def _no_picture() -> Unreadable:
    return Unreadable(
        "This is neither a web address nor the name of a picture.",
        "Write https://… or the name of a file, such as mug.jpg.",
    )


def description(text: str) -> str:
    """Sanitised HTML: of HTML what is known to be harmless is kept; plain text gets paragraphs."""
    clean = text.translate(_CONTROLS).replace("\r\n", "\n").replace("\r", "\n").strip()
    marked_up = clean if _TAG.search(clean) else _paragraphs(clean)
    return nh3.clean(
        marked_up, tags=_KEPT_TAGS, clean_content_tags=_DROPPED_WHOLE, attributes={}, link_rel=None
    ).strip()


def _paragraphs(text: str) -> str:
    plain = html.escape(html.unescape(text), quote=False)
    return "".join(
        f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in _PARAGRAPH.split(plain) if part.strip()
    )


def has_danger(text: str) -> bool:
    """True when HTML holds what could act on its reader: scripts, frames, forms, handlers."""
    return _DANGER.search(text) is not None


def guard(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: what could be one gets an apostrophe in front, and so does what has one."""
    bare = text.lstrip("'")
    return "'" + text if bare.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text
