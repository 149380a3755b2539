"""The form of a listing: what it is called there, what was typed, and what that means.

Every row of the table of variants has a key: `v` and its id where it is there already, `n` and a number where it is new. Its fields
are named `KEY-price`, `KEY-free` and so on; what is wrong is told under the same names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import NamedTuple

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound
from haat.kernel.money import Money
from haat.market.catalogue.description import describe
from haat.market.catalogue.item import Item
from haat.market.catalogue.listing import ListingText, check
from haat.market.catalogue.own import OwnVariant
from haat.market.catalogue.variant import MOST, MOST_OPTIONS, MOST_PIECES, Options, VariantText, tidy
from haat.market.places.gazetteer import City, meant_town
from haat.web.bodies import Form
from haat.web.http import Context
from haat.web.pages.desk import Typed, amount, known, optional_amount, typed, whole
from haat.web.pages.selling.room import currency_of

OPTIONS = MOST_OPTIONS
SPARE_ROWS = 1
FIELDS = {"price": "price", "compare_at": "before", "sku": "sku", "options": "o0", "on_hand": "free", "variants": "o0"}

_PLAIN_TAGS = re.compile(r"</?(?:p|br)\s*/?>")
_PARAGRAPH_END = re.compile(r"</p>\s*(?:<p>)?")


class Row(NamedTuple):
    """A row of the table as it was typed."""

    key: str
    options: tuple[str, ...]
    sku: str
    price: str
    before: str
    free: str
    is_gone: bool

    @property
    def is_blank(self) -> bool:
        """A row for another variant that nobody has used."""
        return self.key.startswith("n") and not any((*self.options, self.sku, self.price, self.before, self.free))


class Typing(NamedTuple):
    """The whole form as it was typed. `seen` is the version that the seller was shown; `alts` are words by photo."""

    seen: int
    title: str
    category: str
    description: str
    attributes: Mapping[str, str]
    option_names: tuple[str, ...]
    rows: tuple[Row, ...]
    alts: Mapping[int, str]
    place: str = ""


class Change(NamedTuple):
    """A variant as it should be. `free` are the pieces that can be bought; None leaves them as they are."""

    key: str
    id: int | None
    text: VariantText
    free: int | None
    is_gone: bool


class Meaning(NamedTuple):
    """What a form means, where everything in it means something."""

    text: ListingText
    changes: list[Change]
    town: City | None


def read(form: Form) -> Typing:
    """What the form says."""
    names = tuple(form.get(f"option-{number}") for number in range(OPTIONS))
    return Typing(
        seen=_number(form.get("seen")),
        title=form.get("title"),
        category=form.get("category"),
        description=form.get("description"),
        attributes={name[2:]: form.get(name) for name in form if name.startswith("a-")},
        option_names=names,
        rows=tuple(_row(form, key) for key in form.all("row")[: MOST + SPARE_ROWS] if _is_key(key)),
        alts={ids.decode(name[4:]): form.get(name) for name in form if name.startswith("alt-")},
        place=form.get("place"),
    )


def shown(item: Item, own: Sequence[OwnVariant], said: Mapping[str, str], place: str = "") -> Typing:
    """The form as the listing fills it in."""
    offered = [variant for variant in own if variant.retired_at is None]
    names = [name for name, _ in offered[0].options] if offered else []
    return Typing(
        seen=item.version,
        title=item.title,
        category=ids.encode(item.category_id),
        description=as_typed(item.description),
        attributes=said,
        option_names=tuple([*names, *[""] * OPTIONS][:OPTIONS]),
        rows=tuple(_row_of(variant, item.currency) for variant in offered),
        alts={photo.id: photo.alt for photo in item.photos},
        place=place,
    )


def as_typed(description: str) -> str:
    """A description as its seller would type it: without marks where they only part paragraphs, else as it is."""
    bare = _PLAIN_TAGS.sub("", description)
    if "<" in bare:
        return description
    text = _PARAGRAPH_END.sub("\n\n", description).replace("<br>", "\n").replace("<p>", "")
    return unescape(text).strip()


def understand(ctx: Context, typing: Typing, item: Item, own: Sequence[OwnVariant]) -> Meaning:
    """What was typed, as values. Raises Invalid with everything that is wrong, by the names of the fields."""
    offered = {f"v{ids.encode(variant.id)}": variant for variant in own if variant.retired_at is None}
    wrong: dict[str, str] = {}
    text = listing_text(ctx, typing, item, wrong)
    rows = [row for row in typing.rows if not row.is_blank]
    changes = [_change(ctx, row, typing.option_names, offered, wrong) for row in rows]
    town = _town(ctx, typing, wrong)
    if wrong or text is None:
        raise Invalid("The listing cannot be saved like this.", fields=wrong)
    return Meaning(text, [change for change in changes if change is not None], town)


def in_the_form(fields: Mapping[str, str]) -> dict[str, str]:
    """What the catalogue finds wrong with a listing, by the names that the form has for it."""
    start = "attributes."
    return {f"a-{name[len(start) :]}" if name.startswith(start) else name: told for name, told in fields.items()}


def listing_text(ctx: Context, typing: Typing, item: Item, wrong: dict[str, str]) -> ListingText | None:
    """What the form says in words; what is wrong with it is added to `wrong`, by the names of the fields."""
    catalogue = ctx.app.catalogue
    try:
        category_id = ids.decode(typing.category)
        asked = {attribute.key for attribute in catalogue.categories.tree(ctx.store).attributes(category_id)}
    except NotFound:
        wrong["category"] = ctx.gettext("Choose a category.")
        return None
    said = {key: value for key, value in typing.attributes.items() if key in asked}
    text = ListingText(typing.title, category_id, describe(typing.description), said)
    try:
        check(ctx.store, catalogue, text, on_sale=item.state == "active")
    except Invalid as error:
        wrong |= {name: known(ctx, told) for name, told in in_the_form(error.fields).items()}
    return text


def _town(ctx: Context, typing: Typing, wrong: dict[str, str]) -> City | None:
    try:
        return meant_town(typing.place, ctx.member.country)
    except Invalid as error:
        wrong |= {name: known(ctx, told) for name, told in error.fields.items()}
        return None


def _change(
    ctx: Context, row: Row, names: Sequence[str], offered: Mapping[str, OwnVariant], wrong: dict[str, str]
) -> Change | None:
    variant = offered.get(row.key)
    if variant is None and row.key.startswith("v"):
        return None  # It was taken off meanwhile; the version says so too.
    currency = currency_of(ctx)
    typing = Typed(ctx, row._asdict() | {"price": row.price, "before": row.before, "free": row.free})
    price = typing.read("price", lambda text: amount(text, currency), 1)
    before = typing.read("before", lambda text: optional_amount(text, currency), None)
    free = typing.read("free", lambda text: whole(text or "0", 0, MOST_PIECES), 0)
    text = VariantText(price, _options(row, names), row.sku, before)
    wrong |= _unfit(ctx, row.key, text, currency)
    wrong |= {f"{row.key}-{name}": problem for name, problem in typing.wrong.items()}
    unchanged = variant is not None and variant.stock.free == free
    return Change(row.key, variant.id if variant else None, text, None if unchanged else free, row.is_gone)


def _unfit(ctx: Context, key: str, text: VariantText, currency: str) -> dict[str, str]:
    try:
        tidy(text, currency)
    except Invalid as error:
        return {f"{key}-{FIELDS[name]}": known(ctx, problem) for name, problem in error.fields.items()}
    return {}


def _options(row: Row, names: Sequence[str]) -> Options:
    return tuple((name, value) for name, value in zip(names, row.options, strict=False) if name.strip())


def _row(form: Form, key: str) -> Row:
    return Row(
        key=key,
        options=tuple(form.get(f"{key}-o{number}") for number in range(OPTIONS)),
        sku=form.get(f"{key}-sku"),
        price=form.get(f"{key}-price"),
        before=form.get(f"{key}-before"),
        free=form.get(f"{key}-free"),
        is_gone=f"{key}-gone" in form,
    )


def _row_of(variant: OwnVariant, currency: str) -> Row:
    values = [value for _, value in variant.options]
    return Row(
        key=f"v{ids.encode(variant.id)}",
        options=tuple([*values, *[""] * OPTIONS][:OPTIONS]),
        sku=variant.sku,
        price=typed(Money(variant.price, currency)),
        before="" if variant.compare_at is None else typed(Money(variant.compare_at, currency)),
        free=str(variant.stock.free),
        is_gone=False,
    )


def _is_key(text: str) -> bool:
    return re.fullmatch(rf"v[0-9a-z]{{{ids.LENGTH}}}|n[0-9]{{1,3}}", text) is not None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
