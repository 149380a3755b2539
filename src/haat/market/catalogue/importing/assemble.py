"""From the rows of one product to its draft.

A bad value costs what cannot do without it and no more: a picture, a variant, a product. What is wrong is told before the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple, NoReturn, TypeVar

from babel.numbers import is_currency

from haat.market.catalogue.attribute import LONGEST as LONGEST_ATTRIBUTE
from haat.market.catalogue.description import EMPTY, Description, describe
from haat.market.catalogue.description import LONGEST as LONGEST_DESCRIPTION
from haat.market.catalogue.handle import LONGEST as LONGEST_HANDLE
from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.columns import Columns, Record
from haat.market.catalogue.importing.found import (
    Draft,
    DraftAttribute,
    DraftPicture,
    DraftVariant,
    Found,
    Lost,
    Note,
    Problem,
    State,
    Unreadable,
    shown,
)
from haat.market.catalogue.importing.prices import Style, read_price
from haat.market.catalogue.listing import LONGEST_TITLE
from haat.market.catalogue.photos import LONGEST_ALT
from haat.market.catalogue.photos import MOST as MOST_PICTURES
from haat.market.catalogue.variant import LONGEST_OPTION, LONGEST_SKU, Options
from haat.market.catalogue.variant import MOST as MOST_VARIANTS

_LAST = 1_000_000

T = TypeVar("T")


class Group(NamedTuple):
    """The rows of one product, in the order of the file."""

    handle: str
    rows: list[Record]


class Assembler:
    """Makes drafts out of groups. Remembers the SKUs it has seen, because no two variants of a shop can share one."""

    def __init__(self, columns: Columns, currency: str, styles: dict[str, Style]) -> None:
        self._columns = columns
        self._currency = currency
        self._styles = styles
        self._sku_lines: dict[str, int] = {}

    def assemble(self, group: Group) -> Iterator[Found]:
        """Problems and notes, then the draft unless the product is lost."""
        product = _Product(group, self._columns, self._currency, self._styles, self._sku_lines)
        draft = product.draft()
        yield from product.found
        if draft is not None:
            yield draft


class _Lost(Exception):
    """What is wrong costs the thing being read; the problem is already told."""


class _Bundle:
    """The rows of one variant: one, or one for each currency."""

    def __init__(self) -> None:
        self.rows: list[Record] = []
        self.with_options: Record | None = None

    def add(self, row: Record, *, has_options: bool) -> None:
        self.rows.append(row)
        if has_options and self.with_options is None:
            self.with_options = row

    def is_titled(self) -> bool:
        return any("title" in row.texts for row in self.rows)


class _Product:
    """One product being read."""

    def __init__(
        self, group: Group, columns: Columns, currency: str, styles: dict[str, Style], sku_lines: dict[str, int]
    ) -> None:
        self.found: list[Problem | Note] = []
        self._handle = group.handle
        self._rows = group.rows
        self._columns = columns
        self._currency = currency
        self._styles = styles
        self._sku_lines = sku_lines
        self._option_lines: dict[tuple[str, ...], int] = {}

    def draft(self) -> Draft | None:
        try:
            title = self._title()
            self._check_handle()
            state = self._state()
            bundles = self._bundles()
            option_names = self._option_names(bundles)
            variants = [(self._variant(bundle, option_names), bundle) for bundle in bundles]
            kept = [(variant, bundle) for variant, bundle in variants if variant is not None]
            if not kept:
                self._lose_for_want_of_variants(bundles)
        except _Lost:
            return None
        return Draft(
            line=self._rows[0].line,
            handle=self._handle,
            title=title,
            description=self._description(),
            category=self._category(),
            state=state,
            attributes=self._attributes(),
            variants=tuple(variant for variant, _ in kept),
            pictures=self._pictures(bundles, kept),
        )

    # The product

    def _title(self) -> str:
        row = self._first_with("title")
        if row is None:
            self._tell(
                self._rows[0], "title", "", "None of the rows of this product has a title.", "Write one.", "product"
            )
            raise _Lost
        title = self._checked(row, "title", _title, "product")
        self._rows = [other for other in self._rows if self._has_title(other, title, row.line)]
        return title

    def _has_title(self, row: Record, title: str, line: int) -> bool:
        text = _text(row, "title")
        if not text or values.one_line(text).casefold() == title.casefold():
            return True
        reason = f"The handle “{self._handle}” already belongs to “{title}” of line {line}."
        self._tell(row, "title", text, reason, "Give this product a handle of its own.", "row")
        return False

    def _check_handle(self) -> None:
        if len(self._handle) > LONGEST_HANDLE:
            reason = f"It has {len(self._handle)} characters; {LONGEST_HANDLE} is the most."
            self._tell(self._rows[0], "handle", self._handle, reason, "Shorten it.", "product")
            raise _Lost

    def _bundles(self) -> list[_Bundle]:
        """The rows of each variant. Rows without price, SKU and options are about the product: pictures, mostly."""
        bundles: dict[object, _Bundle] = {}
        for row in self._rows:
            options = tuple(_text(row, f"option{n}_value") for n in self._columns.options)
            has_options = any(options)
            sku = values.one_line(_text(row, "sku")).casefold()
            if sku or has_options or "price" in row.texts:
                bundle = bundles.setdefault(sku or options, _Bundle())
                bundle.add(row, has_options=has_options)
        return self._without_product_rows(list(bundles.values()))

    def _without_product_rows(self, bundles: list[_Bundle]) -> list[_Bundle]:
        if not self._columns.format.product_rows_stand_alone:
            return bundles
        with_options = [bundle for bundle in bundles if bundle.with_options or not bundle.is_titled()]
        return with_options or bundles

    def _option_names(self, bundles: list[_Bundle]) -> dict[str, str]:
        """The names of the options that any variant uses, by their number."""
        rows = [bundle.with_options for bundle in bundles if bundle.with_options]
        names: dict[str, str] = {}
        for n in self._columns.options:
            if any(f"option{n}_value" in row.texts for row in rows):
                named = self._first_with(f"option{n}_name")
                names[n] = values.one_line(_text(named, f"option{n}_name")) if named else ""
        return names

    def _lose_for_want_of_variants(self, bundles: list[_Bundle]) -> None:
        reason = "None of its variants can be taken." if bundles else "None of its rows has a price."
        self._tell(
            self._rows[0], "handle", self._handle, reason, "Correct its rows and import the file again.", "product"
        )
        raise _Lost

    def _description(self) -> Description | None:
        if "description" not in self._columns:
            return None
        row = self._first_with("description")
        if row is None:
            return EMPTY
        if values.has_danger(_text(row, "description")):
            self._note(row, "parts of descriptions that could act on a reader were taken out", "description")
        return self._if_readable(row, "description", _description)

    def _category(self) -> tuple[str, ...] | None:
        for field in ("category", "type"):
            row = self._first_with(field)
            if row is not None:
                return self._if_readable(row, field, values.category) or None
        return None

    def _state(self) -> State | None:
        row = self._first_with("state")
        state = self._checked(row, "state", self._state_of, "product") if row else None
        published = self._first_with("published")
        if published is None or state not in (None, "active"):
            return state
        return "draft" if values.is_true(_text(published, "published")) is False else "active"

    def _state_of(self, text: str) -> State:
        return values.state(text, self._columns.format.states)

    def _attributes(self) -> tuple[DraftAttribute, ...]:
        said = ((key, name, self._attribute(key)) for key, name in self._columns.attributes)
        return tuple(DraftAttribute(key, name, words) for key, name, words in said if words is not None)

    def _attribute(self, key: str) -> str | None:
        field = f"attribute.{key}"
        row = self._first_with(field)
        return self._if_readable(row, field, _attribute_words) if row else ""

    # A variant

    def _variant(self, bundle: _Bundle, option_names: dict[str, str]) -> DraftVariant | None:
        try:
            row = self._row_in_our_currency(bundle)
            options = self._options(bundle, option_names)
            sku = self._sku(bundle, options)
            price = self._price(row)
            variant = DraftVariant(
                line=row.line,
                sku=sku,
                options=options,
                price=price,
                compare_at=self._compare_at(row, price),
                stock=self._stock(bundle, row),
                is_sku_made_up=not _text(bundle.rows[0], "sku"),
            )
            self._check_count(row)
        except _Lost:
            return None
        self._remark_on(variant, row)
        self._sku_lines[sku.casefold()] = self._option_lines[_folded(options)] = row.line
        return variant

    def _row_in_our_currency(self, bundle: _Bundle) -> Record:
        ours = [row for row in bundle.rows if self._is_in_our_currency(row)]
        for row in bundle.rows:
            if not self._is_in_our_currency(row):
                self._pass_over_currency(row, is_priced=bool(ours))
        if not ours:
            raise _Lost
        for row in ours[1:]:
            what = f"SKU “{_text(row, 'sku')}” is" if _text(row, "sku") else "These options are"
            reason = f"{what} already in line {ours[0].line}."
            self._tell(row, "sku", _text(row, "sku"), reason, "Give each variant a row and a SKU of its own.", "row")
        return ours[0]

    def _is_in_our_currency(self, row: Record) -> bool:
        return _text(row, "currency").upper() in ("", self._currency)

    def _pass_over_currency(self, row: Record, *, is_priced: bool) -> None:
        currency = _text(row, "currency")
        if not _is_currency(currency.upper()):
            self._tell(row, "currency", currency, "This is not a currency.", f"Write {self._currency}.", "row")
        elif is_priced:
            self._note(row, f"prices in other currencies than {self._currency} were passed over", "currency")
        else:
            reason = f"This market sells in {self._currency}, and the variant has no price in it."
            self._tell(row, "currency", currency, reason, f"Add a price in {self._currency}.", "variant")

    def _options(self, bundle: _Bundle, names: dict[str, str]) -> Options:
        row = bundle.with_options or bundle.rows[0]
        options = tuple((name, self._option(row, n, name)) for n, name in names.items())
        if len(options) == 1 and tuple(word.casefold() for word in options[0]) in self._columns.format.no_options:
            options = ()
        if line := self._option_lines.get(_folded(options)):
            what = " / ".join(value for _, value in options) or "the product without options"
            reason = f"There is a variant for {what} already, in line {line}."
            self._lose(row, "option1_value", reason, "Give each variant options of its own.", "variant")
        return options

    def _option(self, row: Record, n: str, name: str) -> str:
        value, names = f"option{n}_value", f"option{n}_name"
        if not name:
            self._lose(row, value, "The option has no name.", f"Write its name in option{n}_name.", "variant")
        if len(name) > LONGEST_OPTION:
            self._lose(row, names, f"“{name}” is longer than {LONGEST_OPTION} characters.", "Shorten it.", "variant")
        if _text(row, names) and values.one_line(_text(row, names)).casefold() != name.casefold():
            reason = f"This option is called “{name}” in another row of the product."
            self._lose(row, names, reason, "Call it alike in all rows.", "variant")
        if not _text(row, value):
            self._lose(row, value, f"Other variants have a “{name}”, and this one has none.", "Fill it in.", "variant")
        return self._checked(row, value, _option_word, "variant")

    def _sku(self, bundle: _Bundle, options: Options) -> str:
        row = bundle.rows[0]
        if _text(row, "sku"):
            sku = self._checked(row, "sku", _sku, "variant")
        else:
            sku = "-".join([self._handle, *(values.handle(value) for _, value in options)])[:LONGEST_SKU]
        if line := self._sku_lines.get(sku.casefold()):
            self._lose(row, "sku", f"SKU “{sku}” is already in line {line}.", "Give each variant its own.", "variant")
        return sku

    def _price(self, row: Record) -> int:
        if not _text(row, "price"):
            self._lose(row, "price", "There is no price.", "Write what a buyer pays.", "variant")
        price = self._checked(row, "price", self._price_of, "variant")
        if price == 0:
            self._lose(row, "price", "Nothing can be sold for 0.", "Write what a buyer pays.", "variant")
        return price

    def _price_of(self, text: str) -> int:
        return read_price(text, self._currency, self._styles["price"])

    def _compare_at(self, row: Record, price: int) -> int | None:
        if "compare_at_price" not in self._columns:
            return None
        if not _text(row, "compare_at_price"):
            return 0
        compare_at = self._if_readable(row, "compare_at_price", self._compare_at_of)
        if compare_at is None or compare_at > price:
            return compare_at
        if compare_at:
            self._note(row, "prices to compare with that are not above the price were left out", "compare_at_price")
        return 0

    def _compare_at_of(self, text: str) -> int:
        return read_price(text, self._currency, self._styles["compare_at_price"])

    def _stock(self, bundle: _Bundle, row: Record) -> int | None:
        for at in (row, *bundle.rows):
            if _text(at, "stock"):
                return self._checked(at, "stock", values.stock, "variant")
        return None

    def _check_count(self, row: Record) -> None:
        if len(self._option_lines) >= MOST_VARIANTS:
            reason = f"A product has {MOST_VARIANTS} variants at the most."
            self._lose(row, "sku", reason, "Divide it into several products.", "variant")

    def _remark_on(self, variant: DraftVariant, row: Record) -> None:
        if variant.is_sku_made_up:
            self._note(row, "variants without a SKU were given one, made of their handle and options", "sku")
        if variant.stock is None:
            self._note(
                row, "variants whose stock is not given start with none; of known ones it stays as it is", "stock"
            )

    # Its pictures

    def _pictures(
        self, bundles: list[_Bundle], kept: list[tuple[DraftVariant, _Bundle]]
    ) -> tuple[DraftPicture, ...] | None:
        if not self._columns.images and "variant_image" not in self._columns:
            return None
        sku_of = {id(row): variant.sku for variant, bundle in kept for row in bundle.rows}
        lost = {id(row) for bundle in bundles for row in bundle.rows} - sku_of.keys()
        gallery: dict[str, DraftPicture] = {}
        for row, picture in self._gallery():
            if self._columns.format.pictures_show_the_variant and id(row) in lost:
                continue
            sku = sku_of.get(id(row), "") if self._columns.format.pictures_show_the_variant else ""
            gallery.setdefault(picture.source, DraftPicture(picture.source, picture.alt, sku))
        for row in self._rows:
            self._add_variant_picture(gallery, row, sku_of.get(id(row), ""))
        if len(gallery) > MOST_PICTURES:
            self._note(self._rows[0], f"products keep their first {MOST_PICTURES} pictures", "image1")
        return tuple(gallery.values())[:MOST_PICTURES]

    def _gallery(self) -> list[tuple[Record, DraftPicture]]:
        placed = []
        for row in self._rows:
            for n in self._columns.images:
                source = self._picture(row, f"image{n}")
                if source:
                    alt = values.one_line(_text(row, f"image{n}_alt"))[:LONGEST_ALT]
                    placed.append((self._position(row), row, DraftPicture(source, alt)))
        placed.sort(key=lambda place: place[0])
        return [(row, picture) for _, row, picture in placed]

    def _position(self, row: Record) -> int:
        text = _text(row, "image_position")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else _LAST

    def _add_variant_picture(self, gallery: dict[str, DraftPicture], row: Record, sku: str) -> None:
        source = self._picture(row, "variant_image") if sku else ""
        if not source:
            return
        known = gallery.get(source)
        if known is None or not known.sku:
            gallery[source] = DraftPicture(source, known.alt if known else "", sku)

    def _picture(self, row: Record, field: str) -> str:
        return (self._if_readable(row, field, values.picture) or "") if field in row.texts else ""

    # Cells, and what is told about them

    def _first_with(self, field: str) -> Record | None:
        if field not in self._columns:
            return None
        return next((row for row in self._rows if field in row.texts), None)

    def _checked(self, row: Record, field: str, read: Callable[[str], T], lost: Lost) -> T:
        """The value of a cell; a cell that cannot be read is told about and costs what is being read."""
        try:
            return read(_text(row, field))
        except Unreadable as problem:
            self._tell(row, field, _text(row, field), problem.reason, problem.try_, lost)
            raise _Lost from None

    def _if_readable(self, row: Record, field: str, read: Callable[[str], T]) -> T | None:
        """The value of a cell that the product can do without."""
        try:
            return self._checked(row, field, read, "value")
        except _Lost:
            return None

    def _lose(self, row: Record, field: str, reason: str, try_: str, lost: Lost) -> NoReturn:
        self._tell(row, field, _text(row, field), reason, try_, lost)
        raise _Lost

    def _tell(self, row: Record, field: str, value: str, reason: str, try_: str, lost: Lost) -> None:
        self.found.append(Problem(row.line, self._columns.header_of(field), shown(value), reason, try_, lost))

    def _note(self, row: Record, about: str, field: str) -> None:
        self.found.append(Note(row.line, about, self._columns.header_of(field), shown(_text(row, field))))


@lru_cache(maxsize=256)
def _is_currency(code: str) -> bool:
    return is_currency(code)


def _text(row: Record, field: str) -> str:
    return row.texts.get(field, "")


def _title(text: str) -> str:
    return values.within(values.one_line(text), LONGEST_TITLE)


def _folded(options: Options) -> tuple[str, ...]:
    return tuple(value.casefold() for _, value in options)


def _description(text: str) -> Description:
    description = describe(text)
    values.within(description, LONGEST_DESCRIPTION)
    return description


def _attribute_words(text: str) -> str:
    return values.within(values.one_line(text), LONGEST_ATTRIBUTE)


def _option_word(text: str) -> str:
    return values.within(values.one_line(text), LONGEST_OPTION)


def _sku(text: str) -> str:
    return values.within(values.one_line(text), LONGEST_SKU)
