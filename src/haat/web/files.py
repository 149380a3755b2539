"""Files as they are, sent to browsers: what belongs to the pages, and photos."""

from __future__ import annotations

import re

from haat.kernel.errors import NotFound
from haat.web.http import Context, Response

_FOR_GOOD = ("Cache-Control", "public, max-age=31536000, immutable")
_FOR_NOW = ("Cache-Control", "no-cache")
_PHOTO = re.compile(r"[0-9a-f]{64}-[0-9]{2,4}\.webp")


def show_asset(ctx: Context, version: str, name: str) -> Response:
    """GET /static/{version}/{name}."""
    asset = ctx.site.assets.all.get(name)
    if asset is None:
        raise _no_file()
    keep = _FOR_GOOD if version == ctx.site.assets.version else _FOR_NOW
    if asset.packed is not None and "gzip" in ctx.header("Accept-Encoding"):
        encoding = [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        return Response(asset.packed, 200, [("Content-Type", asset.type), keep, *encoding])
    return Response(asset.plain, 200, [("Content-Type", asset.type), keep])


def show_photo(ctx: Context, folder: str, name: str) -> Response:
    """GET /media/{folder}/{name}, as `photo_url` writes it: the address is the path below the folder of photos."""
    if not _PHOTO.fullmatch(name) or folder != name[:2]:
        raise _no_file()
    try:
        content = (ctx.app.media / folder / name).read_bytes()
    except FileNotFoundError:
        raise _no_file() from None
    return Response(content, 200, [("Content-Type", "image/webp"), _FOR_GOOD])


def _no_file() -> NotFound:
    return NotFound("There is nothing here.", why="No file has this name.")
