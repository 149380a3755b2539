"""Coming in and going out, and what is there for everybody."""

from __future__ import annotations

from haat.console.request import KEYS, SESSION, THEME, Answer, Request, own_path, page, redirect
from haat.kernel.errors import HaatError, NotFound, NotSignedIn, TooMany
from haat.ops.operators import roster
from haat.ops.operators import sign_in as door

_YEAR = 365 * 86_400  # seconds


def show(ask: Request) -> Answer:
    return _form(ask, ask.query.get("to"), "", None, 200)


def sign_in(ask: Request) -> Answer:
    form, desk = ask.form, ask.desk
    try:
        secret = door.sign_in(
            desk.store, desk.settings.accounts, form.get("name"), form.get("password"), form.get("code"), ask.address
        )
    except NotSignedIn as error:
        return _form(ask, form.get("to"), form.get("name"), error, 422)
    except TooMany as error:
        return _form(ask, form.get("to"), form.get("name"), error, 429)
    ask.set_cookie(SESSION, secret)
    return redirect(own_path(form.get("to")))


def sign_out(ask: Request) -> Answer:
    door.sign_out(ask.desk.store, ask.cookie(SESSION))
    ask.set_cookie(SESSION, "", max_age=0)
    return redirect("/sign-in")


def choose_theme(ask: Request) -> Answer:
    theme = "light" if ask.form.get("theme") == "light" else "dark"
    ask.set_cookie(THEME, theme, max_age=_YEAR)
    return redirect(own_path(ask.form.get("to")))


def choose_keys(ask: Request) -> Answer:
    """Whether keys of one letter do something: whoever speaks to their machine has words that look like them."""
    ask.set_cookie(KEYS, "off" if ask.form.get("keys") == "off" else "on", max_age=_YEAR)
    return redirect(own_path(ask.form.get("to")))


def say_alive(ask: Request) -> Answer:
    """For whoever watches the console itself."""
    return Answer(200, [("Content-Type", "text/plain; charset=utf-8")], b"ok\n")


def send_file(ask: Request, version: str, name: str) -> Answer:
    asset = ask.desk.assets.all.get(name)
    if asset is None or version != ask.desk.assets.version:
        raise NotFound("There is no such file.")
    return Answer(
        200, [("Content-Type", asset.type), ("Cache-Control", "public, max-age=31536000, immutable")], asset.plain
    )


def _form(ask: Request, to: str, name: str, problem: HaatError | None, status: int) -> Answer:
    nobody = not roster.everybody(ask.desk.store)
    return page(ask, "sign_in.html", status=status, to=own_path(to), name=name, problem=problem, is_first=nobody)
