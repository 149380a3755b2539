"""The page of a deal as each side of it sees it: its buyer, its seller, and the operators of the market. It shows any process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from haat.kernel import ids
from haat.kernel.errors import Invalid
from haat.kernel.money import Money
from haat.kernel.zone import Zone
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Actor, Deal, Event
from haat.market.deals.needs import NEEDS
from haat.market.deals.outlook import Outlook
from haat.market.deals.process import Side
from haat.market.documents import document
from haat.market.payments import ledger, refund
from haat.web.http import Context
from haat.web.pages import views
from haat.web.pages.desk import TOLD, View, amount, day, known, symbol, wrong
from haat.web.pages.documents import document_row

# Where each side has its deals.
ROOMS: Mapping[Side, str] = {"buyer": "/purchases", "seller": "/selling/orders", "operator": "/admin/orders"}


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
    photos, problem = _photos(ctx, deal, name)
    if problem:
        errors["photos"] = problem
    elif photos:
        given["photos"] = photos
    for field, meaning in _MEANINGS.items():
        if typed.get(field):
            try:
                given[field] = meaning(typed[field], deal, ctx.zone)
            except ValueError as error:
                errors[field] = known(ctx, str(error))
    try:
        if not errors:
            actor = Actor(side, ctx.member.id)
            ctx.store.write(lambda tx: ctx.app.engine.move(tx, deal.id, name, actor, given))
    except TOLD as error:
        errors = wrong(ctx, error)
    return Failed(name, typed, errors) if errors else None


def _photos(ctx: Context, deal: Deal, name: str) -> tuple[list[str], str]:
    """The photos that came with a move, kept, and what is wrong with them. Read before the transaction, which is no place to wait."""
    move = next((one for one in deal.rules.moves if one.name == name), None)
    if move is None or "photos" not in (*move.needs, *move.takes):
        return [], ""
    try:
        uploads = ctx.form.files("photos")[: NEEDS["photos"].most]
        return [ctx.app.evidence.put(upload.file.read()).sha for upload in uploads], ""
    except Invalid as error:
        return [], " ".join(wrong(ctx, error).values())


# What is typed as text and means something else.
_MEANINGS: Mapping[str, Callable[[str, Deal, Zone], int]] = {
    "amount": lambda text, deal, _: amount(text, deal.currency),
    "when": lambda text, _, zone: day(text, zone),
}


def page_of(deal: Deal, side: Side) -> str:
    """Where to go after a move: to the deal, or to the one that it belongs to, whose page shows both."""
    return f"{ROOMS[side]}/{ids.encode(deal.parent_id or deal.id)}"


def deal_view(ctx: Context, deal: Deal, side: Side, failed: Failed) -> View:
    """All that the page shows."""
    outlook = ctx.app.engine.outlook(deal, side)
    main, others = _moves(ctx, outlook, side)
    events = dealing.events(ctx.store, deal.id)
    shop = views.seller(ctx, deal.shop_id) if side == "operator" else views.seller_of(ctx, deal)
    buyer = views.name_of(ctx, deal.buyer_id)
    return {
        "deal": _deal(ctx, deal, side, outlook),
        "seller": shop,
        "buyer": buyer,
        "main": main,
        "others": others,
        "theirs": _theirs(ctx, deal, outlook),
        "failed": failed.move,
        "values": failed.values,
        "errors": failed.errors,
        "timeline": views.timeline(ctx, deal, events, _names(ctx, deal, side, shop["name"], buyer), outlook.by_itself),
        "lines": views.lines(deal, dealing.lines(ctx.store, deal.id)),
        "costs": views.costs(ctx, deal),
        "refunds": views.refunds(refund.of_deal(ctx.store, deal.id)),
        "parcels": views.parcels(events),
        "evidence": _evidence(ctx, deal, side, events),
        "children": [_child(ctx, child, side) for child in dealing.children(ctx.store, deal.id)],
        "address": views.address_in_words(ctx, deal.address),
        "way": deal.shipping_name,
        "shares": _shares(deal),
        "documents": [document_row(ctx, one) for one in document.of_deal(ctx.store, deal.id)],
        "symbol": symbol(ctx, deal.currency),
        **views.money_state(deal),
    }


def _moves(ctx: Context, outlook: Outlook, side: Side) -> tuple[View | None, list[View]]:
    """The one move that is this side's now, and the others. Only the buyer is led on where nobody waits for them."""
    main, others = views.moves(ctx, outlook, side)
    if main is not None and side != "buyer" and not outlook.has_turn:
        return None, [main, *others]
    return main, others


def standing(ctx: Context, deal: Deal, outlook: Outlook, side: Side) -> View:
    """How it stands, for the sentence that says so."""
    return {
        "process": deal.process,
        "state": deal.state,
        "title": known(ctx, deal.rules.states[deal.state].title),
        "says": _says(ctx, deal, side, outlook),
        "due_at": deal.due_at,
    }


def _deal(ctx: Context, deal: Deal, side: Side, outlook: Outlook) -> View:
    return {
        **standing(ctx, deal, outlook, side),
        "id": ids.encode(deal.id),
        "number": views.number(deal.id),
        "placed_at": deal.created_at,
        "starts_at": deal.starts_at,
        "ends_at": deal.ends_at,
        "total": Money(deal.total, deal.currency),
        "is_paid": deal.rules.states[deal.state].money != "none",
        "checkout_id": ids.encode(deal.checkout_id) if deal.checkout_id and deal.waits_for_money else "",
        "parent": _parent(ctx, deal, side),
    }


def _parent(ctx: Context, deal: Deal, side: Side) -> View | None:
    """The deal that it belongs to, by what that is about."""
    if deal.parent_id is None:
        return None
    return {"href": page_of(deal, side), "what": dealing.lines(ctx.store, deal.parent_id)[0].title}


def _says(ctx: Context, deal: Deal, side: Side, outlook: Outlook) -> str:
    """How it stands in the words of its process; where it has none, what comes by itself. For a purchase pages have their own words."""
    coming = outlook.by_itself
    until = ctx.formats.minute(coming.at) if coming else ""
    if words := deal.rules.states[deal.state].says.get(side):
        return ctx.gettext(words, until=until)
    if coming is None or deal.process == "purchase":
        return ""
    return ctx.gettext(
        "If nobody does anything, this happens %(when)s: %(what)s", when=until, what=known(ctx, coming.move.title)
    )


def _theirs(ctx: Context, deal: Deal, outlook: Outlook) -> list[View]:
    """What the other sides can do now."""
    return [
        {"by": known(ctx, deal.rules.called(other)), "moves": [known(ctx, move.title) for move in moves]}
        for other, moves in outlook.others.items()
        if moves and other != "operator"
    ]


def _evidence(ctx: Context, deal: Deal, side: Side, events: Sequence[Event]) -> list[View]:
    """What was shown with moves: when, with which move, and the photos."""
    here = f"{ROOMS[side]}/{ids.encode(deal.id)}/photos"
    return [
        {
            "at": event.at,
            "title": known(ctx, deal.rules.move(event.move).title),
            "note": event.given.get("note", ""),
            "photos": [f"{here}/{sha}" for sha in event.given["photos"]],
        }
        for event in events
        if event.given.get("photos")
    ]


def _child(ctx: Context, child: Deal, side: Side) -> View:
    """A deal that belongs to this one, with what can be done about it."""
    outlook = ctx.app.engine.outlook(child, side)
    main, others = _moves(ctx, outlook, side)
    return {
        **_deal(ctx, child, side, outlook),
        "href": f"{ROOMS[side]}/{ids.encode(child.id)}",
        "what": dealing.lines(ctx.store, child.id)[0].title,
        "main": main,
        "others": others,
        **views.money_state(child),
    }


def _names(ctx: Context, deal: Deal, side: Side, shop: str, buyer: str) -> Mapping[str, str]:
    return {
        "buyer": ctx.gettext("you") if side == "buyer" else buyer,
        "seller": ctx.gettext("you") if side == "seller" else shop,
        "operator": ctx.settings.market.name,
        "clock": ctx.gettext("by itself"),
        "gateway": ctx.gettext("the bank"),
        "parent": known(ctx, deal.rules.called("parent")),
        "rival": known(ctx, deal.rules.called("rival")),
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
