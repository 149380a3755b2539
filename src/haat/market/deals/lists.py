"""Lists of deals for the people who work with them. Each page is one statement, and begins where the one before ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, tuple_

from haat.market.accounts.tables import accounts, shops
from haat.market.deals.deal import Deal
from haat.market.deals.library import sold_by_market
from haat.market.deals.process import Money, Process
from haat.market.deals.tables import deal_lines, deals
from haat.store import Row, Store

_LATEST = 2**63 - 1


class Listed(NamedTuple):
    """A deal as a line of a list. `title` and `photo` are of the first of its `lines`; `pieces` are of all."""

    deal: Deal
    buyer: str
    shop: str
    title: str
    photo: str | None
    lines: int
    pieces: int


class Urgent(NamedTuple):
    """Where a list by urgency goes on: the last deal of the page before."""

    due_at: int
    id: int


def of_shop(
    store: Store, shop_id: int, states: Sequence[str] = (), *, before: int | None = None, most: int = 24
) -> list[Listed]:
    """The shop's own deals in these states, or in all of them; newest first, from those with an id below `before`."""
    params = _named(states) | {"shop": shop_id, "before": before or _LATEST, "most": most}
    return [_listed(row) for row in store.read(_newest(len(states), of_one_shop=True), **params)]


def of_market(store: Store, states: Sequence[str] = (), *, before: int | None = None, most: int = 24) -> list[Listed]:
    """The same of all shops."""
    params = _named(states) | {"before": before or _LATEST, "most": most}
    return [_listed(row) for row in store.read(_newest(len(states), of_one_shop=False), **params)]


def most_urgent(
    store: Store, shop_id: int, states: Sequence[str], *, after: Urgent | None = None, most: int = 24
) -> list[Listed]:
    """The shop's deals in these states that have a timer, those that are due first at the top."""
    since = after or Urgent(-1, -1)
    params = _named(states) | {"shop": shop_id, "after_due": since.due_at, "after_id": since.id, "most": most}
    return [_listed(row) for row in store.read(_soonest(len(states)), **params)]


def counts_of_shop(store: Store, shop_id: int) -> dict[str, int]:
    """How many deals of the shop are in each state; a state without any is not there."""
    return dict(store.read(_COUNTS_OF_SHOP, shop=shop_id))


def counts_of_market(store: Store) -> dict[str, int]:
    """The same of all shops."""
    return dict(store.read(_COUNTS))


def waiting_in(store: Store, state: str) -> int:
    """How many deals of all shops wait in a state for somebody to move, or for time to."""
    count: int = store.value(_WAITING, state=state)
    return count


def money_of_shop(store: Store, shop_id: int, currency: str, place: Money, processes: Iterable[Process]) -> int:
    """What buyers have paid the shop and where the money is at this place, in minor units, with commission and tax in it."""
    rows = store.read(_AMOUNTS_OF_SHOP, shop=shop_id, currency=currency)
    states = {
        (rules.name, rules.version, name)
        for rules in processes
        for name, state in rules.states.items()
        if state.money == place and rules.sold_by == "shop"
    }
    return sum(amount for process, version, state, amount in rows if (process, version, state) in states)


def _named(states: Sequence[str]) -> dict[str, Any]:
    return {f"s{number}": state for number, state in enumerate(states)}


def _listed(row: Row) -> Listed:
    width = len(Deal._fields)
    return Listed(Deal(*row[:width]), *row[width:])


def _in_states(count: int) -> ColumnElement[bool]:
    return or_(*(deals.c.state == bindparam(f"s{number}") for number in range(count)))


def _first_line(column: ColumnElement[Any]) -> ColumnElement[Any]:
    of_deal = select(column).where(deal_lines.c.deal_id == deals.c.id)
    return of_deal.order_by(deal_lines.c.id).limit(1).correlate(deals).scalar_subquery()


def _of_lines(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(column).where(deal_lines.c.deal_id == deals.c.id).correlate(deals).scalar_subquery()


# What the market sells to the owner of a shop is none of its sales.
_OF_SHOP = and_(deals.c.shop_id == bindparam("shop"), deals.c.process.not_in(sold_by_market()))
_LISTED = (
    select(
        *(deals.c[name] for name in Deal._fields),
        accounts.c.name,
        shops.c.name,
        _first_line(deal_lines.c.title),
        _first_line(deal_lines.c.photo),
        _of_lines(func.count()),
        _of_lines(func.sum(deal_lines.c.quantity)),
    )
    .select_from(deals)
    .join(accounts, accounts.c.id == deals.c.buyer_id)
    .join(shops, shops.c.id == deals.c.shop_id)
    .limit(bindparam("most"))
)


@cache
def _newest(states: int, *, of_one_shop: bool) -> Select[Any]:
    statement = _LISTED.where(deals.c.id < bindparam("before")).order_by(deals.c.id.desc())
    if states:
        statement = statement.where(_in_states(states))
    return statement.where(_OF_SHOP) if of_one_shop else statement


@cache
def _soonest(states: int) -> Select[Any]:
    here = tuple_(deals.c.due_at, deals.c.id) > tuple_(bindparam("after_due"), bindparam("after_id"))
    chosen = and_(_OF_SHOP, _in_states(states), here)
    return _LISTED.where(chosen).order_by(deals.c.due_at, deals.c.id)


_COUNTS = select(deals.c.state, func.count()).group_by(deals.c.state)
_COUNTS_OF_SHOP = _COUNTS.where(_OF_SHOP)
_WAITING = (
    select(func.count()).select_from(deals).where(deals.c.due_at.is_not(None), deals.c.state == bindparam("state"))
)
_AMOUNTS_OF_SHOP = (
    select(deals.c.process, deals.c.process_version, deals.c.state, func.sum(deals.c.total - deals.c.refunded))
    .where(deals.c.shop_id == bindparam("shop"), deals.c.currency == bindparam("currency"))
    .group_by(deals.c.process, deals.c.process_version, deals.c.state)
)
