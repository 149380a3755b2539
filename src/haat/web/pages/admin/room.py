"""The frame of every page of this room."""

from __future__ import annotations

from typing import Any

from haat.jobs import health
from haat.market.classifieds.decide import count_waiting
from haat.market.moderation.report import count_open
from haat.web.http import Context, Response, page


def admin_page(ctx: Context, template: str, here: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page of the room; `here` is the line of the menu that it belongs to."""
    dead = health.figures(ctx.store).dead if ctx.member.is_admin else 0
    queues = {"waiting": count_waiting(ctx.store), "reports": count_open(ctx.store)}
    return page(ctx, template, status=status, here=here, dead=dead, queues=queues, **values)
