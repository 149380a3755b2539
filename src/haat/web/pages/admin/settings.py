"""The settings in force, secrets hidden. They are changed in files and not here, so that what runs is what is written."""

from __future__ import annotations

from itertools import groupby

from haat.config.origins import Origin
from haat.config.show import effective
from haat.web.http import Context, Response
from haat.web.pages.admin.room import admin_page
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /admin/settings."""
    shown = effective(ctx.settings)
    sections = [
        {
            "name": name,
            "rows": [
                {
                    "key": one.key.partition(".")[2],
                    "value": one.value,
                    "origin": _where(ctx, one.origin),
                    "is_own": one.origin.source not in ("default", "preset"),
                }
                for one in group
            ],
        }
        for name, group in groupby(shown, key=lambda one: one.key.partition(".")[0])
    ]
    return admin_page(
        ctx,
        "admin/settings.html",
        "settings",
        sections=sections,
        data=str(ctx.settings.data),
        warnings=ctx.settings.warnings,
    )


def _where(ctx: Context, origin: Origin) -> str:
    words = {
        "default": ctx.gettext("default"),
        "preset": ctx.gettext("preset"),
        "secrets": ctx.gettext("the stack's own keys"),
        "file": ctx.gettext("file"),
        "environment": ctx.gettext("environment"),
        "flag": ctx.gettext("command line"),
    }
    where = origin.where.removeprefix(f"{ctx.settings.data}/")
    return f"{words[origin.source]} · {where}" if where else words[origin.source]


PAGES = [Page("GET", "/admin/settings", show, needs="administrator")]
