"""The page of a job as craftspeople see it, and their bid on it."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import clock, ids
from haat.kernel.errors import Invalid
from haat.kernel.money import Money
from haat.market.catalogue.item import Item
from haat.market.deals import library
from haat.market.handwork.bid import Bid, Offer, change_bid, make_bid, visible_bids
from haat.market.handwork.job import Job, get_job
from haat.market.handwork.plan import MOST_DAYS, MOST_PARTS, MOST_SHARE, Part
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.desk import TOLD, Typed, View, amount, symbol, typed, whole, wrong
from haat.web.routes import Page

PARTS = 5  # rows of milestones in the form, and more where a plan has more


def job_view(ctx: Context, found: Item) -> View:
    """What the page of a job shows besides what every listing has."""
    job, me = get_job(ctx.store, found.id), ctx.me.id if ctx.me else None
    bids = visible_bids(ctx.store, job, me)
    mine = next((bid for bid in bids if bid.bidder_id == me), None)
    return {
        "job": {
            "budget_from": Money(job.budget_from, job.currency) if job.budget_from is not None else None,
            "budget_to": Money(job.budget_to, job.currency) if job.budget_to is not None else None,
            "wanted_by": job.wanted_by and job.wanted_by - 1,  # The last instant of the day that was chosen.
            "bids_until": job.bids_until,
            "bidding": job.bidding,
            "place": " ".join(filter(None, (job.postcode, job.place))),
            "country": views.country(ctx, job.country),
            "takes_bids": job.takes_bids(clock.now()),
            "is_taken": job.taken_by is not None,
            "shows_bids": job.shows_bids(clock.now()),
        },
        "bids": [_bid(ctx, bid, me) for bid in bids],
        "mine": _mine(mine) if mine else None,
        "can_bid": job.takes_bids(clock.now()) and job.customer_id != me,
    }


def show_form(ctx: Context, id: int) -> Response:
    """GET /item/ID/bid."""
    job = get_job(ctx.store, id)
    mine = _own_bid(ctx, job)
    return _form(ctx, job, mine, _typed(mine) if mine else {}, {})


def bid_it(ctx: Context, id: int) -> Response:
    """POST /item/ID/bid: make a bid, or change the own one."""
    job, me, engine = get_job(ctx.store, id), ctx.member.id, ctx.app.engine
    mine = _own_bid(ctx, job)
    try:
        offer = read_offer(ctx, job.currency)
        if mine is not None and mine.state == "bid":
            deal_id = mine.deal_id
            ctx.store.write(lambda tx: change_bid(tx, engine, deal_id, me, offer))
        else:
            ctx.store.write(lambda tx: make_bid(tx, engine, id, me, offer))
    except TOLD as error:
        return _form(ctx, job, mine, ctx.form.first_values(), wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("Your bid is made. You are told what becomes of it."))
    return redirect(_path(job))


def read_offer(ctx: Context, currency: str) -> Offer:
    """What the form of a bid means. Raises Invalid by the names of its fields."""
    form = ctx.form.first_values()
    typing = Typed(ctx, form)
    price = typing.read("amount", lambda text: amount(text, currency), 0)
    days = typing.read("days", lambda text: whole(text, 1, MOST_DAYS), 0)
    parts = read_parts(typing, form)
    if typing.wrong:
        raise Invalid("The bid cannot be made like this.", fields=typing.wrong)
    return Offer(price, form.get("words", ""), days, parts)


def read_parts(typing: Typed, form: Mapping[str, str]) -> list[Part]:
    """The rows of milestones in which something was typed."""
    rows = [number for number in range(MOST_PARTS) if form.get(f"part-{number}-title", "").strip()]
    return [
        Part(
            form[f"part-{number}-title"].strip(),
            typing.read(f"part-{number}-share", lambda text: whole(text, 1, MOST_SHARE), 1),
            typing.read(f"part-{number}-days", lambda text: whole(text, 1, MOST_DAYS), 1),
        )
        for number in rows
    ]


def typed_parts(parts: tuple[Part, ...]) -> dict[str, str]:
    """Milestones as they stand in the rows of the form."""
    return {
        name: text
        for number, part in enumerate(parts)
        for name, text in (
            (f"part-{number}-title", part.title),
            (f"part-{number}-share", str(part.share)),
            (f"part-{number}-days", str(part.days)),
        )
    }


def _own_bid(ctx: Context, job: Job) -> Bid | None:
    bids = visible_bids(ctx.store, job, ctx.member.id)
    return next((bid for bid in bids if bid.bidder_id == ctx.member.id), None)


def _form(
    ctx: Context, job: Job, mine: Bid | None, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    return page(
        ctx,
        "jobs/bid.html",
        status=status,
        job={"id": ids.encode(job.id), "title": job.title, "href": _path(job), "bidding": job.bidding},
        is_change=mine is not None and mine.state == "bid",
        values=values,
        errors=errors,
        parts=max(PARTS, len(mine.plan) if mine else 0),
        symbol=symbol(ctx, job.currency),
    )


def _path(job: Job) -> str:
    return f"/item/{ids.encode(job.id)}/{job.handle}"


def _typed(bid: Bid) -> dict[str, str]:
    return {
        "amount": typed(Money(bid.amount, bid.currency)),
        "days": str(bid.days),
        "words": bid.words,
        **typed_parts(bid.plan),
    }


def _mine(bid: Bid) -> View:
    return {"id": ids.encode(bid.deal_id), "state": bid.state, "is_open": bid.state == "bid"}


def _bid(ctx: Context, bid: Bid, me: int | None) -> View:
    return {
        "name": bid.name,
        "slug": bid.slug,
        "amount": Money(bid.amount, bid.currency),
        "title": views.known(ctx, library.newest("job").states[bid.state].title),
        "state": bid.state,
        "is_mine": bid.bidder_id == me,
    }


PAGES = [
    Page("GET", "/item/{id:id}/bid", show_form, needs="signed_in"),
    Page("POST", "/item/{id:id}/bid", bid_it, needs="signed_in"),
]
