"""The frame of every page of this room: whose shop it is, what its menu says, and how an order looks in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.accounts.shop import Shop, get_shop
from haat.market.catalogue.listing import Kind
from haat.market.deals import lists
from haat.market.deals.library import states_of_turn
from haat.market.deals.lists import Listed
from haat.market.deals.process import Side
from haat.web.http import Context, Response, page
from haat.web.pages import views
from haat.web.pages.desk import View

SELLERS_TURN = states_of_turn("seller")

# The lines of the menu, and for listings of which kinds there is a use for them; the others are in every market.
_MENU = ("today", "orders", "listings", "jobs", "money", "documents", "coupons", "shipping", "shop")
_OF_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "listings": ("product", "equipment"),
    "jobs": ("job",),
    "money": ("product", "equipment", "job"),
    "coupons": ("product",),
    "shipping": ("product",),
}


def shop_of(ctx: Context) -> Shop:
    """The seller's own shop; the door has seen to it that there is one."""
    assert ctx.member.shop_id is not None
    return get_shop(ctx.store, ctx.member.shop_id)


def shop_id_of(ctx: Context) -> int:
    assert ctx.member.shop_id is not None
    return ctx.member.shop_id


def currency_of(ctx: Context) -> str:
    """What the shop sells in; who has none yet, in the main currency of the market."""
    own = shop_of(ctx).currency if ctx.member.is_seller else None
    return own or ctx.settings.market.currency


def selling_page(ctx: Context, template: str, here: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page of the room; `here` is the line of the menu that it belongs to."""
    shop = shop_of(ctx)
    counts = lists.counts_of_shop(ctx.store, shop.id)
    frame = {
        "here": here,
        "menu": [name for name in _MENU if name == here or _is_of_use(ctx, name)],
        "shop": {"name": shop.name, "slug": shop.slug},
        "to_do": sum(counts.get(state, 0) for state in SELLERS_TURN),
    }
    return page(ctx, template, status=status, **frame, **values)


def _is_of_use(ctx: Context, name: str) -> bool:
    kinds = ctx.settings.market.kinds
    return any(kind in kinds for kind in _OF_KINDS.get(name, kinds))


def order_row(ctx: Context, row: Listed, side: Side) -> View:
    """A deal as a line of a work list, for this side of it."""
    deal = row.deal
    return {
        "id": ids.encode(deal.id),
        "number": views.number(deal.id),
        "state": deal.state,
        **views.badge(ctx, deal.rules, deal.state),
        "what": row.title,
        "more": row.lines - 1,
        "pieces": row.pieces,
        "photo": views.photo(row.photo),
        "buyer": row.buyer,
        "shop": row.shop,
        "at": deal.created_at,
        "due_at": deal.due_at,
        "total": Money(deal.total, deal.currency),
        "todo": views.todo(ctx, deal, side),
    }
