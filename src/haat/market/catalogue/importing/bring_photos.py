"""The pictures of a draft: a place is kept for each, and filled where the picture itself is at hand."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from haat.market.catalogue.importing.bringing import Bringing
from haat.market.catalogue.importing.found import DraftPicture, Note
from haat.market.catalogue.importing.known import KnownPhoto
from haat.market.catalogue.photos import MOST, announce_photo, describe_photo, photo_arrived, reorder_photos
from haat.market.catalogue.tables import photos


def bring_photos(bringing: Bringing, listing_id: int, known: list[KnownPhoto], variant_ids: dict[str, int]) -> None:
    """Add, describe and order them. Photos that the file does not name stay, behind those that it does."""
    if not bringing.draft.pictures:
        return
    by_source = {photo.source: photo for photo in known}
    order = []
    for picture in bringing.draft.pictures:
        photo = by_source.get(picture.source)
        variant_id = variant_ids.get(picture.sku)
        if photo is not None:
            _renew(bringing, photo, picture, variant_id)
            order.append(photo.id)
        elif len(order) + len(by_source) < MOST:
            order.append(_add(bringing, listing_id, picture, variant_id))
        else:
            bringing.found.append(Note(bringing.draft.line, f"listings keep {MOST} pictures at the most"))
    _set_order(bringing, listing_id, known, order)


def _renew(bringing: Bringing, photo: KnownPhoto, picture: DraftPicture, variant_id: int | None) -> None:
    if picture.alt and picture.alt != photo.alt:
        describe_photo(bringing.tx, bringing.catalogue, bringing.shop_id, photo.id, picture.alt)
        bringing.changed()
    if variant_id is not None and variant_id != photo.variant_id:
        bringing.tx.run(_SHOW, photo=photo.id, new_variant=variant_id)
        bringing.changed()
    if not photo.sha:
        _fill(bringing, photo.id, picture)


def _add(bringing: Bringing, listing_id: int, picture: DraftPicture, variant_id: int | None) -> int:
    photo_id = announce_photo(
        bringing.tx, bringing.shop_id, listing_id, picture.source, alt=picture.alt, variant_id=variant_id
    )
    _fill(bringing, photo_id, picture)
    bringing.changed()
    return photo_id


def _fill(bringing: Bringing, photo_id: int, picture: DraftPicture) -> None:
    at_hand = bringing.kept.get(picture.source)
    if at_hand is not None:
        photo_arrived(bringing.tx, bringing.catalogue, photo_id, at_hand)
        bringing.changed()


def _set_order(bringing: Bringing, listing_id: int, known: list[KnownPhoto], order: list[int]) -> None:
    now = [photo.id for photo in known]
    added = [id_ for id_ in order if id_ not in now]
    wanted = order + [id_ for id_ in now if id_ not in order]
    if wanted != now + added:
        reorder_photos(bringing.tx, bringing.catalogue, bringing.shop_id, listing_id, wanted)
        bringing.changed()


_SHOW = update(photos).where(photos.c.id == bindparam("photo")).values(variant_id=bindparam("new_variant"))
