"""What every form that is paid with has in common: an address, a card, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from haat.adapters.sandbox.cards import CARDS, tokenise
from haat.kernel.errors import HaatError, Invalid
from haat.market.deals.place import Address
from haat.web.http import Context
from haat.web.pages import views
from haat.web.pages.views import View

_CARD_FIELDS = {"number": "card_number", "expiry": "card_expiry", "cvc": "card_cvc"}

_SHOWN_CARDS = ("approves", "asks", "not_enough_money", "times_out_paid")


def address(values: Mapping[str, str]) -> Address:
    fields = {name: values.get(name, "").strip() for name in Address.__struct_fields__}
    wrong = {name: "This is needed." for name, text in fields.items() if not text}
    if not wrong:
        try:
            return msgspec.convert(fields, Address)
        except msgspec.ValidationError as error:
            wrong = {str(error).rpartition("$.")[2].rstrip("`"): "This cannot be used as it is."}
    raise Invalid("The address is not complete.", fields=wrong)


def token(ctx: Context) -> str:
    form = ctx.form
    return tokenise(form.get("card_number"), form.get("card_expiry"), form.get("card_cvc"))


def errors(ctx: Context, error: Invalid) -> dict[str, str]:
    return {_CARD_FIELDS.get(name, name): views.known(ctx, words) for name, words in error.fields.items()}


def said(ctx: Context, error: HaatError) -> str:
    return " ".join(views.known(ctx, part) for part in (error.what, error.why, error.try_) if part)


def shown_total(ctx: Context) -> int | None:
    text = ctx.form.get("total")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def test_cards(ctx: Context) -> list[View]:
    cards = {card.name: card for card in CARDS}
    return [{"number": cards[name].number, "text": views.known(ctx, cards[name].does)} for name in _SHOWN_CARDS]
