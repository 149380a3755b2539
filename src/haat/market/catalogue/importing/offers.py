"""The variants of one product: which rows are of which, and what each says."""

from __future__ import annotations

from functools import lru_cache

from babel.numbers import is_currency

from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.cells import Cells, GivenUp, text
from haat.market.catalogue.importing.columns import Record
from haat.market.catalogue.importing.found import DraftVariant
from haat.market.catalogue.importing.prices import Style, read_price
from haat.market.catalogue.variant import LONGEST_OPTION, LONGEST_SKU, MOST, Options


class Bundle:
    """The rows of one variant: one, or one for each currency."""

    def __init__(self) -> None:
        self.rows: list[Record] = []
        self.with_options: Record | None = None

    def add(self, row: Record, *, has_options: bool) -> None:
        """Add a row; the first with options is the one that tells them."""
        self.rows.append(row)
        if has_options and self.with_options is None:
            self.with_options = row

    def is_titled(self) -> bool:
        """True when one of the rows names the product."""
        return any("title" in row.texts for row in self.rows)


class Offers:
    """Reads the variants of one product after another. No two of a file have the same SKU, no two of a product the same options."""

    def __init__(self, currency: str, styles: dict[str, Style]) -> None:
        self._currency = currency
        self._styles = styles
        self._sku_lines: dict[str, int] = {}
        self._option_lines: dict[tuple[str, ...], int] = {}
        self._handle = ""

    def read(self, cells: Cells, handle: str) -> list[tuple[Bundle, DraftVariant | None]]:
        """Each bundle of rows with its variant; None for one that is lost, which is told."""
        self._handle = handle
        self._option_lines.clear()
        bundles = _bundles(cells)
        names = _option_names(cells, bundles)
        return [(bundle, self._variant(cells, bundle, names)) for bundle in bundles]

    def _variant(self, cells: Cells, bundle: Bundle, names: dict[str, str]) -> DraftVariant | None:
        try:
            row = self._row_in_our_currency(cells, bundle)
            options = self._options(cells, bundle, names)
            sku = self._sku(cells, bundle, options)
            price = self._price(cells, row)
            variant = DraftVariant(
                line=row.line,
                sku=sku,
                options=options,
                price=price,
                compare_at=self._compare_at(cells, row, price),
                stock=_stock(cells, bundle, row),
                is_sku_made_up="sku" not in bundle.rows[0].texts,
            )
            self._check_count(cells, row)
        except GivenUp:
            return None
        _remark(cells, row, variant)
        self._sku_lines[sku.casefold()] = self._option_lines[_folded(options)] = row.line
        return variant

    def _row_in_our_currency(self, cells: Cells, bundle: Bundle) -> Record:
        ours = [row for row in bundle.rows if self._is_in_our_currency(row)]
        for row in bundle.rows:
            if not self._is_in_our_currency(row):
                self._pass_over_currency(cells, row, is_priced=bool(ours))
        if not ours:
            raise GivenUp
        for row in ours[1:]:
            what = f"SKU “{text(row, 'sku')}” is" if text(row, "sku") else "These options are"
            reason = f"{what} already in line {ours[0].line}."
            cells.tell(row, "sku", reason, "Give each variant a row and a SKU of its own.", "row")
        return ours[0]

    def _is_in_our_currency(self, row: Record) -> bool:
        return text(row, "currency").upper() in ("", self._currency)

    def _pass_over_currency(self, cells: Cells, row: Record, *, is_priced: bool) -> None:
        if not _is_currency(text(row, "currency").upper()):
            cells.tell(row, "currency", "This is not a currency.", f"Write {self._currency}.", "row")
        elif is_priced:
            cells.note(row, f"prices in other currencies than {self._currency} were passed over", "currency")
        else:
            reason = f"This market sells in {self._currency}, and the variant has no price in it."
            cells.tell(row, "currency", reason, f"Add a price in {self._currency}.", "variant")

    def _options(self, cells: Cells, bundle: Bundle, names: dict[str, str]) -> Options:
        row = bundle.with_options or bundle.rows[0]
        options = tuple((name, _option(cells, row, n, name)) for n, name in names.items())
        if len(options) == 1 and tuple(word.casefold() for word in options[0]) in cells.columns.format.no_options:
            options = ()
        if line := self._option_lines.get(_folded(options)):
            what = " / ".join(value for _, value in options) or "the product without options"
            reason = f"There is a variant for {what} already, in line {line}."
            cells.give_up(row, "option1_value", reason, "Give each variant options of its own.", "variant")
        return options

    def _sku(self, cells: Cells, bundle: Bundle, options: Options) -> str:
        row = bundle.rows[0]
        if "sku" in row.texts:
            sku = cells.read(row, "sku", _sku, "variant")
        else:
            sku = "-".join([self._handle, *(values.handle(value) for _, value in options)])[:LONGEST_SKU]
        if line := self._sku_lines.get(sku.casefold()):
            cells.give_up(
                row, "sku", f"SKU “{sku}” is already in line {line}.", "Give each variant its own.", "variant"
            )
        return sku

    def _price(self, cells: Cells, row: Record) -> int:
        if "price" not in row.texts:
            cells.give_up(row, "price", "There is no price.", "Write what a buyer pays.", "variant")
        price = cells.read(
            row, "price", lambda cell: read_price(cell, self._currency, self._styles["price"]), "variant"
        )
        if price == 0:
            cells.give_up(row, "price", "Nothing can be sold for 0.", "Write what a buyer pays.", "variant")
        return price

    def _compare_at(self, cells: Cells, row: Record, price: int) -> int | None:
        field = "compare_at_price"
        if field not in cells.columns:
            return None
        if field not in row.texts:
            return 0
        compare_at = cells.read_if_possible(
            row, field, lambda cell: read_price(cell, self._currency, self._styles[field])
        )
        if compare_at is None or compare_at > price:
            return compare_at
        if compare_at:
            cells.note(row, "prices to compare with that are not above the price were left out", field)
        return 0

    def _check_count(self, cells: Cells, row: Record) -> None:
        if len(self._option_lines) >= MOST:
            reason = f"A product has {MOST} variants at the most."
            cells.give_up(row, "sku", reason, "Divide it into several products.", "variant")


def _bundles(cells: Cells) -> list[Bundle]:
    """The rows of each variant. Rows without price, SKU and options are about the product: pictures, mostly."""
    bundles: dict[object, Bundle] = {}
    for row in cells.rows:
        options = tuple(text(row, f"option{n}_value") for n in cells.columns.options)
        has_options = any(options)
        sku = values.one_line(text(row, "sku")).casefold()
        if sku or has_options or "price" in row.texts:
            bundles.setdefault(sku or options, Bundle()).add(row, has_options=has_options)
    return _without_product_rows(cells, list(bundles.values()))


def _without_product_rows(cells: Cells, bundles: list[Bundle]) -> list[Bundle]:
    if not cells.columns.format.product_rows_stand_alone:
        return bundles
    return [bundle for bundle in bundles if bundle.with_options or not bundle.is_titled()] or bundles


def _option_names(cells: Cells, bundles: list[Bundle]) -> dict[str, str]:
    """The names of the options that any variant uses, by their number."""
    rows = [bundle.with_options for bundle in bundles if bundle.with_options]
    names: dict[str, str] = {}
    for n in cells.columns.options:
        if any(f"option{n}_value" in row.texts for row in rows):
            named = cells.first_with(f"option{n}_name")
            names[n] = values.one_line(text(named, f"option{n}_name")) if named else ""
    return names


def _option(cells: Cells, row: Record, n: str, name: str) -> str:
    value, names = f"option{n}_value", f"option{n}_name"
    if not name:
        cells.give_up(row, value, "The option has no name.", f"Write its name in option{n}_name.", "variant")
    if len(name) > LONGEST_OPTION:
        cells.give_up(row, names, f"“{name}” is longer than {LONGEST_OPTION} characters.", "Shorten it.", "variant")
    if names in row.texts and values.one_line(text(row, names)).casefold() != name.casefold():
        reason = f"This option is called “{name}” in another row of the product."
        cells.give_up(row, names, reason, "Call it alike in all rows.", "variant")
    if value not in row.texts:
        cells.give_up(row, value, f"Other variants have a “{name}”, and this one has none.", "Fill it in.", "variant")
    return cells.read(row, value, _option_word, "variant")


def _stock(cells: Cells, bundle: Bundle, row: Record) -> int | None:
    for at in (row, *bundle.rows):
        if "stock" in at.texts:
            return cells.read(at, "stock", values.stock, "variant")
    return None


def _remark(cells: Cells, row: Record, variant: DraftVariant) -> None:
    if variant.is_sku_made_up:
        cells.note(row, "variants without a SKU were given one, made of their handle and options", "sku")
    if variant.stock is None:
        about = "variants whose stock is not given start with none; of known ones it stays as it is"
        cells.note(row, about, "stock")


def _folded(options: Options) -> tuple[str, ...]:
    return tuple(value.casefold() for _, value in options)


def _option_word(cell: str) -> str:
    return values.within(values.one_line(cell), LONGEST_OPTION)


def _sku(cell: str) -> str:
    return values.within(values.one_line(cell), LONGEST_SKU)


@lru_cache(maxsize=256)
def _is_currency(code: str) -> bool:
    return is_currency(code)
