"""What every request may need to know, each in one look at the database."""

from __future__ import annotations

from sqlalchemy import bindparam, func, literal, select

from haat.market.catalogue.tables import categories
from haat.market.deals.tables import cart_lines, carts
from haat.market.notices.tables import notices

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
