"""What the rooms where people work have in common: how a refusal is told, what typed figures mean, where a list goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from babel import Locale
from babel.dates import format_timedelta

from haat.kernel import ids
from haat.kernel.countries import COUNTRIES
from haat.kernel.errors import Conflict, HaatError, Invalid, NotAllowed, NotFound, Refused, TooMany
from haat.kernel.money import Money, exponent, parse
from haat.kernel.signs import signs_of
from haat.kernel.zone import Zone
from haat.market.hire.period import LAST_DAY
from haat.web.http import Context, Response, redirect

View: TypeAlias = dict[str, Any]
T = TypeVar("T")

PAGE = 24
# What somebody who fills in a form can be told; everything else is an error of ours, or of the door.
TOLD = (Refused, Invalid, NotFound, NotAllowed, Conflict, TooMany)

_LONGEST_AMOUNT = 18  # digits, and what stands between them

_FIRST_OF_ALL = datetime(1970, 1, 1, tzinfo=UTC).date()


def known(ctx: Context, sentence: str) -> str:
    """A sentence of ours in the reader's language."""
    return ctx.site.words(ctx.lang).known(sentence)


def said(ctx: Context, error: HaatError) -> str:
    """What happened, why, and what to try, in one paragraph."""
    return " ".join(known(ctx, part) for part in (error.what, error.why, error.try_) if part)


def wrong(ctx: Context, error: HaatError) -> dict[str, str]:
    """What to show beside the fields; under "" what is wrong with the whole."""
    if isinstance(error, Invalid) and error.fields:
        return {name: known(ctx, problem) for name, problem in error.fields.items()}
    return {"": said(ctx, error)}


def found_wrong(ctx: Context, work: Callable[[], object]) -> dict[str, str]:
    """Do it, and say what is wrong with it by field; nothing when all is well."""
    try:
        work()
    except TOLD as error:
        return wrong(ctx, error)
    return {}


def attempt(ctx: Context, work: Callable[[], object], done: str, back: str) -> Response:
    """Do it, and go back with a word about it; where it is refused, with the reason."""
    try:
        work()
    except TOLD as error:
        told = wrong(ctx, error)
        ctx.flash(" ".join(dict.fromkeys([said(ctx, error), *told.values()])), "bad")
    else:
        ctx.flash(done)
    return redirect(back)


class Part(NamedTuple):
    """A page of a list: what is on it, and the ways to the first and to the next one, "" where there is none."""

    rows: Sequence[Any]
    newer: str
    older: str


def before(ctx: Context) -> int | None:
    """The id that the page asked for begins below."""
    return ids.decode(ctx.query.get("before")) if "before" in ctx.query else None


def part(ctx: Context, rows: Sequence[Any], path: str, id_of: Callable[[Any], int], size: int = PAGE) -> Part:
    """The first `size` of `rows`, which hold one more where the list goes on. `path` may have a query already."""
    joint = "&" if "?" in path else "?"
    older = f"{path}{joint}before={ids.encode(id_of(rows[size - 1]))}" if len(rows) > size else ""
    return Part(rows[:size], path if "before" in ctx.query else "", older)


def amount(text: str, currency: str) -> int:
    """Money as it is typed, in minor units: `12`, `12.50`, and `12,50` as much of the world writes it. Raises ValueError with what is wrong."""
    if len(text.strip()) > _LONGEST_AMOUNT:
        raise ValueError("This number is too large.")
    try:
        return parse(text.strip().replace(",", "."), currency).amount
    except Invalid as error:
        if exponent(currency) == 0:
            raise ValueError("Write an amount such as 12, without a sign.") from error
        raise ValueError("Write an amount such as 12.50, without a sign.") from error


def optional_amount(text: str, currency: str) -> int | None:
    """The same; None where nothing is typed."""
    return amount(text, currency) if text.strip() else None


def typed(money: Money) -> str:
    """Money as it is shown in a field."""
    return str(money).partition(" ")[0]


def symbol(ctx: Context, currency: str = "") -> str:
    """What stands before amounts of a currency, the market's where none is named: `€`."""
    market = ctx.settings.market
    return signs_of(market.all_currencies).of(currency or market.currency, Locale.parse(ctx.lang, sep="-"))


def whole(text: str, least: int = 0, most: int = 10**9) -> int:
    """A number of pieces, days or uses. Raises ValueError with what is wrong."""
    tidy = text.strip()
    if not (tidy.isascii() and tidy.isdigit()):
        raise ValueError("Write a whole number, without a sign.")
    if len(tidy) > 12 or int(tidy) > most:
        raise ValueError("This number is too large.")
    if int(tidy) < least:
        raise ValueError("This number is too small.")
    return int(tidy)


def share(text: str, least: int = 1) -> int:
    """A percentage as it is typed, in basis points: `7.5`, `7,5 %`. Raises ValueError with what is wrong."""
    try:
        found = amount(text.strip().removesuffix("%").strip(), "EUR")  # Two decimals, as money has.
    except ValueError:
        found = -1
    if not least <= found <= 10_000:
        raise ValueError(
            "Write a percentage above 0 and at most 100." if least else "Write a percentage from 0 to 100, such as 7.5."
        )
    return found


def day(text: str, zone: Zone) -> int:
    """The beginning of a day that was chosen, as an instant. Raises ValueError with what is wrong."""
    return zone.begin_of(_day(text))


def day_after(text: str, zone: Zone) -> int | None:
    """The end of a day that was chosen, as an instant; None where none was. Raises ValueError with what is wrong."""
    return zone.begin_of(_day(text) + 1) if text.strip() else None


def _day(text: str) -> int:
    try:
        chosen = (date.fromisoformat(text.strip()) - _FIRST_OF_ALL).days
    except ValueError as error:
        raise ValueError("Write a day such as 2030-12-31.") from error
    if not 0 <= chosen <= LAST_DAY:
        raise ValueError("This is too far away.")
    return chosen


class Typed:
    """Reads the fields of a form one by one, and keeps what is wrong with each under its name."""

    def __init__(self, ctx: Context, form: Mapping[str, str]) -> None:
        self._ctx = ctx
        self._form = form
        self.wrong: dict[str, str] = {}

    def read(self, name: str, meaning: Callable[[str], T], otherwise: T) -> T:
        """What the field means; `otherwise` where it means nothing, which is then remembered."""
        try:
            return meaning(self._form.get(name, ""))
        except ValueError as error:
            self.wrong[name] = known(self._ctx, str(error))
            return otherwise


def countries(ctx: Context) -> list[View]:
    """Every country by its name, to choose from."""
    return _countries(ctx.lang)


@lru_cache(maxsize=16)
def _countries(language: str) -> list[View]:
    names = Locale.parse(language, sep="-").territories
    found = [(str(name), code) for code, name in names.items() if code in COUNTRIES]
    return [{"value": code, "label": name} for name, code in sorted(found)]


def country(ctx: Context, code: str) -> str:
    """A country in the reader's language."""
    return str(Locale.parse(ctx.lang, sep="-").territories.get(code, code))


def lasting(ctx: Context, ms: int) -> str:
    """How long something lasts: `14 days`."""
    return format_timedelta(timedelta(milliseconds=ms), threshold=1.5, locale=Locale.parse(ctx.lang, sep="-"))
