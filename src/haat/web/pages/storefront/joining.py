"""Signing up, in and out, and the links of our mails. A link opens a page with a button: some mailboxes follow every link."""

from __future__ import annotations

from urllib.parse import quote

from haat.kernel.errors import Conflict, HaatError, Invalid, NotAllowed, NotFound, TooMany
from haat.market.accounts import links
from haat.market.accounts.change_email import change_email
from haat.market.accounts.enrol import Person
from haat.market.accounts.reset_password import ask_for_reset, reset_password
from haat.market.accounts.sessions import Device
from haat.market.accounts.sign_in import NotRecognised, sign_in
from haat.market.accounts.sign_out import sign_out
from haat.market.accounts.sign_up import sign_up
from haat.market.accounts.verify import verify
from haat.market.deals import cart
from haat.web.cookies import CART, SESSION
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.storefront.ways import onward
from haat.web.routes import Page


def show_sign_in(ctx: Context) -> Response:
    if ctx.me is not None:
        return redirect(onward(ctx))
    return page(ctx, "signin.html", values={}, errors={}, next=onward(ctx))


def do_sign_in(ctx: Context) -> Response:
    email = ctx.form.get("email")
    device = Device(ctx.address, ctx.header("User-Agent"))
    try:
        started = sign_in(ctx.store, ctx.settings.accounts, email, ctx.form.get("password"), device)
    except (NotRecognised, NotAllowed, TooMany) as error:
        refused = page(
            ctx,
            "signin.html",
            status=429 if isinstance(error, TooMany) else 422,
            values={"email": email},
            errors={"": _said(ctx, error)},
            next=onward(ctx),
        )
        return _with_wait(refused, error)
    ctx.keep_session(started.secret)
    if secret := ctx.cookie(CART):
        cart.hand_over(ctx.store, secret, started.account_id)
        ctx.delete_cookie(CART)
    return redirect(onward(ctx))


def do_sign_out(ctx: Context) -> Response:
    sign_out(ctx.store, ctx.cookie(SESSION))
    ctx.delete_cookie(SESSION)
    ctx.as_stranger()
    ctx.flash(ctx.gettext("You are signed out."))
    return redirect("/")


def show_sign_up(ctx: Context) -> Response:
    return _sign_up_page(ctx, {}, {})


def do_sign_up(ctx: Context) -> Response:
    person = Person(ctx.form.get("email"), ctx.form.get("name"), ctx.lang, ctx.settings.market.country)
    try:
        sign_up(ctx.store, ctx.settings.accounts, person, ctx.form.get("password"), address=ctx.address)
    except Invalid as error:
        return _sign_up_page(ctx, ctx.form.first_values(), _fields(ctx, error), status=422)
    except TooMany as error:
        refused = _sign_up_page(ctx, ctx.form.first_values(), {"": _said(ctx, error)}, status=429)
        return _with_wait(refused, error)
    return redirect(f"/verify?email={quote(person.email)}&next={quote(onward(ctx))}")


def _sign_up_page(ctx: Context, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    shortest = ctx.settings.accounts.password_length
    return page(ctx, "signup.html", status=status, values=values, errors=errors, next=onward(ctx), shortest=shortest)


def show_verify(ctx: Context) -> Response:
    if "token" in ctx.query:
        return _confirmation_page(ctx, "ask", "/verify", ctx.query.get("token"))
    return page(
        ctx, "verify.html", state="sent", email=ctx.query.get("email")[:254], next=onward(ctx), action="", token=""
    )


def do_verify(ctx: Context) -> Response:
    try:
        verify(ctx.store, ctx.form.get("token"))
    except NotFound:
        return _confirmation_page(ctx, "expired", status=404)
    return _confirmation_page(ctx, "ok")


def show_move(ctx: Context) -> Response:
    return _confirmation_page(ctx, "ask", "/account/address", ctx.query.get("token"))


def do_move(ctx: Context) -> Response:
    try:
        change_email(ctx.store, ctx.form.get("token"))
    except (NotFound, Conflict):
        return _confirmation_page(ctx, "expired", status=404)
    return _confirmation_page(ctx, "ok")


def _confirmation_page(ctx: Context, state: str, action: str = "", token: str = "", status: int = 200) -> Response:
    onto = "/" if ctx.me is not None else "/sign-in"
    return page(ctx, "verify.html", status=status, state=state, email="", next=onto, action=action, token=token)


def show_forgot(ctx: Context) -> Response:
    return page(ctx, "forgot.html", sent=False, values={}, errors={})


def do_forgot(ctx: Context) -> Response:
    email = ctx.form.get("email")
    if "@" not in email:
        return _forgot_page(ctx, email, {"email": ctx.gettext("This is not an e-mail address.")}, status=422)
    try:
        ask_for_reset(ctx.store, ctx.settings.accounts, email, address=ctx.address)
    except TooMany as error:
        return _with_wait(_forgot_page(ctx, email, {"": _said(ctx, error)}, status=429), error)
    return page(ctx, "forgot.html", sent=True, values={"email": email}, errors={})


def _forgot_page(ctx: Context, email: str, errors: dict[str, str], status: int) -> Response:
    return page(ctx, "forgot.html", status=status, sent=False, values={"email": email}, errors=errors)


def show_reset(ctx: Context) -> Response:
    token = ctx.query.get("token")
    try:
        links.look(ctx.store, token, "reset")
    except NotFound:
        return _reset_page(ctx, token, {}, "expired", status=404)
    return _reset_page(ctx, token, {}, "open")


def do_reset(ctx: Context) -> Response:
    token = ctx.form.get("token")
    try:
        reset_password(ctx.store, ctx.settings.accounts, token, ctx.form.get("password"))
    except NotFound:
        return _reset_page(ctx, token, {}, "expired", status=404)
    except Invalid as error:
        return _reset_page(ctx, token, _fields(ctx, error), "open", status=422)
    ctx.flash(ctx.gettext("Your new password is in force. Sign in with it."))
    return redirect("/sign-in")


def _reset_page(ctx: Context, token: str, errors: dict[str, str], state: str, status: int = 200) -> Response:
    shortest = ctx.settings.accounts.password_length
    return page(ctx, "reset.html", status=status, state=state, token=token, errors=errors, shortest=shortest)


def _fields(ctx: Context, error: Invalid) -> dict[str, str]:
    known = ctx.site.words(ctx.lang).known
    return {name: known(words) for name, words in error.fields.items()}


def _said(ctx: Context, error: HaatError) -> str:
    known = ctx.site.words(ctx.lang).known
    return " ".join(known(part) for part in (error.what, error.why, error.try_) if part)


def _with_wait(response: Response, error: HaatError) -> Response:
    """The answer, and in its head how long to wait where there were too many."""
    if isinstance(error, TooMany):
        response.headers.append(("Retry-After", str(error.retry_after)))
    return response


PAGES = [
    Page("GET", "/sign-in", show_sign_in),
    Page("POST", "/sign-in", do_sign_in),
    Page("POST", "/sign-out", do_sign_out),
    Page("GET", "/sign-up", show_sign_up),
    Page("POST", "/sign-up", do_sign_up),
    Page("GET", "/verify", show_verify),
    Page("POST", "/verify", do_verify),
    Page("GET", "/account/address", show_move),
    Page("POST", "/account/address", do_move),
    Page("GET", "/forgot", show_forgot),
    Page("POST", "/forgot", do_forgot),
    Page("GET", "/reset", show_reset),
    Page("POST", "/reset", do_reset),
]
