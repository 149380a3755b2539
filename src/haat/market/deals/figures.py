"""How the market does, in figures that cost a stretch of an index each: ids grow with time, so what is young lies together."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from haat.kernel import ids
from haat.market.accounts.tables import accounts
from haat.market.payments.tables import entries, movements
from haat.store import Store


class Figures(NamedTuple):
    """Between two instants. `turnover` is what buyers paid, `commission` what was booked for the market, in minor units."""

    orders: int
    turnover: int
    commission: int
    accounts: int


def between(store: Store, start: int, end: int, currency: str) -> Figures:
    """Orders that were paid, their worth, commission and new accounts from `start` up to, and not with, `end`."""
    # Nothing that happened since has a smaller id; what was written down later may have a larger one.
    span = {"first": ids.first_of(start), "start": start, "end": end}
    orders, turnover = store.first(_SALES, currency=currency, **span) or (0, 0)
    commission = store.value(_COMMISSION, currency=currency, **span)
    return Figures(orders, turnover, commission, store.value(_ACCOUNTS, **span))


_IN_TIME = and_(
    movements.c.id >= bindparam("first"), movements.c.at >= bindparam("start"), movements.c.at < bindparam("end")
)
_BOOKED = (
    select(func.count(func.distinct(movements.c.id)), func.coalesce(-func.sum(entries.c.amount), 0))
    .select_from(movements)
    .join(entries, entries.c.movement_id == movements.c.id)
    .where(_IN_TIME, entries.c.currency == bindparam("currency"))
)
_SALES = _BOOKED.where(movements.c.kind == "sale", entries.c.account == "held")
_COMMISSION = (
    select(func.coalesce(-func.sum(entries.c.amount), 0))
    .select_from(movements)
    .join(entries, entries.c.movement_id == movements.c.id)
    .where(_IN_TIME, entries.c.currency == bindparam("currency"), entries.c.account == "commission")
)
_ACCOUNTS = select(func.count()).where(
    accounts.c.id >= bindparam("first"),
    accounts.c.created_at >= bindparam("start"),
    accounts.c.created_at < bindparam("end"),
)
