"""How a message is said: its kind's words in a language, with its data in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from haat.kernel.money import Money
from haat.kernel.zone import UTC_ZONE, Zone
from haat.market.notices.kinds import Form, Kind
from haat.market.notices.ports import Words


class Message(NamedTuple):
    """A message as its reader sees it: plain text, not escaped."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    button: str


def say(
    kind: Kind,
    data: Mapping[str, Any],
    market: str,
    language: str,
    words: Words,
    currencies: Sequence[str] = (),
    zone: Zone = UTC_ZONE,
) -> Message:
    """The message in the language of `words`, of a market with these currencies and clocks. What the data lacks is left as a dash."""
    values = {name: _written(data.get(name), form, language, currencies, zone) for name, form in kind.needs.items()}
    values["market"] = market
    return Message(
        subject=" ".join(words.text(kind.subject, **values).split()),
        heading=words.text(kind.heading, **values),
        paragraphs=tuple(words.text(paragraph, **values) for paragraph in kind.paragraphs),
        button=words.text(kind.button, **values),
    )


def _written(value: Any, form: Form, language: str, currencies: Sequence[str], zone: Zone) -> str:
    if value is None:
        return "–"
    if form == "text":
        return str(value)
    return _written_for(language, value, form, currencies, zone)


def _written_for(language: str, value: Any, form: Form, currencies: Sequence[str], zone: Zone) -> str:
    # Slow to import, and most pages tell nobody anything.
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_time

    from haat.kernel.signs import signs_of

    try:
        locale = Locale.parse(language, sep="-")
    except UnknownLocaleError:
        locale = Locale("en")
    if form == "money":
        return signs_of(currencies).write(*Money(*value), locale)
    shown = zone.local(value)
    day = format_date(shown.date(), format="long", locale=locale)
    if form == "day":
        return day
    return f"{day}, {format_time(shown.time(), format='short', locale=locale)} {zone.called(value)}"
