"""Keep the index: called in the transaction of every change of a listing, so it is never behind."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BindParameter, Select, bindparam, delete, insert, select, update

from haat.market.catalogue.description import plain
from haat.market.catalogue.handle import handle_of
from haat.market.catalogue.tables import (
    attributes,
    categories,
    listing_attributes,
    listing_details,
    listings,
    promoted_listings,
    shelves,
    variants,
)
from haat.market.catalogue.variant import Options
from haat.market.places.tables import listing_places
from haat.market.search.full_text import Words
from haat.market.search.full_texts import full_text_of
from haat.market.search.tables import search_promoted, search_rows, search_tags, search_words
from haat.market.search.words import folded, vocabulary_of
from haat.store import Tx

CATEGORY, SHOP = "/category", "/shop"
"""The keys of tags that are no facets; a slash is in no other key."""

WHOLE_MARKET = 0  # in search_promoted

_EPOCH = 1_577_836_800_000  # 2020-01-01T00:00:00Z
_LOW_BITS = 22


class Tag(NamedTuple):
    """Something that can be filtered by and counted; `folded` are its words without regard to case."""

    key: str
    name: str
    words: str
    folded: str


def tag_of(key: str, name: str, words: str) -> Tag:
    """The tag with these words."""
    return Tag(key, name, words, words.casefold())


class _Listing(NamedTuple):
    id: int
    shop_id: int
    handle: str
    title: str
    version: int
    published_at: int
    price: int
    price_to: int
    description: str


def index(tx: Tx, listing_id: int) -> None:
    """Make the index say what the listing says now; one that is not on sale is not in it."""
    # Of two who index the same listing, the second one sees what the first one saw or something newer.
    tx.first(_TAKE, listing=listing_id)
    row = tx.first(_LISTING, listing=listing_id)
    if row is None:
        forget(tx, listing_id)
        return
    listing = _Listing(*row)
    words, counted = _read(tx, listing)
    place = tx.value(_PLACE, listing=listing_id)
    if place is not None and published_at(place) == listing.published_at:
        _renew(tx, place, listing, words, counted)
    else:
        forget(tx, listing_id)
        _add(tx, listing, words, counted)
    _mark(tx, listing_id)


def forget(tx: Tx, listing_id: int) -> None:
    """Take the listing out of the index, whatever state it is in."""
    place = tx.value(_PLACE, listing=listing_id)
    if place is not None:
        full_text_of(tx).erase(tx, place)
        tx.run(_FORGET, at=place)
        tx.run(_UNMARK, listing=listing_id)


def first_place(at: int) -> int:
    """Where what is published then stands, or right behind it."""
    return (at - _EPOCH) << _LOW_BITS


def published_at(place: int) -> int:
    """When the listing at this place was published, in milliseconds since 1970."""
    return (place >> _LOW_BITS) + _EPOCH


def _read(tx: Tx, listing: _Listing) -> tuple[Words, str]:
    said = list({row[0]: row for row in tx.read(_SAID, listing=listing.id)}.values())
    offered = [(sku, _decode(options)) for sku, options in tx.read(_OFFERED, listing=listing.id)]
    facets = [tag_of(key, name, words) for key, name, words, is_facet in said if is_facet]
    facets += (
        tag_of(key, name, value) for _, options in offered for name, value in options if (key := handle_of(name, 80))
    )
    where = [tag_of(CATEGORY, "", str(category_id)) for (category_id,) in tx.read(_SHELVES, listing=listing.id)]
    counted = _ids(tx, [*where[-1:], *facets])
    tags = [*counted, *_ids(tx, [*where[:-1], tag_of(SHOP, "", str(listing.shop_id))])]
    words = [word for _, _, word, _ in said] + [town for (town,) in tx.read(_TOWN, listing=listing.id)]
    for sku, options in offered:
        # A made-up SKU is the handle with a number: its words may be of an earlier title.
        words += ([] if sku.startswith(listing.handle) else [sku]) + [value for _, value in options]
    facts = " ".join(dict.fromkeys(words))
    description = folded(plain(listing.description))
    return Words(folded(listing.title), folded(facts), description, tuple(tags)), " ".join(map(str, counted))


def _ids(tx: Tx, tags: Iterable[Tag]) -> list[int]:
    wanted = list(tags)
    # Whoever adds several does so in this order: two who add the same then wait for each other and not both.
    known = {tag: _id(tx, tag) for tag in sorted(wanted)}
    return list(dict.fromkeys(known[tag] for tag in wanted))


def _id(tx: Tx, tag: Tag) -> int:
    id_: int | None = tx.value(_TAG, wanted=tag.key, folded=tag.folded)
    if id_ is None:
        tx.insert_once(search_tags, key=tag.key, folded=tag.folded, name=tag.name, words=tag.words)
        id_ = tx.value(_TAG, wanted=tag.key, folded=tag.folded)
    assert id_ is not None
    return id_


def _renew(tx: Tx, place: int, listing: _Listing, words: Words, counted: str) -> None:
    _write(tx, place, words)
    tx.run(
        _RENEW,
        at=place,
        new_version=listing.version,
        new_price=listing.price,
        new_price_to=listing.price_to,
        new_tags=counted,
    )


def _add(tx: Tx, listing: _Listing, words: Words, counted: str) -> None:
    place = first_place(listing.published_at) | listing.id & ((1 << _LOW_BITS) - 1)
    while tx.first(_TAKEN, place=place):
        place += 1
    tx.insert(
        search_rows,
        place=place,
        listing_id=listing.id,
        version=listing.version,
        price=listing.price,
        price_to=listing.price_to,
        tags=counted,
    )
    _write(tx, place, words)


def _mark(tx: Tx, listing_id: int) -> None:
    """It stands out on all of its shelves and in the whole market, or nowhere."""
    tx.run(_UNMARK, listing=listing_id)
    if tx.first(_PROMOTED, listing=listing_id):
        place = tx.value(_PLACE, listing=listing_id)
        where = [WHOLE_MARKET, *(category_id for (category_id,) in tx.read(_SHELVES, listing=listing_id))]
        tx.many(_MARK, [{"category": category_id, "at": place, "listing": listing_id} for category_id in where])


def _write(tx: Tx, place: int, words: Words) -> None:
    if full_text_of(tx).write(tx, place, words):
        _learn(tx, vocabulary_of(f"{words.title} {words.facts}"))


def _learn(tx: Tx, words: AbstractSet[str]) -> None:
    wanted = sorted(words)
    known = {row[0] for row in tx.read(_known(len(wanted)), **{f"w{i}": word for i, word in enumerate(wanted)})}
    for word in wanted:
        if word not in known:
            tx.insert_once(search_words, word=word)


_decode = msgspec.json.Decoder(Options).decode
_ID: BindParameter[int] = bindparam("listing")

_LISTING = (
    select(
        listings.c.id,
        listings.c.shop_id,
        listings.c.handle,
        listings.c.title,
        listings.c.version,
        listings.c.published_at,
        listings.c.price_from,
        listings.c.price_to,
        listing_details.c.description,
    )
    .join(listing_details, listing_details.c.listing_id == listings.c.id)
    .where(listings.c.id == _ID, listings.c.state == "active")
)
_TAKE = select(listings.c.id).where(listings.c.id == _ID).with_for_update(key_share=True)
_PLACE = select(search_rows.c.place).where(search_rows.c.listing_id == _ID)
_SHELVES = (
    select(shelves.c.category_id)
    .join(categories, categories.c.id == shelves.c.category_id)
    .where(shelves.c.listing_id == _ID)
    .order_by(categories.c.path)
)
# What a category says of an attribute counts for all below it; the definition nearest to the listing is the last.
_TOWN = select(listing_places.c.name).where(listing_places.c.listing_id == bindparam("listing"))
_SAID = (
    select(listing_attributes.c.key, attributes.c.name, listing_attributes.c.words, attributes.c.is_facet)
    .join(shelves, shelves.c.listing_id == listing_attributes.c.listing_id)
    .join(
        attributes, (attributes.c.category_id == shelves.c.category_id) & (attributes.c.key == listing_attributes.c.key)
    )
    .join(categories, categories.c.id == shelves.c.category_id)
    .where(listing_attributes.c.listing_id == _ID)
    .order_by(attributes.c.position, listing_attributes.c.key, categories.c.path)
)
_OFFERED = (
    select(variants.c.sku, variants.c.options)
    .where(variants.c.listing_id == _ID, variants.c.retired_at.is_(None))
    .order_by(variants.c.position, variants.c.id)
)

_TAG = select(search_tags.c.id).where(
    search_tags.c.key == bindparam("wanted"), search_tags.c.folded == bindparam("folded")
)


@cache
def _known(count: int) -> Select[Any]:
    return select(search_words.c.word).where(search_words.c.word.in_([bindparam(f"w{i}") for i in range(count)]))


_TAKEN = select(search_rows.c.place).where(search_rows.c.place == bindparam("place"))
_RENEW = (
    update(search_rows)
    .where(search_rows.c.place == bindparam("at"))
    .values(
        version=bindparam("new_version"),
        price=bindparam("new_price"),
        price_to=bindparam("new_price_to"),
        tags=bindparam("new_tags"),
    )
)
_FORGET = delete(search_rows).where(search_rows.c.place == bindparam("at"))
_PROMOTED = select(promoted_listings.c.until).where(promoted_listings.c.listing_id == _ID)
_MARK = insert(search_promoted).values(
    category_id=bindparam("category"), place=bindparam("at"), listing_id=bindparam("listing")
)
_UNMARK = delete(search_promoted).where(search_promoted.c.listing_id == _ID)
