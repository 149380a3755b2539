"""What templates are shown: plain values with the names that their heads ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from babel import Locale
from sqlalchemy import bindparam, select

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.accounts.tables import accounts, shops
from haat.market.deals.deal import PLACED, Deal, Event, Line
from haat.market.deals.outlook import Coming, Outlook, Possible
from haat.market.deals.process import Process, Side
from haat.market.payments.refund import Refund
from haat.web.http import Context

View = dict[str, Any]


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


_SHOP = select(shops.c.name, shops.c.slug).where(shops.c.id == bindparam("id"))
_NAME = select(accounts.c.name).where(accounts.c.id == bindparam("id"))

# Photos of lines are shown as small squares; the originals' own sizes do not matter there.
_SQUARE = 320


def photo(sha: str | None, alt: str = "", width: int = _SQUARE, height: int = _SQUARE) -> View | None:
    return {"sha": sha, "w": width, "h": height, "alt": alt} if sha else None


def money(ctx: Context, amount: Money) -> str:
    """An amount as pages write it, where it is a part of a sentence."""
    return ctx.formats.money(amount)


def number(id_: int) -> str:
    """An order's number as people say it."""
    return ids.spoken(id_)


def seller(ctx: Context, shop_id: int) -> View:
    name, slug = ctx.store.first(_SHOP, id=shop_id) or ("–", "")
    return {"name": name, "slug": slug}


def seller_of(ctx: Context, deal: Deal) -> View:
    """Who sold it: the shop, or the market itself, which has none."""
    if deal.rules.sold_by == "market":
        return {"name": ctx.settings.market.name, "slug": ""}
    return seller(ctx, deal.shop_id)


def name_of(ctx: Context, account_id: int) -> str:
    return str(ctx.store.value(_NAME, id=account_id) or "–")


def options(text: str) -> str:
    """The options of a variant in one line: "Size: L, Colour: Blue"."""
    pairs: list[tuple[str, str]] = msgspec.json.decode(text)
    return ", ".join(f"{name}: {value}" for name, value in pairs)


def country(ctx: Context, code: str) -> str:
    """A country in the reader's language."""
    return str(Locale.parse(ctx.lang, sep="-").territories.get(code, code))


def lines(deal: Deal, rows: Sequence[Line]) -> list[View]:
    return [
        {
            "title": row.title,
            "options": options(row.options),
            "quantity": row.quantity,
            "price": Money(row.unit_price, deal.currency),
            "total": Money(row.amount, deal.currency),
            "photo": photo(row.photo),
            "href": f"/item/{ids.encode(row.listing_id)}",
        }
        for row in rows
    ]


# What the sum of the lines is for, where it is not for goods.
_OF = {
    "hire": _("Rent"),
    "deposit": _("Deposit"),
    "job": _("Work"),
    "milestone": _("Work"),
    "promotion": _("Promotion"),
}


def costs(ctx: Context, deal: Deal) -> list[View]:
    """The rows above the total."""
    of_it = known(ctx, _OF.get(deal.process, _("Goods")))
    rows = [
        (of_it, deal.goods),
        (ctx.gettext("Discount"), -deal.discount),
        (ctx.gettext("Shipping"), deal.shipping),
        (ctx.gettext("Tax"), deal.tax),
    ]
    return [
        {"label": label, "amount": Money(amount, deal.currency)} for label, amount in rows if amount or label == of_it
    ]


def badge(ctx: Context, rules: Process, state: str) -> View:
    """A state in a word, a colour and an icon."""
    return {
        "title": known(ctx, rules.states[state].title),
        "tone": rules.tone(state),
        "mark": rules.mark(state),
    }


def address(text: str) -> Mapping[str, str]:
    decoded: dict[str, str] = msgspec.json.decode(text)
    return decoded


def address_in_words(ctx: Context, text: str) -> View | None:
    """The address to be read by people: the country by its name. None where nothing goes anywhere."""
    kept = address(text)
    return {**kept, "country": country(ctx, kept["country"])} if kept else None


def moves(ctx: Context, outlook: Outlook, side: Side) -> tuple[View | None, list[View]]:
    """The one move that is the person's now, and the others. Whatever leads on is theirs; giving back and calling off never is."""
    possible = [_move(ctx, one, side) for one in outlook.now]
    main = next((shown for shown, one in zip(possible, outlook.now, strict=True) if one.move.leads_on), None)
    return main, [move for move in possible if move is not main]


def todo(ctx: Context, deal: Deal, side: Side) -> str:
    """What everybody waits for this side to do, "" for nothing."""
    outlook = ctx.app.engine.outlook(deal, side)
    main, _ = moves(ctx, outlook, side)
    return main["title"] if main and outlook.has_turn else ""


def _move(ctx: Context, possible: Possible, side: Side) -> View:
    move = possible.move
    return {
        "name": move.name,
        "title": known(ctx, move.title),
        "needs": [*move.needs, *move.takes],
        "optional": list(move.takes),
        "note": known(ctx, move.says.get(side, "")),
        "until": possible.until,
        "grave": move.grave,
    }


def timeline(
    ctx: Context, deal: Deal, rows: Sequence[Event], names: Mapping[str, str], coming: Coming | None
) -> list[View]:
    """What happened, where it stands, and what comes by itself. `names` says who stands behind each role."""
    entries = [_happened(ctx, deal, row, names) for row in rows]
    if coming is not None:
        if rows and rows[-1].to_state != rows[-1].from_state:
            entries[-1]["kind"] = "now"
        else:
            entries.append({"label": known(ctx, deal.rules.states[deal.state].title), "kind": "now"})
        label = known(ctx, coming.move.title)
        entries.append({"label": label, "kind": "next", "due_at": coming.at, "by": ctx.gettext("by itself")})
    return entries


def _happened(ctx: Context, deal: Deal, row: Event, names: Mapping[str, str]) -> View:
    given = row.given
    notes = [str(given[key]) for key in ("carrier", "parcel", "reason", "note") if given.get(key)]
    if "amount" in given:
        notes.insert(0, money(ctx, Money(given["amount"], deal.currency)))
    return {
        "label": known(ctx, deal.rules.placed if row.move == PLACED else _done(deal, row)),
        "kind": "bad" if row.to_state != row.from_state and deal.rules.is_amiss(row.to_state) else "done",
        "at": row.at,
        "by": names.get(row.by_role, ""),
        "note": ", ".join(notes),
    }


def _done(deal: Deal, row: Event) -> str:
    if row.to_state != row.from_state:
        return deal.rules.states[row.to_state].title
    return deal.rules.move(row.move).title


def parcels(rows: Sequence[Event]) -> list[View]:
    """What was sent, and sent back."""
    return [
        {
            "carrier": row.given["carrier"],
            "number": row.given["parcel"],
            "url": "",
            "sent_at": row.at,
            "back": row.by_role == "buyer",
        }
        for row in rows
        if row.given.get("parcel")
    ]


def refunds(rows: Sequence[Refund]) -> list[View]:
    return [
        {
            "amount": Money(row.amount, row.currency),
            "at": row.settled_at or row.asked_at,
            "reason": row.reason,
            "state": "done" if row.state == "done" else "pending",
        }
        for row in rows
    ]


def money_state(deal: Deal) -> View:
    """Where the money of a deal is."""
    place = deal.rules.states[deal.state].money
    rest = Money(deal.total - deal.refunded, deal.currency)
    return {
        "held": rest if place == "held" else None,
        "released": rest if place == "released" else None,
        "kept_by_market": deal.rules.sold_by == "market",
        "refunded": Money(deal.refunded, deal.currency) if deal.refunded else None,
    }


def fact(ctx: Context, said: str) -> str:
    """What a seller says of a thing: their own words, but for yes and no."""
    return known(ctx, said) if said in ("yes", "no") else said


def known(ctx: Context, sentence: str) -> str:
    """A sentence of ours in the reader's language."""
    return ctx.site.words(ctx.lang).known(sentence)
