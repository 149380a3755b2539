"""The photos of a listing, in the seller's order; the first is the cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from haat.kernel.errors import Invalid, NotFound
from haat.kernel.ids import new_id
from haat.kernel.text import one_line
from haat.market.catalogue.listing import Catalogue, own, refresh
from haat.market.catalogue.tables import photos, variants
from haat.store import Tx

MOST = 30
LONGEST_ALT = 300


class Picture(NamedTuple):
    """A picture that is kept: the SHA-256 of its original, and its size as it is shown, in pixels."""

    sha: str
    width: int
    height: int


def add_photo(
    tx: Tx,
    catalogue: Catalogue,
    shop_id: int,
    listing_id: int,
    picture: Picture,
    *,
    alt: str = "",
    variant_id: int | None = None,
) -> int:
    """Show a kept picture, after those that are there; returns the id of the photo. Raises Invalid and NotFound."""
    photo_id = _add(tx, shop_id, listing_id, picture, alt, variant_id, None)
    refresh(tx, catalogue, listing_id)
    return photo_id


def announce_photo(
    tx: Tx, shop_id: int, listing_id: int, source_url: str, *, alt: str = "", variant_id: int | None = None
) -> int:
    """Keep a place for a picture that is still to be fetched; nobody sees it before `photo_arrived`. Raises Invalid and NotFound."""
    return _add(tx, shop_id, listing_id, Picture("", 0, 0), alt, variant_id, source_url)


def photo_arrived(tx: Tx, catalogue: Catalogue, photo_id: int, picture: Picture) -> None:
    """The announced picture is kept now. Nothing happens when the photo was removed meanwhile, or came before."""
    if tx.run(_ARRIVED, photo=photo_id, new_sha=picture.sha, new_width=picture.width, new_height=picture.height):
        refresh(tx, catalogue, tx.value(_LISTING_OF, photo=photo_id))


def reorder_photos(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, photo_ids: Sequence[int]) -> None:
    """Show them in this order; it has to name each photo of the listing once. Raises Invalid and NotFound."""
    own(tx, shop_id, listing_id)
    if sorted(photo_ids) != sorted(row[0] for row in tx.read(_IDS, listing=listing_id)):
        raise Invalid("The photos changed meanwhile.", fields={"photos": "Name each photo of the listing once."})
    tx.many(_PLACE, [{"photo": id_, "new_position": place} for place, id_ in enumerate(photo_ids, 1)])
    refresh(tx, catalogue, listing_id)


def describe_photo(tx: Tx, catalogue: Catalogue, shop_id: int, photo_id: int, alt: str) -> None:
    """Say in words what is on it, for those who cannot see it. Raises Invalid and NotFound."""
    listing_id = _own(tx, shop_id, photo_id)
    tx.run(_DESCRIBE, photo=photo_id, new_alt=_checked(alt))
    refresh(tx, catalogue, listing_id)


def remove_photo(tx: Tx, catalogue: Catalogue, shop_id: int, photo_id: int) -> None:
    """Show it no longer. The picture itself stays: orders still show it. Raises NotFound."""
    listing_id = _own(tx, shop_id, photo_id)
    tx.run(_REMOVE, photo=photo_id)
    refresh(tx, catalogue, listing_id)


def _add(
    tx: Tx,
    shop_id: int,
    listing_id: int,
    picture: Picture,
    alt: str,
    variant_id: int | None,
    source_url: str | None,
) -> int:
    own(tx, shop_id, listing_id)
    count, last = tx.first(_COUNT, listing=listing_id) or (0, 0)
    if count >= MOST:
        raise Invalid("There are enough photos.", fields={"photos": f"A listing has at most {MOST}."})
    if variant_id is not None and tx.value(_VARIANT_OF, variant=variant_id) != listing_id:
        raise NotFound("There is no such variant of this listing.")
    photo_id = new_id()
    tx.insert(
        photos,
        id=photo_id,
        listing_id=listing_id,
        variant_id=variant_id,
        source_url=source_url,
        alt=_checked(alt),
        position=last + 1,
        created_at=tx.now,
        **picture._asdict(),
    )
    return photo_id


def _own(tx: Tx, shop_id: int, photo_id: int) -> int:
    listing_id = tx.value(_LISTING_OF, photo=photo_id)
    if listing_id is None:
        raise NotFound("There is no such photo.")
    return own(tx, shop_id, listing_id).id


def _checked(alt: str) -> str:
    alt = one_line(alt)
    if len(alt) > LONGEST_ALT:
        raise Invalid("The photo cannot be saved like this.", fields={"alt": f"Use at most {LONGEST_ALT} characters."})
    return alt


_PHOTO: BindParameter[int] = bindparam("photo")
_LISTING: BindParameter[int] = bindparam("listing")

_IDS = select(photos.c.id).where(photos.c.listing_id == _LISTING)
_COUNT = select(func.count(), func.coalesce(func.max(photos.c.position), 0)).where(photos.c.listing_id == _LISTING)
_LISTING_OF = select(photos.c.listing_id).where(photos.c.id == _PHOTO)
_VARIANT_OF = select(variants.c.listing_id).where(variants.c.id == bindparam("variant"))
_ARRIVED = (
    update(photos)
    .where(photos.c.id == _PHOTO, photos.c.sha == "")
    .values(sha=bindparam("new_sha"), width=bindparam("new_width"), height=bindparam("new_height"))
)
_PLACE = update(photos).where(photos.c.id == _PHOTO).values(position=bindparam("new_position"))
_DESCRIBE = update(photos).where(photos.c.id == _PHOTO).values(alt=bindparam("new_alt"))
_REMOVE = delete(photos).where(photos.c.id == _PHOTO)
