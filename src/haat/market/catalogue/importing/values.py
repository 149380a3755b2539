"""The other values of a catalogue file, each checked at the door: texts, handles, stock, pictures, descriptions, states."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from haat.market.catalogue.change_category import DEEPEST as DEEPEST_CATEGORY
from haat.market.catalogue.change_category import LONGEST_NAME as LONGEST_CATEGORY
from haat.market.catalogue.handle import LONGEST as LONGEST_HANDLE
from haat.market.catalogue.handle import handle_of
from haat.market.catalogue.importing.found import State, Unreadable
from haat.market.catalogue.variant import MOST_PIECES

LONGEST_ADDRESS = 2000

_CONTROLS = dict.fromkeys((*range(9), *range(14, 32), 127, 65279)) | dict.fromkeys((11, 12), " ")
_WHOLE = re.compile(r"(\d+)(?:[.,]0{1,2})?")
_NUMBER = re.compile(r"[+-]?\d+[.,]\d+")
_DANGER = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|style)\b|<[^>]*(?:\son\w+\s*=|=[\s\"']*(?:javascript|vbscript)\s*:)",
    re.IGNORECASE,
)
_PLAIN_ADDRESS = re.compile(r"https?://[\w.-]+\.\w+(?::\d+)?/[\w./%+?&=~,@!:-]*", re.ASCII)
_PICTURE_NAME = re.compile(r"[^/\\]+\.(?:jpe?g|png|webp|gif|avif|bmp|tiff?)|[0-9a-f]{64}", re.IGNORECASE)
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
    """What addresses are made of; empty when the text has no letter or figure."""
    return handle_of(text, LONGEST_HANDLE + 1)


def stock(text: str) -> int:
    """A whole number of pieces. Raises Unreadable."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        raise _no_stock(text)
    if len(whole[1]) > 12 or int(whole[1]) > MOST_PIECES:
        raise Unreadable(f"More than {MOST_PIECES:,} pieces cannot be kept.", "Write how many you have.")
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


def category(text: str) -> tuple[str, ...]:
    """`Kitchen > Cups` or `Kitchen -> Cups` as names from the root; a `\\>` is part of a name. Raises Unreadable."""
    names = tuple(one_line(step).replace("\\>", ">") for step in _STEP.split(text))
    path = tuple(name for name in names if name)
    if len(path) > DEEPEST_CATEGORY:
        raise Unreadable(f"The path has {len(path)} steps; {DEEPEST_CATEGORY} is the most.", "Leave steps out.")
    for name in path:
        within(name, LONGEST_CATEGORY)
        if not handle(name):
            raise Unreadable(f"“{name}” has no letter or figure in it.", "Give the category a name.")
    return path


def picture(text: str) -> str:
    """The address of a picture on the web, the name of a picture file, or the SHA-256 of one. Raises Unreadable."""
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
