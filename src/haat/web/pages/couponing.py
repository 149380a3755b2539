"""Coupons as they are typed and shown, whether a shop gives them or the market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel import clock, ids
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.kernel.zone import Zone
from haat.market.deals import coupon as coupons
from haat.market.deals.coupon import Coupon, NewCoupon
from haat.web.http import Context
from haat.web.pages.desk import (
    PAGE,
    Typed,
    View,
    amount,
    before,
    day_after,
    found_wrong,
    optional_amount,
    part,
    share,
    whole,
)

_LATEST = 2**63 - 1


class Tried(NamedTuple):
    """What became of a form: the code that was made, or what is wrong by field."""

    code: str
    errors: Mapping[str, str]


def create(ctx: Context, shop_id: int | None, currency: str) -> Tried:
    """Make the coupon that the form describes, with amounts in a currency; `shop_id` None: the market pays for it."""
    typed = Typed(ctx, ctx.form.first_values())
    new = _understood(ctx, typed, shop_id, currency)
    told = found_wrong(ctx, lambda: coupons.check(new)) | typed.wrong
    if not told:
        told = found_wrong(ctx, lambda: coupons.create(ctx.store, new, ctx.member.id))
    if "" in told:  # Somebody has this code already.
        told = {"code": told[""]}
    return Tried(new.code.strip().upper(), told)


def _understood(ctx: Context, typed: Typed, shop_id: int | None, currency: str) -> NewCoupon:
    kind = ctx.form.get("kind", "percent")
    is_share, is_free_shipping = kind == "percent", kind == "shipping"
    return NewCoupon(
        code=ctx.form.get("code"),
        shop_id=shop_id,
        basis_points=typed.read("amount", share, 1) if is_share else None,
        amount=None if is_share or is_free_shipping else typed.read("amount", lambda text: amount(text, currency), 1),
        least=typed.read("least", lambda text: optional_amount(text, currency) or 0, 0),
        ends_at=typed.read("last_day", lambda text: _day_to_come(text, ctx.zone), None),
        most_uses=typed.read("most_uses", lambda text: whole(text, 1) if text.strip() else None, None),
        currency=None if currency == ctx.settings.market.currency else currency,
        most_off=typed.read("most_off", lambda text: optional_amount(text, currency), None) if is_share else None,
        free_shipping=int(is_free_shipping),
        category_id=typed.read("category", _category, None),
        first_only=int("first_only" in ctx.form),
    )


def _category(text: str) -> int | None:
    try:
        return ids.decode(text) if text.strip() else None
    except NotFound as error:
        raise ValueError("There is no such category.") from error


def categories_shown(ctx: Context) -> list[View]:
    """Every category by its path, to choose from."""
    tree = ctx.app.catalogue.categories.tree(ctx.store)
    rows = [
        {"value": ids.encode(one.id), "label": " › ".join(above.name for above in tree.breadcrumbs(one.id))}
        for one in tree.all
    ]
    return sorted(rows, key=lambda row: str(row["label"]))


def _day_to_come(text: str, zone: Zone) -> int | None:
    end = day_after(text, zone)
    if end is not None and end <= clock.now():
        raise ValueError("This day is over. Choose one that is to come.")
    return end


def coupons_shown(ctx: Context, path: str, shop_id: int | None) -> View:
    """A page of the list: those that can be used first, each group newest first."""
    rows = _given(ctx, shop_id, before(ctx) or _LATEST)
    found = part(ctx, rows, path, lambda one: int(one.id))
    shown = sorted((_row(ctx, one) for one in found.rows), key=lambda row: bool(row["is_over"]))
    return {"coupons": shown, "newer": found.newer, "older": found.older}


def _name_of_category(ctx: Context, category_id: int | None) -> str:
    if category_id is None:
        return ""
    return ctx.app.catalogue.categories.tree(ctx.store).get(category_id).name


def _given(ctx: Context, shop_id: int | None, latest: int) -> list[Coupon]:
    if shop_id is None:
        return coupons.of_market(ctx.store, before=latest, most=PAGE + 1)
    return coupons.of_shop(ctx.store, shop_id, before=latest, most=PAGE + 1)


def _row(ctx: Context, one: Coupon) -> View:
    currency = one.currency or ctx.settings.market.currency
    is_over = one.ends_at is not None and one.ends_at <= clock.now()
    is_used_up = one.most_uses is not None and one.uses >= one.most_uses
    return {
        "id": ids.encode(one.id),
        "code": one.code,
        "share": "" if one.basis_points is None else f"{one.basis_points / 100:g} %",
        "amount": None if one.amount is None else Money(one.amount, currency),
        "most_off": None if one.most_off is None else Money(one.most_off, currency),
        "is_free_shipping": bool(one.free_shipping),
        "category": _name_of_category(ctx, one.category_id),
        "first_only": bool(one.first_only),
        "least": Money(one.least, currency) if one.least else None,
        "ends_at": one.ends_at and one.ends_at - 1,  # The last instant, whose day is the one that was chosen.
        "uses": one.uses,
        "most_uses": one.most_uses,
        "is_over": is_over or is_used_up,
        "word": ctx.gettext("Ended") if is_over else ctx.gettext("Used up") if is_used_up else ctx.gettext("In force"),
    }
