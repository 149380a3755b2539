"""For administrators: who has an account, who runs the market, and who is kept out."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from haat.market.accounts import account as accounts
from haat.market.accounts import roles, suspend
from haat.market.accounts.shop import shop_of
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output


class AccountQuery(PageQuery, frozen=True):
    """`email` is how the address begins, left out for all; `after` is the `next` of the page before."""

    email: Annotated[str, Meta(max_length=254)] = ""


class AccountRow(Output, frozen=True):
    """An account in a list. It can be used since `verified_at`; while it is suspended it cannot."""

    id: str
    email: str
    name: str
    language: str
    country: str
    created_at: int
    verified_at: int | None
    suspended_at: int | None
    suspended_why: str | None


class AccountPage(Output, frozen=True):
    """Accounts, the youngest first."""

    items: list[AccountRow]
    next: str | None


class Account(Output, frozen=True):
    """An account, its shop (a slug) if it has one, and its roles."""

    account: AccountRow
    shop: str | None
    roles: list[str]


class Suspension(Input, frozen=True):
    """Why; its owner is shown this."""

    why: Annotated[str, Meta(min_length=1, max_length=500)]


class Grant(Output, frozen=True):
    """A role of somebody. Nobody gave it to the first administrator."""

    account: str
    name: str
    email: str
    role: str
    granted_at: int
    granted_by: str | None


class Team(Output, frozen=True):
    """Everybody who has a role, by address."""

    items: list[Grant]


def show_accounts(ctx: Context, query: AccountQuery) -> AccountPage:
    found = accounts.list_accounts(ctx.store, starts_with=query.email, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return AccountPage(items=[_row(row) for row in shown], next=next_)


def show_account(ctx: Context, id: int) -> Account:
    row, shop = accounts.get(ctx.store, id), shop_of(ctx.store, id)
    return Account(account=_row(row), shop=shop.slug if shop else None, roles=roles.roles_of(ctx.store, id))


def suspend_account(ctx: Context, id: int, body: Suspension) -> Account:
    suspend.suspend(ctx.store, ctx.member.id, id, body.why)
    return show_account(ctx, id)


def lift_suspension(ctx: Context, id: int) -> None:
    suspend.unsuspend(ctx.store, ctx.member.id, id)


def grant_role(ctx: Context, id: int, role: str) -> Account:
    roles.grant_role(ctx.store, ctx.member.id, id, role)
    return show_account(ctx, id)


def revoke_role(ctx: Context, id: int, role: str) -> None:
    accounts.get(ctx.store, id)
    roles.revoke_role(ctx.store, ctx.member.id, id, role)


def show_team(ctx: Context) -> Team:
    return Team(items=[_grant(row) for row in roles.team(ctx.store)])


def _row(row: accounts.Account) -> AccountRow:
    return AccountRow(
        id=ids.encode(row.id),
        email=row.email,
        name=row.name,
        language=row.language,
        country=row.country,
        created_at=row.created_at,
        verified_at=row.verified_at,
        suspended_at=row.suspended_at,
        suspended_why=row.suspended_why,
    )


def _grant(row: roles.Grant) -> Grant:
    return Grant(
        account=ids.encode(row.account_id),
        name=row.name,
        email=row.email,
        role=row.role,
        granted_at=row.granted_at,
        granted_by=None if row.granted_by is None else ids.encode(row.granted_by),
    )


_administrators = partial(Endpoint, needs="administrator", scope="market:administer")

ENDPOINTS = [
    _administrators(
        "GET",
        "/market/accounts",
        show_accounts,
        "Find accounts",
        query=AccountQuery,
        gives=AccountPage,
        errors=(Invalid,),
    ),
    _administrators("GET", "/market/accounts/{id:id}", show_account, "One account", gives=Account, errors=(NotFound,)),
    _administrators(
        "PUT",
        "/market/accounts/{id:id}/suspension",
        suspend_account,
        "Suspend an account",
        takes=Suspension,
        gives=Account,
        errors=(Invalid, NotFound, NotAllowed, Refused),
        description="Signs it out everywhere and lets it in no more; its tokens stop working, and what its shop offers is hidden. "
        "People who run the market cannot be suspended. What it has bought and sold goes on.",
    ),
    _administrators(
        "DELETE",
        "/market/accounts/{id:id}/suspension",
        lift_suspension,
        "Let an account in again",
        errors=(NotFound, NotAllowed),
    ),
    _administrators(
        "PUT",
        "/market/accounts/{id:id}/roles/{role}",
        grant_role,
        "Give somebody a role",
        gives=Account,
        errors=(Invalid, NotFound, NotAllowed, Refused),
        description="`role` is moderator or administrator. Given twice, it is given once.",
    ),
    _administrators(
        "DELETE",
        "/market/accounts/{id:id}/roles/{role}",
        revoke_role,
        "Take a role away",
        errors=(Invalid, NotFound, NotAllowed, Refused),
        description="The last administrator stays one.",
    ),
    _administrators("GET", "/market/team", show_team, "Who runs the market", gives=Team),
]
