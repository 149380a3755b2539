"""A mail on paper with our head: the same words as plain text and as HTML."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from haat.kernel.zone import UTC_ZONE, Zone
from haat.market.notices.ports import Words
from haat.market.notices.wording import Message

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATE = Path(__file__).parent / "templates" / "letter.html"
_WIDTH = 76


class Letterhead(NamedTuple):
    """What the market is called, its address on the web, without a slash at the end, its currencies, the main one first, and its clocks."""

    market: str
    address: str
    currencies: tuple[str, ...] = ()
    zone: Zone = UTC_ZONE


class Letter(NamedTuple):
    """A mail, written. Its `html` needs nothing from elsewhere."""

    subject: str
    text: str
    html: str


def write_letter(message: Message, path: str, head: Letterhead, language: str, words: Words) -> Letter:
    """Put a message on our paper; `path` is where its button leads."""
    link = head.address + path
    foot = words.text(
        "You get this mail because you have an account at %(market)s, or asked for one.", market=head.market
    )
    return Letter(
        subject=message.subject,
        text=_as_text(message, link, head, foot),
        html=_template().render(message=message, link=link, head=head, foot=foot, lang=language),
    )


def _as_text(message: Message, link: str, head: Letterhead, foot: str) -> str:
    paragraphs = [textwrap.fill(paragraph, _WIDTH) for paragraph in message.paragraphs]
    # The address stands alone on its line, so that every mail program makes a link of it.
    parts = [message.heading, *paragraphs, f"{message.button}:\n{link}", f"-- \n{head.market}\n{head.address}\n{foot}"]
    return "\n\n".join(parts) + "\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
