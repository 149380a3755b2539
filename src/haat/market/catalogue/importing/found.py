"""What reading a catalogue file brings: listings to be, problems that cost something, and notes on how a thing was read."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from haat.market.catalogue.description import Description
from haat.market.catalogue.variant import Options

State: TypeAlias = Literal["active", "draft", "ended"]
Lost: TypeAlias = Literal["file", "product", "variant", "row", "value"]

_SHOWN = 120  # characters of a value that a message repeats


class DraftPicture(Struct, frozen=True):
    """Where a picture is to be had: an http(s) address, or the name of a file. `sku` names the variant that it shows, if one."""

    source: str
    alt: str = ""
    sku: str = ""


class DraftVariant(Struct, frozen=True):
    """One thing that can be bought, prices in minor units.

    Where the file does not say, `compare_at` and `stock` are None; a `compare_at` of 0 says that there is none. `is_sku_made_up` when
    the SKU is ours and not the file's.
    """

    line: int
    sku: str
    options: Options
    price: int
    compare_at: int | None = None
    stock: int | None = None
    is_sku_made_up: bool = False


class DraftAttribute(Struct, frozen=True):
    """A fact about the product, such as ("wattage", "Wattage", "1400W"); without words where the file leaves it blank."""

    key: str
    name: str
    words: str


class Draft(Struct, frozen=True):
    """A listing as the file describes it, every value checked; `category` are names from the root. What is None, the file does not say."""

    line: int
    handle: str
    title: str
    description: Description | None
    category: tuple[str, ...] | None
    state: State | None
    attributes: tuple[DraftAttribute, ...]
    variants: tuple[DraftVariant, ...]
    pictures: tuple[DraftPicture, ...] | None


class Problem(Struct, frozen=True, rename={"try_": "try"}):
    """Something in the file that was not taken. `line` is the physical line where the row starts, 1 being the first."""

    line: int
    column: str
    value: str
    reason: str
    try_: str
    lost: Lost


class Note(Struct, frozen=True):
    """Something that was taken in a way worth knowing. Notes with the same `about` are one remark, made of many lines."""

    line: int
    about: str
    column: str = ""
    value: str = ""


Found: TypeAlias = Draft | Problem | Note


class Unreadable(Exception):
    """A value cannot be used, and why."""

    def __init__(self, reason: str, try_: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.try_ = try_


def shown(value: str) -> str:
    """A value as a message repeats it: on one line, short, and without characters that cannot be printed."""
    line = " ".join(value.split())
    cut = line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
    return cut if cut.isprintable() else "".join(map(_printable, cut))


def _printable(letter: str) -> str:
    if letter.isprintable():
        return letter
    # What a byte that is no text leaves behind is shown as the byte.
    return f"\\x{ord(letter) - 0xDC00:02x}" if "\udc80" <= letter <= "\udcff" else f"\\u{ord(letter):04x}"
