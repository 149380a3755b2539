"""What the market owes to its shops and has not put into a payout yet."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select

from haat.kernel import clock
from haat.market.accounts.tables import shops
from haat.market.payments.tables import entries
from haat.store import Store


class Owed(NamedTuple):
    """`amount` in minor units; negative where the shop owes, because a refund came after a payout. `due` of it may be paid out now."""

    shop_id: int
    shop: str
    slug: str
    currency: str
    amount: int
    due: int


def owed(store: Store) -> list[Owed]:
    """Every shop with something open, by currency, the largest amount first."""
    return [Owed(*row) for row in store.read(_OWED, at=clock.now())]


_AMOUNT = -func.sum(entries.c.amount)
_DUE = -func.sum(case((entries.c.due_at <= bindparam("at"), entries.c.amount), else_=0))
_OWED = (
    select(shops.c.id, shops.c.name, shops.c.slug, entries.c.currency, _AMOUNT, _DUE)
    .select_from(entries)
    .join(shops, shops.c.id == entries.c.shop_id)
    .where(entries.c.account == "seller", entries.c.payout_id.is_(None))
    .group_by(shops.c.id, shops.c.name, shops.c.slug, entries.c.currency)
    .having(func.sum(entries.c.amount) != 0)
    .order_by(_AMOUNT.desc(), shops.c.id)
)
