"""What customer and craftsperson agree on: the milestones, what is paid in for them, and what is changed. Each side has the same page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, Refused
from haat.kernel.money import Money
from haat.market.deals import deal as dealing
from haat.market.deals import queries
from haat.market.deals.deal import Deal
from haat.market.deals.till import Checkout
from haat.market.handwork import change_order, plan
from haat.market.handwork.bid import Bid, bid_of, change_plan
from haat.market.handwork.change_order import ChangeOrder, Wish, change_orders_of
from haat.market.handwork.fund import Funding
from haat.market.handwork.party import Party, party_of
from haat.market.handwork.plan import MOST_DAYS
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.dealing import ROOMS
from haat.web.pages.desk import TOLD, Typed, View, amount, attempt, known, symbol, whole, wrong
from haat.web.pages.storefront import pay_form
from haat.web.pages.storefront.bidding import PARTS, read_parts, typed_parts
from haat.web.pages.storefront.paying import BACK
from haat.web.routes import Page


class Seen(NamedTuple):
    """A job as one side of it sees it."""

    job: Deal
    side: Party
    bid: Bid


class Typing(NamedTuple):
    """A form of the page that came back: which one, what was typed, and what is wrong with it."""

    form: str = ""
    values: Mapping[str, str] = {}
    errors: Mapping[str, str] = {}


def show(ctx: Context, id: int) -> Response:
    """GET /agreements/ID."""
    return _page(ctx, _seen(ctx, id), Typing())


def save_plan(ctx: Context, id: int) -> Response:
    """POST /agreements/ID/plan."""
    seen, form = _seen(ctx, id), ctx.form.first_values()
    typing = Typed(ctx, form)
    parts = read_parts(typing, form)
    errors = dict(typing.wrong)
    try:
        if not errors:
            ctx.store.write(lambda tx: change_plan(tx, id, ctx.member.id, parts))
    except TOLD as error:
        errors = wrong(ctx, error)
    if errors:
        return _page(ctx, seen, Typing("plan", form, errors), status=422)
    ctx.flash(ctx.gettext("The milestones are saved."))
    return redirect(_path(id))


def pay(ctx: Context, id: int) -> Response:
    """POST /agreements/ID/payments."""
    seen = _seen(ctx, id)
    values = {name: text for name, text in ctx.form.first_values().items() if not name.startswith("card_")}
    try:
        checkout = _fund(ctx, id)
    except Invalid as error:
        return _page(ctx, seen, Typing("pay", values, pay_form.errors(ctx, error)), status=422)
    except (Conflict, Refused) as error:
        return _page(ctx, seen, Typing("pay", values, {"": pay_form.said(ctx, error)}), status=422)
    return redirect(f"/checkout/{ids.encode(checkout.id)}")


def propose(ctx: Context, id: int) -> Response:
    """POST /agreements/ID/changes."""
    seen, form = _seen(ctx, id), ctx.form.first_values()
    typing = Typed(ctx, form)
    price = typing.read("amount", lambda text: amount(text, seen.job.currency), 0)
    milestone = ids.decode(form["milestone"]) if form.get("milestone") else None
    days = typing.read("days", lambda text: whole(text, 1, MOST_DAYS), 0) if milestone is None else 0
    wish = Wish(price, form.get("why", ""), milestone, form.get("title", ""), days)
    errors = dict(typing.wrong)
    try:
        if not errors:
            ctx.store.write(lambda tx: change_order.propose(tx, id, ctx.member.id, wish))
    except TOLD as error:
        errors = wrong(ctx, error)
    if errors:
        return _page(ctx, seen, Typing("change", form, errors), status=422)
    ctx.flash(ctx.gettext("It is proposed. It counts once the other side accepts it."))
    return redirect(_path(id))


def answer(ctx: Context, id: int, change: int) -> Response:
    """POST /agreements/ID/changes/CHANGE with do=accept, refuse or withdraw."""
    me, engine = ctx.member.id, ctx.app.engine
    match ctx.form.get("do"):
        case "accept":
            done = ctx.gettext("The change is agreed.")
            return attempt(
                ctx, lambda: ctx.store.write(lambda tx: change_order.accept(tx, engine, change, me)), done, _path(id)
            )
        case "withdraw":
            done = ctx.gettext("The change is withdrawn.")
            return attempt(
                ctx, lambda: ctx.store.write(lambda tx: change_order.withdraw(tx, change, me)), done, _path(id)
            )
    done = ctx.gettext("The change is refused. Everything stays as it was.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: change_order.refuse(tx, change, me)), done, _path(id))


def _seen(ctx: Context, deal_id: int) -> Seen:
    job = dealing.get(ctx.store, deal_id)
    return Seen(job, party_of(ctx.store, job, ctx.member.id), bid_of(ctx.store, deal_id))


def _fund(ctx: Context, job_id: int) -> Checkout:
    key = ctx.form.get("key") or secrets.token_urlsafe(16)
    known_id = ctx.store.first(queries.CHECKOUT_BY_KEY, account_id=ctx.member.id, key=key)
    if known_id is not None:
        # The first answer did not arrive: this is that payment.
        return ctx.app.till.look(known_id[0], ctx.member.id)
    funding = Funding(key, job_id, [ids.decode(one) for one in ctx.form.all("milestones")])
    if not funding.milestones:
        raise Invalid("Nothing is to be paid in.", fields={"milestones": "Choose at least one milestone."})
    checkout, _ = ctx.app.fund.run(ctx.member.id, funding, pay_form.token(ctx), ctx.origin + BACK)
    return checkout


def _page(ctx: Context, seen: Seen, typing: Typing, status: int = 200) -> Response:
    job, side, bid = seen
    milestones = [_milestone(ctx, one, side) for one in dealing.children(ctx.store, job.id)]
    orders = change_orders_of(ctx.store, job.id)
    return page(
        ctx,
        "jobs/agreement.html",
        status=status,
        job={
            "id": ids.encode(job.id),
            "title": dealing.lines(ctx.store, job.id)[0].title,
            "number": views.number(job.id),
            "href": f"{ROOMS[side]}/{ids.encode(job.id)}",
            "state": job.state,
            "state_title": known(ctx, job.rules.states[job.state].title),
            "total": Money(job.total, job.currency),
            "is_going": job.state == "working",
        },
        side=side,
        customer=views.name_of(ctx, job.buyer_id),
        craftsperson=views.seller(ctx, job.shop_id),
        words=bid.words,
        stages=[] if milestones else _stages(bid),
        can_plan=side == "seller" and job.state in ("bid", "awarded"),
        milestones=milestones,
        to_fund=[one for one in milestones if one["can_fund"]] if side == "buyer" else [],
        changeable=[one for one in milestones if one["can_fund"]],
        changes=[_change(order, side, job.currency) for order in orders],
        is_open=any(order.answer is None for order in orders),
        came_back=typing.form,
        values=typing.values or typed_parts(bid.plan),
        errors=typing.errors,
        parts=max(PARTS, len(bid.plan)),
        key=secrets.token_urlsafe(16),
        symbol=symbol(ctx, job.currency),
        sandbox=ctx.settings.payments.gateway == "sandbox",
        test_cards=pay_form.test_cards(ctx),
    )


def _milestone(ctx: Context, one: Deal, side: Party) -> View:
    return {
        "id": ids.encode(one.id),
        "title": dealing.lines(ctx.store, one.id)[0].title,
        "amount": Money(one.total, one.currency),
        "badge": views.badge(ctx, one.rules, one.state),
        "due": one.ends_at,
        "href": f"{ROOMS[side]}/{ids.encode(one.id)}",
        "can_fund": one.waits_for_money and one.checkout_id is None,
        "checkout": ids.encode(one.checkout_id) if one.waits_for_money and one.checkout_id else "",
    }


def _stages(bid: Bid) -> list[View]:
    return [
        {"title": stage.title, "amount": Money(stage.amount, bid.currency), "days": stage.days}
        for stage in plan.stages(bid.amount, bid.plan)
    ]


def _change(order: ChangeOrder, side: Party, currency: str) -> View:
    return {
        "id": ids.encode(order.id),
        "title": order.title,
        "is_new": bool(order.is_new),
        "amount": Money(order.amount, currency),
        "before": Money(order.amount_before, currency),
        "days": order.days,
        "why": order.why,
        "is_mine": order.side == side,
        "proposed_at": order.proposed_at,
        "answer_by": order.answer_by,
        "answer": order.answer or "",
        "answered_at": order.answered_at,
    }


def _path(job_id: int) -> str:
    return f"/agreements/{ids.encode(job_id)}"


PAGES = [
    Page("GET", "/agreements/{id:id}", show, needs="signed_in"),
    Page("POST", "/agreements/{id:id}/plan", save_plan, needs="signed_in"),
    Page("POST", "/agreements/{id:id}/payments", pay, needs="signed_in"),
    Page("POST", "/agreements/{id:id}/changes", propose, needs="signed_in"),
    Page("POST", "/agreements/{id:id}/changes/{change:id}", answer, needs="signed_in"),
]
