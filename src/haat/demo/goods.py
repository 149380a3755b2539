"""The demo goods of a preset, as they are written down beside this file.

`goods(preset)` reads `<preset>.toml`. What it returns is sound: every shop, category, attribute and photo that is spoken of is there,
every SKU and address is unique, every price above zero.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from haat.kernel.errors import Invalid, NotFound
from haat.market.catalogue.listing import Kind

PHOTOS = Path(__file__).parent / "photos"

_HOME = Path(__file__).parent
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOMAIN = "@demo.haat.example"

Value: TypeAlias = bool | float | str
Problem: TypeAlias = tuple[str, str]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    email: str


class Buyer(Person, frozen=True, forbid_unknown_fields=True):
    country: str


class Shipping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way of sending. Prices in minor units; `days` are working days, least and most; no countries means everywhere."""

    name: str
    price: int
    days: tuple[int, int]
    free_from: int | None = None
    countries: tuple[str, ...] = ()


class Shop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`portrait` is a file in PHOTOS, or nothing."""

    slug: str
    name: str
    country: str
    about: str
    owner: Person
    shipping: tuple[Shipping, ...] = ()
    portrait: str = ""


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What can be said about every listing of a category and of those below it."""

    key: str
    name: str
    kind: Literal["text", "number", "choice", "yes_no"]
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_facet: bool = False


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stands in the file after its parent; `parent` is a slug, empty at the top."""

    slug: str
    name: str
    parent: str = ""
    attributes: tuple[Attribute, ...] = ()


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that can be bought. `of` has a value for each option of its listing, in their order."""

    sku: str
    price: int
    stock: int
    of: tuple[str, ...] = ()
    compare_at: int | None = None


class Photo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file in PHOTOS. `sku` where it shows one variant and not the others."""

    file: str
    alt: str
    sku: str = ""

    @property
    def path(self) -> Path:
        return PHOTOS / self.file


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a shop offers. `options` are the axes in which its variants differ, each with its values; one variant needs none.

    A product has a SKU and a stock. Of anything else there is one, or as many `units` as are for hire: its price is that of an article, of a
    day's hire, or the budget of a job. `week` is the price of a week and `deposit` what is held for each unit. `town` is where it is, and
    `promoted` the days for which its owner pays to have it stand out.
    """

    handle: str
    title: str
    shop: str
    category: str
    description: str
    photos: tuple[Photo, ...]
    kind: Kind = "product"
    state: Literal["active", "draft"] = "active"
    attributes: dict[str, Value] = {}
    options: dict[str, tuple[str, ...]] = {}
    variants: tuple[Variant, ...] = ()
    sku: str = ""
    price: int = 0
    compare_at: int | None = None
    stock: int = 0
    units: int = 1
    week: int = 0
    deposit: int = 0
    town: str = ""
    promoted: int = 0

    @property
    def offered(self) -> tuple[Variant, ...]:
        """Its variants, whether they were written as many or as one."""
        if self.kind != "product":
            return (Variant(self.handle.upper(), self.price, 1),)
        return self.variants or (Variant(self.sku, self.price, self.stock, compare_at=self.compare_at),)

    def options_of(self, variant: Variant) -> tuple[tuple[str, str], ...]:
        """What tells a variant from its sisters: (name, value), in the order of the options."""
        return tuple(zip(self.options, variant.of, strict=True))


class Coupon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Takes either `percent` or `amount` off goods worth `least` or more; of the market where it has no shop."""

    code: str
    least: int = 0
    percent: int | None = None
    amount: int | None = None
    shop: str = ""


class Goods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    currency: str
    shops: tuple[Shop, ...]
    categories: tuple[Category, ...]
    listings: tuple[Listing, ...]
    buyers: tuple[Buyer, ...]
    coupons: tuple[Coupon, ...] = ()

    def attributes_of(self, category: str) -> dict[str, Attribute]:
        """What can be said in a category: its own attributes and those of all above it."""
        known: dict[str, dict[str, Attribute]] = {}
        for found in self.categories:
            known[found.slug] = known.get(found.parent, {}) | {own.key: own for own in found.attributes}
        return known[category]


def goods(preset: str) -> Goods:
    """The goods of a preset. Raises NotFound where there are none, Invalid naming all that is wrong with them."""
    written = _HOME / f"{preset}.toml"
    if _SLUG.fullmatch(preset) is None or not written.is_file():
        raise NotFound(
            "There are no demo goods for this preset.",
            why=f"Nothing is written down for “{preset}”.",
            try_="Start without demo goods: haat up --empty.",
        )
    return read(written.read_text(encoding="utf-8"))


def read(text: str) -> Goods:
    """The goods in a TOML text, checked. Raises Invalid naming all that is wrong with them."""
    try:
        found = msgspec.toml.decode(text, type=Goods)
    except msgspec.DecodeError as error:
        raise Invalid("The demo goods cannot be read.", why=str(error)) from error
    problems = dict(_problems(found))
    if problems:
        raise Invalid("The demo goods cannot be used.", fields=problems)
    return found


def _problems(found: Goods) -> Iterator[Problem]:
    yield from _twice("shop", (shop.slug for shop in found.shops))
    yield from _twice("category", (category.slug for category in found.categories))
    yield from _twice("listing", ((listing.shop, listing.handle) for listing in found.listings))
    yield from _twice("sku", (variant.sku for listing in found.listings for variant in listing.offered))
    yield from _twice("coupon", (coupon.code for coupon in found.coupons))
    people = [*(shop.owner for shop in found.shops), *found.buyers]
    yield from _twice("address", (person.email for person in people))
    yield from (
        (person.email, f"Demo addresses end in {_DOMAIN}.") for person in people if not person.email.endswith(_DOMAIN)
    )
    selling = {listing.shop for listing in found.listings if listing.kind == "product"}
    for shop in found.shops:
        yield from _of_shop(shop, sells=shop.slug in selling)
    yield from _of_categories(found.categories)
    yield from itertools.chain.from_iterable(_of_listing(found, listing) for listing in found.listings)
    yield from itertools.chain.from_iterable(_of_coupon(found, coupon) for coupon in found.coupons)


def _twice(kind: str, names: Iterable[Hashable]) -> Iterator[Problem]:
    seen: set[Hashable] = set()
    for name in names:
        if name in seen:
            yield f"{kind} {name}", "It is there twice."
        seen.add(name)


def _of_shop(shop: Shop, *, sells: bool) -> Iterator[Problem]:
    if not _SLUG.fullmatch(shop.slug):
        yield f"shop {shop.slug}", "A slug has lower-case letters, figures and hyphens."
    if shop.portrait and not (PHOTOS / shop.portrait).is_file():
        yield f"shop {shop.slug}, {shop.portrait}", "There is no such file."
    if sells and not shop.shipping:
        yield f"shop {shop.slug}", "It has no way of sending."
    for method in shop.shipping:
        least, most = method.days
        if method.price < 0 or not 0 <= least <= most:
            yield f"shop {shop.slug}, {method.name}", "The price is below zero, or the days run backwards."


def _of_categories(categories: Iterable[Category]) -> Iterator[Problem]:
    known = {""}
    for category in categories:
        if category.parent not in known:
            yield f"category {category.slug}", f"“{category.parent}” does not stand before it."
        for attribute in category.attributes:
            if (attribute.kind == "choice") != bool(attribute.choices):
                yield f"category {category.slug}, {attribute.key}", "A choice has choices, and nothing else has."
        known.add(category.slug)


def _of_listing(found: Goods, listing: Listing) -> Iterator[Problem]:
    where = f"listing {listing.shop}/{listing.handle}"
    if listing.shop not in {shop.slug for shop in found.shops}:
        yield where, f"There is no shop “{listing.shop}”."
    if listing.category not in {category.slug for category in found.categories}:
        yield where, f"There is no category “{listing.category}”."
    else:
        yield from _of_attributes(where, found.attributes_of(listing.category), listing.attributes)
    if listing.kind != "product":
        if listing.variants or listing.sku or listing.stock or listing.price < 1:
            yield where, "It has a price, and neither variants nor a SKU nor a stock."
    elif bool(listing.variants) == bool(listing.sku):
        yield where, "It has either variants, or a SKU, a price and a stock of its own."
    else:
        yield from itertools.chain.from_iterable(_of_variant(where, listing, variant) for variant in listing.offered)
        yield from _twice(f"{where}, options", (variant.of for variant in listing.offered))
    yield from _of_photos(where, listing)


def _of_attributes(where: str, known: dict[str, Attribute], said: dict[str, Value]) -> Iterator[Problem]:
    for key, value in said.items():
        attribute = known.get(key)
        if attribute is None:
            yield f"{where}, {key}", "Its category has no such attribute."
        elif not _FITS[attribute.kind](attribute, value):
            yield f"{where}, {key}", f"“{value}” is no {attribute.kind} of it."


def _of_variant(where: str, listing: Listing, variant: Variant) -> Iterator[Problem]:
    if variant.price < 1 or variant.stock < 0:
        yield f"{where}, {variant.sku}", "The price is not above zero, or the stock is below it."
    if variant.compare_at is not None and variant.compare_at <= variant.price:
        yield f"{where}, {variant.sku}", "It did not cost more before."
    axes = list(listing.options.values())
    if len(variant.of) != len(axes) or any(value not in axis for value, axis in zip(variant.of, axes, strict=False)):
        yield f"{where}, {variant.sku}", "It does not have one value of each option."


def _of_photos(where: str, listing: Listing) -> Iterator[Problem]:
    if not 1 <= len(listing.photos) <= 3:
        yield where, "It has one to three photos."
    skus = {"", *(variant.sku for variant in listing.offered)}
    for photo in listing.photos:
        if photo.file != Path(photo.file).name or not photo.path.is_file():
            yield f"{where}, {photo.file}", "There is no such file."
        if not photo.alt:
            yield f"{where}, {photo.file}", "It says nothing to those who do not see it."
        if photo.sku not in skus:
            yield f"{where}, {photo.file}", f"There is no variant “{photo.sku}”."


def _of_coupon(found: Goods, coupon: Coupon) -> Iterator[Problem]:
    where = f"coupon {coupon.code}"
    if (coupon.percent is None) == (coupon.amount is None):
        yield where, "It takes off either a percentage or an amount."
    if coupon.percent is not None and not 1 <= coupon.percent <= 100:
        yield where, "The percentage is not between 1 and 100."
    if (coupon.amount is not None and coupon.amount < 1) or coupon.least < 0:
        yield where, "It takes nothing off, or asks for less than nothing."
    if coupon.shop and coupon.shop not in {shop.slug for shop in found.shops}:
        yield where, f"There is no shop “{coupon.shop}”."


_FITS: dict[str, Callable[[Attribute, Value], bool]] = {
    "text": lambda _, value: isinstance(value, str),
    "number": lambda _, value: isinstance(value, int | float) and not isinstance(value, bool),
    "choice": lambda attribute, value: value in attribute.choices,
    "yes_no": lambda _, value: isinstance(value, bool),
}
