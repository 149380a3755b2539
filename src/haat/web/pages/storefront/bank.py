"""The sandbox gateway's own doors: its page where a buyer confirms, and the one at which its news arrives.

Who knows the address of a confirmation may confirm, so it is a secret, which the log leaves out.
"""

from __future__ import annotations

from haat.market.payments import events
from haat.market.payments.ports import NotGenuine
from haat.web.http import Context, Response, page, redirect, text
from haat.web.routes import Page


def show(ctx: Context, secret: str) -> Response:
    asked = ctx.app.gateway.confirmation(secret)
    return page(
        ctx,
        "sandbox_bank.html",
        amount=asked.amount,
        shop=ctx.settings.market.name,
        action=f"/sandbox/confirmations/{secret}",
        state="open" if asked.is_open else "done",
        back=asked.return_url,
    )


def answer(ctx: Context, secret: str) -> Response:
    return redirect(ctx.app.gateway.confirm(secret, agrees=ctx.form.get("answer") == "agree"))


def hear(ctx: Context) -> Response:
    """News from the gateway. It is only written down here; the worker then asks the gateway what is so."""
    try:
        is_new = events.hear(
            ctx.store, ctx.app.gateway, ctx.body, {"Haat-Sandbox-Signature": ctx.header("Haat-Sandbox-Signature")}
        )
    except NotGenuine as error:
        return text(f"{error.what}\n", 400)
    return text("taken\n" if is_new else "known\n")


PAGES = [
    Page("GET", "/sandbox/confirmations/{secret}", show),
    Page("POST", "/sandbox/confirmations/{secret}", answer),
    Page("POST", "/gateway/sandbox/events", hear, from_outside=True),
]
