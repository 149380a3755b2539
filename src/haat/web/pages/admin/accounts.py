"""Everybody who has an account: find them, see how they stand, keep them out for a while, give them a part in running the market."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import ids
from haat.market.accounts.account import Account, get, list_accounts
from haat.market.accounts.roles import ROLES, grant_role, revoke_role, roles_of, team
from haat.market.accounts.sessions import list_sessions
from haat.market.accounts.shop import shop_of
from haat.market.accounts.suspend import suspend, unsuspend
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, TOLD, View, attempt, before, country, known, part, wrong
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /admin/accounts?find=PREFIX."""
    find = ctx.query.get("find").strip()[:254]
    rows = list_accounts(ctx.store, starts_with=find, before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, f"/admin/accounts?find={find}" if find else "/admin/accounts", lambda row: int(row.id))
    return admin_page(
        ctx,
        "admin/accounts.html",
        "accounts",
        find=find,
        accounts=[_row(account) for account in found.rows],
        newer=found.newer,
        older=found.older,
        team=[
            {"id": ids.encode(one.account_id), "name": one.name, "email": one.email, "role": one.role}
            for one in team(ctx.store)
        ],
    )


def show(ctx: Context, id: int) -> Response:
    """GET /admin/accounts/ID."""
    return _page(ctx, id, {}, {})


def shut_out(ctx: Context, id: int) -> Response:
    """POST /admin/accounts/ID/suspend."""
    try:
        suspend(ctx.store, ctx.member.id, id, ctx.form.get("why"))
    except TOLD as error:
        return _page(ctx, id, ctx.form.first_values(), wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("The account is suspended, and signed out everywhere."))
    return redirect(_path(id))


def let_in(ctx: Context, id: int) -> Response:
    """POST /admin/accounts/ID/unsuspend."""
    by = ctx.member.id
    done = ctx.gettext("The account can be used again.")
    return attempt(ctx, lambda: unsuspend(ctx.store, by, id), done, _path(id))


def change_role(ctx: Context, id: int) -> Response:
    """POST /admin/accounts/ID/roles: `give` or `take` names the role."""
    by, form = ctx.member.id, ctx.form
    if "take" in form:
        role = form.get("take")
        return attempt(
            ctx, lambda: revoke_role(ctx.store, by, id, role), ctx.gettext("The role is taken away."), _path(id)
        )
    role = form.get("give")
    return attempt(ctx, lambda: grant_role(ctx.store, by, id, role), ctx.gettext("The role is given."), _path(id))


def _page(
    ctx: Context, account_id: int, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    account, shop = get(ctx.store, account_id), shop_of(ctx.store, account_id)
    held = roles_of(ctx.store, account_id)
    return admin_page(
        ctx,
        "admin/account.html",
        "accounts",
        status=status,
        account=_row(account) | {"language": account.language, "country": country(ctx, account.country)},
        shop={"name": shop.name, "slug": shop.slug, "created_at": shop.created_at} if shop else None,
        devices=len(list_sessions(ctx.store, account_id)),
        roles=[{"name": name, "does": known(ctx, does), "is_held": name in held} for name, does in ROLES.items()],
        is_me=account_id == ctx.member.id,
        values=values,
        errors=errors,
    )


def _row(account: Account) -> View:
    return {
        "id": ids.encode(account.id),
        "email": account.email,
        "name": account.name,
        "created_at": account.created_at,
        "verified_at": account.verified_at,
        "suspended_at": account.suspended_at,
        "suspended_why": account.suspended_why or "",
    }


def _path(account_id: int) -> str:
    return f"/admin/accounts/{ids.encode(account_id)}"


PAGES = [
    Page("GET", "/admin/accounts", show_all, needs="administrator"),
    Page("GET", "/admin/accounts/{id:id}", show, needs="administrator"),
    Page("POST", "/admin/accounts/{id:id}/suspend", shut_out, needs="administrator"),
    Page("POST", "/admin/accounts/{id:id}/unsuspend", let_in, needs="administrator"),
    Page("POST", "/admin/accounts/{id:id}/roles", change_role, needs="administrator"),
]
