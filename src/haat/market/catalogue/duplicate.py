"""Begin a listing from one that is there."""

from __future__ import annotations

import msgspec
from sqlalchemy import BindParameter, bindparam, select

from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.description import Description
from haat.market.catalogue.listing import Catalogue, ListingText, own, refresh
from haat.market.catalogue.photos import Picture, add_photo
from haat.market.catalogue.tables import listing_attributes, listing_details, listings, photos, variants
from haat.market.catalogue.variant import Options, VariantText
from haat.store import Tx


def duplicate(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int) -> int:
    """A draft of the same kind with the same words, attributes, variants and photos; returns its id. No pieces, and SKUs of its own.

    A job and an article keep what only their kind has; units and prices of equipment are said anew. Raises NotFound.
    """
    kind = own(tx, shop_id, listing_id).kind
    copy_id = create(tx, catalogue, shop_id, _text(tx, catalogue, listing_id), kind)
    copies: dict[int | None, int | None] = {None: None}
    if copy_the_rest := catalogue.rules(kind).copies:
        copy_the_rest(tx, listing_id, copy_id)
        refresh(tx, catalogue, copy_id)
    else:
        for variant_id, *values in tx.read(_VARIANTS, listing=listing_id):
            copies[variant_id] = add_variant(tx, catalogue, shop_id, copy_id, _variant(*values))
    for variant_id, alt, *picture in tx.read(_PHOTOS, listing=listing_id):
        add_photo(tx, catalogue, shop_id, copy_id, Picture(*picture), alt=alt, variant_id=copies.get(variant_id))
    return copy_id


def _text(tx: Tx, catalogue: Catalogue, listing_id: int) -> ListingText:
    title, category_id, description = tx.first(_TEXT, listing=listing_id) or ("", 0, "")
    # What the category has asked for since is left to the seller, and what it no longer asks is not copied.
    asked = {attribute.key for attribute in catalogue.categories.tree(tx).attributes(category_id)}
    said = {key: words for key, words in tx.read(_SAID, listing=listing_id) if key in asked}
    return ListingText(title, category_id, Description(description), said)


def _variant(options: str, price: int, compare_at: int | None) -> VariantText:
    return VariantText(price, _decode(options), compare_at=compare_at)


_decode = msgspec.json.Decoder(Options).decode
_LISTING: BindParameter[int] = bindparam("listing")

_TEXT = (
    select(listings.c.title, listings.c.category_id, listing_details.c.description)
    .join(listing_details, listing_details.c.listing_id == listings.c.id)
    .where(listings.c.id == _LISTING)
)
_SAID = select(listing_attributes.c.key, listing_attributes.c.words).where(listing_attributes.c.listing_id == _LISTING)
_VARIANTS = (
    select(variants.c.id, variants.c.options, variants.c.price, variants.c.compare_at)
    .where(variants.c.listing_id == _LISTING, variants.c.retired_at.is_(None))
    .order_by(variants.c.position, variants.c.id)
)
_PHOTOS = (
    select(photos.c.variant_id, photos.c.alt, photos.c.sha, photos.c.width, photos.c.height)
    .where(photos.c.listing_id == _LISTING, photos.c.sha != "")
    .order_by(photos.c.position, photos.c.id)
)
