"""Photos of orders: sent before the move that shows them, seen by the two sides alone."""

from __future__ import annotations

from haat.kernel.errors import Invalid, NotFound, Unavailable
from haat.web.api.buying import mine
from haat.web.api.own_photos import PICTURE
from haat.web.api.sales import sold_by_me
from haat.web.evidence import show_evidence
from haat.web.http import Context, Response
from haat.web.routes import Endpoint, File, Output

_SHOWN = File(("image/webp",))


class KeptPhoto(Output, frozen=True):
    """A photo that is kept; `photos` of a move take its hash."""

    hash: str
    width: int
    height: int


def keep_as_buyer(ctx: Context, id: int, body: bytes) -> KeptPhoto:
    mine(ctx, id)
    return _keep(ctx, body)


def keep_as_seller(ctx: Context, id: int, body: bytes) -> KeptPhoto:
    sold_by_me(ctx, id)
    return _keep(ctx, body)


def show_to_buyer(ctx: Context, id: int, hash: str) -> Response:
    return show_evidence(ctx, mine(ctx, id), hash)


def show_to_seller(ctx: Context, id: int, hash: str) -> Response:
    return show_evidence(ctx, sold_by_me(ctx, id), hash)


def _keep(ctx: Context, content: bytes) -> KeptPhoto:
    picture = ctx.app.evidence.put(content)
    return KeptPhoto(hash=picture.sha, width=picture.width, height=picture.height)


ENDPOINTS = [
    Endpoint(
        "POST",
        "/purchases/{id:id}/photos",
        keep_as_buyer,
        "Keep a photo to show with a move",
        takes=PICTURE,
        gives=KeptPhoto,
        status=201,
        needs="signed_in",
        scope="purchases:write",
        errors=(Invalid, NotFound, Unavailable),
        idempotent=True,
    ),
    Endpoint(
        "GET",
        "/purchases/{id:id}/photos/{hash}",
        show_to_buyer,
        "A photo that was shown with a move",
        gives=_SHOWN,
        needs="signed_in",
        scope="purchases:read",
        errors=(NotFound,),
    ),
    Endpoint(
        "POST",
        "/shop/sales/{id:id}/photos",
        keep_as_seller,
        "Keep a photo to show with a move",
        takes=PICTURE,
        gives=KeptPhoto,
        status=201,
        needs="seller",
        scope="sales:write",
        errors=(Invalid, NotFound, Unavailable),
        idempotent=True,
    ),
    Endpoint(
        "GET",
        "/shop/sales/{id:id}/photos/{hash}",
        show_to_seller,
        "A photo that was shown with a move",
        gives=_SHOWN,
        needs="seller",
        scope="sales:read",
        errors=(NotFound,),
    ),
]
