"""Photos of deals: kept apart from those of listings, and shown to the sides of a deal and to operators alone."""

from __future__ import annotations

import re

from haat.kernel.errors import NotFound
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Deal
from haat.web.http import Context, Response

_SHA = re.compile(r"[0-9a-f]{64}")
_HEADERS = [("Content-Type", "image/webp"), ("Cache-Control", "private, max-age=3600")]


def show_evidence(ctx: Context, deal: Deal, sha: str) -> Response:
    """A photo that was given with a move of the deal; the caller has seen to it that it is theirs to see. Raises NotFound."""
    if not _SHA.fullmatch(sha) or sha not in _photos(ctx, deal):
        raise NotFound("There is nothing here.", why="No photo of this order has this name.")
    width = max(ctx.settings.media.widths)
    try:
        return Response(ctx.app.evidence.path(sha, width).read_bytes(), 200, list(_HEADERS))
    except FileNotFoundError:
        raise NotFound("There is nothing here.", why="The photo is not kept.") from None


def _photos(ctx: Context, deal: Deal) -> set[str]:
    return {sha for event in dealing.events(ctx.store, deal.id) for sha in event.given.get("photos", ())}
