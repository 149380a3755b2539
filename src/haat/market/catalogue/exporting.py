"""A shop's listings as the CSV that `importing` reads as Haat's own: a row for each variant, the product's words in its first row.

Removed listings are left out, and so are drafts that have no variant yet: without a price there is no row. Cells that a spreadsheet
would take for a formula carry an apostrophe, which the import takes off.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple

import msgspec
from sqlalchemy import BindParameter, bindparam, func, select

from haat.kernel.money import as_decimal
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.category import Tree
from haat.market.catalogue.importing.values import guard
from haat.market.catalogue.tables import listing_attributes, listing_details, listings, photos, stock, variants
from haat.market.catalogue.variant import Options
from haat.store import Store

_TOGETHER = 200


class _Listing(NamedTuple):
    id: int
    handle: str
    title: str
    state: str
    category_id: int
    currency: str
    description: str


class _Variant(NamedTuple):
    id: int
    sku: str
    options: Options
    price: int
    compare_at: int | None
    on_hand: int


class _Photo(NamedTuple):
    source: str
    alt: str
    variant_id: int | None


class _Shape(NamedTuple):
    """How many columns of a kind the shop needs."""

    attributes: list[str]
    options: int
    images: int


class _Page(NamedTuple):
    """Some listings with all that belongs to them, by the listing's id."""

    listings: list[_Listing]
    variants: dict[int, list[_Variant]]
    said: dict[int, dict[str, str]]
    photos: dict[int, list[_Photo]]


def export_listings(store: Store, categories: Categories, shop_id: int) -> Iterator[str]:
    """The lines of the file, the header first, oldest listing first. Reads some at a time: any number of listings fits in memory."""
    shape = _shape(store, shop_id)
    yield _line(_header(shape))
    tree = categories.tree(store)
    for page in _pages(store, shop_id):
        for listing in page.listings:
            for cells in _rows(page, listing, tree, shape):
                yield _line(cells)


def _shape(store: Store, shop_id: int) -> _Shape:
    keys = sorted(key for (key,) in store.read(_KEYS, shop=shop_id))
    return _Shape(keys, _most_options(store, shop_id), store.value(_MOST_PHOTOS, shop=shop_id) or 0)


def _most_options(store: Store, shop_id: int) -> int:
    most, after = 0, -1
    while rows := store.read(_OPTIONS, shop=shop_id, after=after, size=1000):
        most = max(most, *(len(_decode(options)) for _, options in rows))
        after = rows[-1][0]
    return most


def _header(shape: _Shape) -> list[str]:
    return [
        *("handle", "title", "description", "category", "state"),
        *(f"attribute.{key}" for key in shape.attributes),
        *(f"option{n}_{part}" for n in range(1, shape.options + 1) for part in ("name", "value")),
        *("sku", "price", "compare_at_price", "currency", "stock"),
        *(f"image{n}{part}" for n in range(1, shape.images + 1) for part in ("", "_alt")),
        "variant_image",
    ]


def _pages(store: Store, shop_id: int) -> Iterator[_Page]:
    after = -1
    while rows := store.read(_LISTINGS, shop=shop_id, after=after, size=_TOGETHER):
        page = _Page([_Listing._make(row) for row in rows], defaultdict(list), defaultdict(dict), defaultdict(list))
        after = page.listings[-1].id
        span = {"shop": shop_id, "first": page.listings[0].id, "last": after}
        for listing_id, id_, sku, options, *rest in store.read(_VARIANTS, **span):
            page.variants[listing_id].append(_Variant(id_, sku, _decode(options), *rest))
        for listing_id, key, words in store.read(_SAID, **span):
            page.said[listing_id][key] = words
        for listing_id, *photo in store.read(_PHOTOS, **span):
            page.photos[listing_id].append(_Photo._make(photo))
        yield page


def _rows(page: _Page, listing: _Listing, tree: Tree, shape: _Shape) -> Iterator[list[str]]:
    pictures = page.photos[listing.id]
    about: list[str] | None = _about(listing, tree, page.said[listing.id], shape)
    gallery: list[str] | None = [cell for photo in pictures for cell in (photo.source, photo.alt)]
    for variant in page.variants[listing.id]:
        own = next((photo.source for photo in pictures if photo.variant_id == variant.id), "")
        yield [
            listing.handle,
            *(about or [""] * (4 + len(shape.attributes))),
            *_options(variant.options, shape),
            *_offer(variant, listing.currency),
            *_padded(gallery or [], 2 * shape.images),
            own,
        ]
        about = gallery = None


def _about(listing: _Listing, tree: Tree, said: dict[str, str], shape: _Shape) -> list[str]:
    path = " > ".join(category.name.replace(">", "\\>") for category in tree.breadcrumbs(listing.category_id))
    # A file is about the goods; that their seller is suspended is none of its business.
    state = "active" if listing.state == "hidden" else listing.state
    return [listing.title, listing.description, path, state, *(said.get(key, "") for key in shape.attributes)]


def _options(options: Options, shape: _Shape) -> list[str]:
    return _padded([word for option in options for word in option], 2 * shape.options)


def _offer(variant: _Variant, currency: str) -> list[str]:
    compare_at = "" if variant.compare_at is None else str(as_decimal(variant.compare_at, currency))
    return [variant.sku, str(as_decimal(variant.price, currency)), compare_at, currency, str(variant.on_hand)]


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _line(cells: list[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow([guard(cell) for cell in cells])
    return line.getvalue()


_decode = msgspec.json.Decoder(Options).decode
_SHOP: BindParameter[int] = bindparam("shop")
_AFTER: BindParameter[int] = bindparam("after")
_FIRST: BindParameter[int] = bindparam("first")
_LAST: BindParameter[int] = bindparam("last")
_SIZE: BindParameter[int] = bindparam("size")

_OF_SHOP = (listings.c.shop_id == _SHOP, listings.c.state != "removed")

_LISTINGS = (
    select(
        listings.c.id,
        listings.c.handle,
        listings.c.title,
        listings.c.state,
        listings.c.category_id,
        listings.c.currency,
        listing_details.c.description,
    )
    .join(listing_details, listing_details.c.listing_id == listings.c.id)
    .where(*_OF_SHOP, listings.c.id > _AFTER)
    .order_by(listings.c.id)
    .limit(_SIZE)
)
_VARIANTS = (
    select(
        variants.c.listing_id,
        variants.c.id,
        variants.c.sku,
        variants.c.options,
        variants.c.price,
        variants.c.compare_at,
        stock.c.on_hand,
    )
    .join(stock, stock.c.variant_id == variants.c.id)
    .where(variants.c.shop_id == _SHOP, variants.c.listing_id.between(_FIRST, _LAST), variants.c.retired_at.is_(None))
    .order_by(variants.c.listing_id, variants.c.position, variants.c.id)
)
_SAID = (
    select(listing_attributes.c.listing_id, listing_attributes.c.key, listing_attributes.c.words)
    .join(listings, listings.c.id == listing_attributes.c.listing_id)
    .where(*_OF_SHOP, listings.c.id.between(_FIRST, _LAST))
)
_PHOTOS = (
    select(
        photos.c.listing_id,
        func.coalesce(photos.c.source_url, photos.c.sha),
        photos.c.alt,
        photos.c.variant_id,
    )
    .join(listings, listings.c.id == photos.c.listing_id)
    .where(*_OF_SHOP, listings.c.id.between(_FIRST, _LAST))
    .order_by(photos.c.listing_id, photos.c.position, photos.c.id)
)
_KEYS = (
    select(listing_attributes.c.key)
    .join(listings, listings.c.id == listing_attributes.c.listing_id)
    .where(*_OF_SHOP)
    .distinct()
)
_OPTIONS = (
    select(variants.c.id, variants.c.options)
    .where(variants.c.shop_id == _SHOP, variants.c.retired_at.is_(None), variants.c.id > _AFTER)
    .order_by(variants.c.id)
    .limit(_SIZE)
)
_counted = (
    select(func.count().label("number"))
    .select_from(photos.join(listings, listings.c.id == photos.c.listing_id))
    .where(*_OF_SHOP)
    .group_by(photos.c.listing_id)
    .subquery()
)
_MOST_PHOTOS = select(func.max(_counted.c.number))
