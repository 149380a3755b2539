"""What is owed to sellers, what was paid out, run by run, and on what terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from haat.kernel import ids
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict
from haat.kernel.money import Money
from haat.market.accounts.shop import shop_by_slug, shops_by_id
from haat.market.payments import payout, terms
from haat.market.payments.owed import owed
from haat.market.payments.payout import Batch, BatchSum, Payout
from haat.market.payments.terms import NewTerms
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, TOLD, Typed, View, before, known, lasting, part, share, whole, wrong
from haat.web.routes import Page

_BATCHES = 12


def show(ctx: Context) -> Response:
    """GET /admin/payouts."""
    latest = before(ctx)
    rows = payout.of_all(ctx.store, most=PAGE + 1, **({} if latest is None else {"before": latest}))
    found = part(ctx, rows, "/admin/payouts", lambda row: int(row.id))
    batches = payout.batches(ctx.store, most=_BATCHES)
    sums = payout.sums_of(ctx.store, batches)
    return admin_page(
        ctx,
        "admin/payouts.html",
        "payouts",
        owed=[
            {
                "shop": row.shop,
                "slug": row.slug,
                "amount": Money(row.amount, row.currency),
                "due": Money(row.due, row.currency),
            }
            for row in owed(ctx.store)
        ],
        every=lasting(ctx, ctx.settings.payments.payout_every),
        batches=[_batch(one, sums[one.id]) for one in batches],
        payouts=_payouts(ctx, found.rows),
        newer=found.newer,
        older=found.older,
    )


def show_batch(ctx: Context, id: int) -> Response:
    """GET /admin/payouts/batches/ID."""
    one = payout.batch(ctx.store, id)
    return admin_page(
        ctx,
        "admin/batch.html",
        "payouts",
        batch=_batch(one, payout.sums_of(ctx.store, [one])[one.id]),
        payouts=_payouts(ctx, payout.of_batch(ctx.store, id)),
    )


def claim(ctx: Context) -> Response:
    """POST /admin/payouts: pay out now what is due."""
    said = payout.claim_all(ctx.store, ctx.settings.payments.payout_least, ctx.member.id)
    ctx.flash(known(ctx, said), "info")
    return redirect("/admin/payouts")


def show_terms(ctx: Context, slug: str) -> Response:
    """GET /admin/payouts/terms/SLUG."""
    own = terms.own(ctx.store, shop_by_slug(ctx.store, slug).id)
    values = {
        "hold": "" if own.hold is None else str(own.hold // DAY),
        "reserve": "" if own.reserve is None else f"{own.reserve / 100:g}",
        "reserve_for": "" if own.reserve_for is None else str(own.reserve_for // DAY),
        "why": own.why,
        "seen": str(own.version),
    }
    return _terms_page(ctx, slug, values, {})


def set_terms(ctx: Context, slug: str) -> Response:
    """POST /admin/payouts/terms/SLUG; a field left empty is as for everybody."""
    form = ctx.form.first_values()
    typed = Typed(ctx, form)
    new = NewTerms(
        typed.read("hold", _days, None),
        typed.read("reserve", _optional_share, None),
        typed.read("reserve_for", _days, None),
        form.get("why", ""),
    )
    if typed.wrong:
        return _terms_page(ctx, slug, form, typed.wrong, status=422)
    try:
        shop = shop_by_slug(ctx.store, slug)
        terms.set_own(ctx.store, shop.id, new, ctx.member.id, seen=whole(form.get("seen", "0")))
    except TOLD as error:
        return _terms_page(ctx, slug, form, wrong(ctx, error), status=409 if isinstance(error, Conflict) else 422)
    ctx.flash(ctx.gettext("The terms hold for orders that are completed from now on."))
    return redirect("/admin/payouts")


def _terms_page(
    ctx: Context, slug: str, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    rules, shop = ctx.settings.payments, shop_by_slug(ctx.store, slug)
    return admin_page(
        ctx,
        "admin/payout_terms.html",
        "payouts",
        status=status,
        shop={"name": shop.name, "slug": shop.slug},
        values=values,
        errors=errors,
        usual={
            "hold": f"{rules.payout_hold / DAY:g}",
            "reserve": f"{rules.reserve / 100:g}",
            "reserve_for": f"{rules.reserve_for / DAY:g}",
        },
    )


def _days(text: str) -> int | None:
    return whole(text, most=365) * DAY if text.strip() else None


def _optional_share(text: str) -> int | None:
    return share(text, least=0) if text.strip() else None


def _batch(one: Batch, sums: Iterable[BatchSum]) -> View:
    return {
        "id": ids.encode(one.id),
        "begun_at": one.begun_at,
        "by_hand": one.begun_by is not None,
        "finished_at": one.finished_at,
        "sums": [
            {"state": row.state, "payouts": row.payouts, "amount": Money(row.amount, row.currency)} for row in sums
        ],
    }


def _payouts(ctx: Context, rows: Iterable[Payout]) -> list[View]:
    rows = list(rows)
    shops = shops_by_id(ctx.store, [row.shop_id for row in rows])
    return [
        {
            "number": views.number(row.id),
            "shop": {"name": shops[row.shop_id].name, "slug": shops[row.shop_id].slug},
            "amount": Money(row.amount, row.currency),
            "state": row.state,
            "at": row.settled_at or row.claimed_at,
            "ref": row.gateway_ref or "",
        }
        for row in rows
    ]


PAGES = [
    Page("GET", "/admin/payouts", show, needs="administrator"),
    Page("POST", "/admin/payouts", claim, needs="administrator"),
    Page("GET", "/admin/payouts/batches/{id:id}", show_batch, needs="administrator"),
    Page("GET", "/admin/payouts/terms/{slug}", show_terms, needs="administrator"),
    Page("POST", "/admin/payouts/terms/{slug}", set_terms, needs="administrator"),
]
