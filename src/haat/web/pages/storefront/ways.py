"""Where somebody is sent on to: always a path of ours."""

from __future__ import annotations

from haat.web.http import Context


def onward(ctx: Context, otherwise: str = "/") -> str:
    """The `next` that the page was given, when it is a path of this shop."""
    wish = ctx.form.get("next") if ctx.method == "POST" else ctx.query.get("next")
    return wish if is_ours(wish) else otherwise


def is_ours(path: str) -> bool:
    """A path, and not the address of another site in disguise."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
