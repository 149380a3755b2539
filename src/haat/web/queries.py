"""What every request may need to know, each in one look at the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, exists, func, literal, null, or_, select
from sqlalchemy.sql import ColumnElement, FromClause

from haat.market.accounts.tables import accounts, grants, sessions, shops, tokens
from haat.market.catalogue.tables import categories
from haat.market.deals.tables import cart_lines, carts
from haat.market.notices.tables import notices


def _has(role: str) -> ColumnElement[bool]:
    return exists().where(grants.c.account_id == accounts.c.id, grants.c.role == role)


def _member(session: ColumnElement[Any], scopes: ColumnElement[Any], source: FromClause) -> Select[Any]:
    return select(
        accounts.c.id,
        accounts.c.name,
        accounts.c.email,
        accounts.c.language,
        accounts.c.country,
        accounts.c.verified_at,
        shops.c.id,
        shops.c.slug,
        _has("moderator"),
        _has("administrator"),
        session,
        scopes,
    ).select_from(source.join(accounts).outerjoin(shops, shops.c.owner_id == accounts.c.id))


MEMBER_BY_SESSION = _member(sessions.c.id, null(), sessions).where(
    sessions.c.secret_hash == bindparam("secret_hash"),
    sessions.c.ended_at.is_(None),
    sessions.c.expires_at > bindparam("now"),
    accounts.c.suspended_at.is_(None),
)

MEMBER_BY_TOKEN = _member(null(), tokens.c.scopes, tokens).where(
    tokens.c.secret_hash == bindparam("secret_hash"),
    tokens.c.revoked_at.is_(None),
    or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > bindparam("now")),
    accounts.c.suspended_at.is_(None),
)

_pieces = func.coalesce(func.sum(cart_lines.c.quantity), 0)
_cart_of_member = (
    select(_pieces)
    .select_from(cart_lines.join(carts))
    .where(carts.c.account_id == bindparam("account_id"))
    .scalar_subquery()
)
_unread = (
    select(func.count())
    .where(notices.c.account_id == bindparam("account_id"), notices.c.read_at.is_(None))
    .scalar_subquery()
)

COUNTS_OF_MEMBER = select(_cart_of_member, _unread)

COUNTS_OF_STRANGER = (
    select(_pieces, literal(0))
    .select_from(cart_lines.join(carts))
    .where(carts.c.secret_hash == bindparam("secret_hash"))
)

TOP_CATEGORIES = (
    select(categories.c.slug, categories.c.name)
    .where(categories.c.parent_id.is_(None))
    .order_by(categories.c.position, categories.c.id)
)
