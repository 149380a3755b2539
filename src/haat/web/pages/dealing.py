"""The page of a deal as those see it who work on it: its seller, and the operators of the market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Actor, Deal
from haat.market.documents import document
from haat.market.payments import ledger, refund
from haat.web.http import Context
from haat.web.pages import views
from haat.web.pages.desk import TOLD, View, amount, known, symbol, wrong
from haat.web.pages.documents import document_row

Side: TypeAlias = Literal["seller", "operator"]


class Failed(NamedTuple):
    """A move that came back: what was typed, and what is wrong with it."""

    move: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


NOT_TRIED = Failed("", {}, {})


def make_move(ctx: Context, deal: Deal, side: Side, name: str) -> Failed | None:
    """Make a move with what the form says. None when it is made."""
    typed = ctx.form.first_values()
    given: dict[str, Any] = dict(typed)
    errors: dict[str, str] = {}
    if "amount" in typed:
        try:
            given["amount"] = amount(typed["amount"], deal.currency)
        except ValueError as error:
            errors["amount"] = known(ctx, str(error))
    try:
        if not errors:
            actor = Actor(side, ctx.member.id)
            ctx.store.write(lambda tx: ctx.app.engine.move(tx, deal.id, name, actor, given))
    except TOLD as error:
        errors = wrong(ctx, error)
    return Failed(name, typed, errors) if errors else None


def deal_view(ctx: Context, deal: Deal, side: Side, failed: Failed, *, has_turn: bool) -> View:
    """All that the page shows. `has_turn`: this side is the one that everybody waits for."""
    main, others = views.moves(ctx, deal, side)
    if main is not None and not has_turn:
        others.insert(0, main)
        main = None
    events = dealing.events(ctx.store, deal.id)
    shop, buyer = views.seller(ctx, deal.shop_id), views.name_of(ctx, deal.buyer_id)
    return {
        "deal": {
            "id": ids.encode(deal.id),
            "number": views.number(deal.id),
            "state": deal.state,
            "title": known(ctx, deal.rules.states[deal.state].title),
            "due_at": deal.due_at,
            "placed_at": deal.created_at,
            "total": Money(deal.total, deal.currency),
        },
        "seller": shop,
        "buyer": buyer,
        "main": main,
        "others": others,
        "failed": failed.move,
        "values": failed.values,
        "errors": failed.errors,
        "timeline": views.timeline(ctx, deal, events, _names(ctx, side, shop["name"], buyer)),
        "lines": views.lines(deal, dealing.lines(ctx.store, deal.id)),
        "costs": views.costs(ctx, deal),
        "refunds": views.refunds(refund.of_deal(ctx.store, deal.id)),
        "parcels": views.parcels(events),
        "address": views.address_in_words(ctx, deal.address),
        "way": deal.shipping_name,
        "shares": _shares(deal),
        "documents": [document_row(ctx, one) for one in document.of_deal(ctx.store, deal.id)],
        "symbol": symbol(ctx, deal.currency),
        **views.money_state(deal),
    }


def _names(ctx: Context, side: Side, shop: str, buyer: str) -> Mapping[str, str]:
    return {
        "buyer": buyer,
        "seller": ctx.gettext("you") if side == "seller" else shop,
        "operator": ctx.settings.market.name,
        "clock": ctx.gettext("by itself"),
        "gateway": ctx.gettext("the bank"),
    }


def _shares(deal: Deal) -> View:
    """How what the buyer paid, less what was refunded, is divided once the money is released."""
    left = ledger.whole(deal.terms) - ledger.shares(deal.terms, deal.refunded)
    return {
        "paid": Money(left.held, deal.currency),
        "promotion": Money(left.promotion, deal.currency),
        "commission": Money(-left.commission, deal.currency),
        "rate": f"{deal.commission_rate / 100:g}",
        "tax": Money(-left.tax, deal.currency),
        "earned": Money(left.seller, deal.currency),
    }
