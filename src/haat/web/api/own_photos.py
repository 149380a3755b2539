"""The photos of your listings."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound, Unavailable
from haat.market.accounts.portrait import show_face
from haat.market.catalogue.own import own_photo, own_photos
from haat.market.catalogue.photos import LONGEST_ALT, MOST, add_photo, describe_photo, remove_photo, reorder_photos
from haat.web.api import own_shapes
from haat.web.api.kinds import Id
from haat.web.api.own_listings import show_listing
from haat.web.api.own_shapes import OwnPhoto
from haat.web.api.own_shop import own
from haat.web.http import Context
from haat.web.routes import Endpoint, File, Input, Output

Alt = Annotated[str, Meta(max_length=LONGEST_ALT)]
PICTURE = File(("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"))


class PhotoQuery(Input, frozen=True):
    """`alt` says what is on the photo, for those who cannot see it; `variant` is the one variant that it shows, if it does."""

    alt: Alt = ""
    variant: Id | None = None


class PhotoChange(Input, frozen=True):
    """What is on the photo, for those who cannot see it."""

    alt: Alt


class PhotoOrder(Input, frozen=True):
    """Every photo of the listing once; the first is the cover."""

    photos: Annotated[list[Id], Meta(max_length=MOST)]


class Photos(Output, frozen=True):
    """The photos of a listing, in their order."""

    items: list[OwnPhoto]


def create_photo(ctx: Context, id: int, query: PhotoQuery, body: bytes) -> OwnPhoto:
    show_listing(ctx, id)  # whose listing it is not need not know what pictures we take
    picture = ctx.app.pictures.put(body)
    variant_id = None if query.variant is None else ids.decode(query.variant)
    catalogue, shop_id = ctx.app.catalogue, own(ctx)
    photo_id = ctx.store.write(
        lambda tx: add_photo(tx, catalogue, shop_id, id, picture, alt=query.alt, variant_id=variant_id)
    )
    return _show(ctx, photo_id)


def order_photos(ctx: Context, id: int, body: PhotoOrder) -> Photos:
    wanted = [ids.decode(one) for one in body.photos]
    ctx.store.write(lambda tx: reorder_photos(tx, ctx.app.catalogue, own(ctx), id, wanted))
    return Photos(items=[own_shapes.photo(row) for row in own_photos(ctx.store, own(ctx), id)])


def change_photo(ctx: Context, id: int, body: PhotoChange) -> OwnPhoto:
    ctx.store.write(lambda tx: describe_photo(tx, ctx.app.catalogue, own(ctx), id, body.alt))
    return _show(ctx, id)


def remove(ctx: Context, id: int) -> None:
    ctx.store.write(lambda tx: remove_photo(tx, ctx.app.catalogue, own(ctx), id))


def put_face(ctx: Context, body: bytes) -> None:
    sha = ctx.app.pictures.put(body).sha
    ctx.store.write(lambda tx: show_face(tx, ctx.member.id, sha))


def remove_face(ctx: Context) -> None:
    ctx.store.write(lambda tx: show_face(tx, ctx.member.id, None))


def _show(ctx: Context, photo_id: int) -> OwnPhoto:
    return own_shapes.photo(own_photo(ctx.store, own(ctx), photo_id))


_writing = partial(Endpoint, needs="seller", scope="listings:write")

ENDPOINTS = [
    _writing(
        "POST",
        "/shop/listings/{id:id}/photos",
        create_photo,
        "Add a photo",
        takes=PICTURE,
        query=PhotoQuery,
        gives=OwnPhoto,
        status=201,
        errors=(Invalid, NotFound, Unavailable),
        idempotent=True,
        description="The body is the picture as it comes from the camera; it is resized, and nothing but its pixels is shown.",
    ),
    _writing(
        "PUT",
        "/shop/listings/{id:id}/photos/order",
        order_photos,
        "Put the photos in order",
        takes=PhotoOrder,
        gives=Photos,
        errors=(Invalid, NotFound),
    ),
    _writing(
        "PATCH",
        "/shop/photos/{id:id}",
        change_photo,
        "Say what is on a photo",
        takes=PhotoChange,
        gives=OwnPhoto,
        errors=(Invalid, NotFound),
    ),
    _writing(
        "DELETE",
        "/shop/photos/{id:id}",
        remove,
        "Show a photo no longer",
        errors=(NotFound,),
        description="Orders of before still show it.",
    ),
    _writing(
        "PUT",
        "/shop/portrait",
        put_face,
        "Show a picture of whoever stands behind the shop",
        scope="account:write",
        takes=PICTURE,
        errors=(Invalid, Unavailable),
        description="The body is the picture as it comes from the camera.",
    ),
    _writing(
        "DELETE",
        "/shop/portrait",
        remove_face,
        "Show no picture of whoever stands behind the shop",
        scope="account:write",
    ),
]
