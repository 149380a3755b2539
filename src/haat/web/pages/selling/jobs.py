"""Jobs that somebody asks for: posted by anybody who is signed in, changed by who posted them, with the bids that came in."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import clock, ids
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.money import Money
from haat.market.catalogue.description import describe
from haat.market.catalogue.item import item
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.own import own_attributes
from haat.market.catalogue.photos import MOST, add_photo, remove_photo
from haat.market.catalogue.publish import publish
from haat.market.deals import library
from haat.market.handwork.bid import Bid, visible_bids
from haat.market.handwork.job import Job, JobText, jobs_of, own_job
from haat.market.handwork.plan import stages
from haat.market.handwork.post import change, close, post
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.desk import (
    PAGE,
    TOLD,
    Typed,
    View,
    attempt,
    before,
    countries,
    day_after,
    known,
    optional_amount,
    part,
    symbol,
    typed,
    wrong,
)
from haat.web.pages.promoting import can_be_promoted
from haat.web.pages.selling.editor import categories_of
from haat.web.pages.selling.editor_form import as_typed, in_the_form
from haat.web.pages.selling.room import currency_of, selling_page
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /selling/jobs."""
    rows = jobs_of(ctx.store, ctx.member.id, before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, "/selling/jobs", lambda row: int(row.id))
    return selling_page(
        ctx,
        "jobs/index.html",
        "jobs",
        jobs=[_row(row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def show_new(ctx: Context) -> Response:
    """GET /selling/jobs/new."""
    return _new_page(ctx, {"country": ctx.member.country, "bidding": "open"}, {})


def post_it(ctx: Context) -> Response:
    """POST /selling/jobs: a draft, and open to bids where the button says so."""
    values = ctx.form.first_values()
    try:
        text = _text(ctx, values, None)
        listing_id = ctx.store.write(lambda tx: post(tx, ctx.app.catalogue, ctx.member.id, text))
    except TOLD as error:
        return _new_page(ctx, values, in_the_form(wrong(ctx, error)), status=422)
    return _go_on(ctx, listing_id, values)


def show(ctx: Context, id: int) -> Response:
    """GET /selling/jobs/ID."""
    return _edit_page(ctx, _own(ctx, id), {}, {})


def save(ctx: Context, id: int) -> Response:
    """POST /selling/jobs/ID: save, and then what the button says."""
    job, values = _own(ctx, id), ctx.form.first_values()
    seen = values.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    try:
        text = _text(ctx, values, job)
        ctx.store.write(lambda tx: change(tx, ctx.app.catalogue, ctx.member.id, id, text, version))
    except Conflict as error:
        return _edit_page(ctx, _own(ctx, id), values, wrong(ctx, error), status=409)
    except TOLD as error:
        return _edit_page(ctx, _own(ctx, id), values, in_the_form(wrong(ctx, error)), status=422)
    return _go_on(ctx, id, values)


def end_it(ctx: Context, id: int) -> Response:
    """POST /selling/jobs/ID/end."""
    catalogue, engine, me = ctx.app.catalogue, ctx.app.engine, ctx.member.id
    done = ctx.gettext("Nobody can bid any more, and bids that waited are turned down.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: close(tx, catalogue, engine, me, id)), done, _path(id))


def _own(ctx: Context, listing_id: int) -> Job:
    return own_job(ctx.store, ctx.member.id, listing_id)


def _text(ctx: Context, values: Mapping[str, str], job: Job | None) -> JobText:
    """What the form means. Raises Invalid by the names of its fields."""
    currency, typing = _currency(ctx, job), Typed(ctx, values)
    low = typing.read("budget_from", lambda text: optional_amount(text, currency), None)
    high = typing.read("budget_to", lambda text: optional_amount(text, currency), None)
    wanted_by = typing.read("wanted_by", lambda text: day_after(text, ctx.zone), None)
    bids_until = typing.read("bids_until", lambda text: day_after(text, ctx.zone), None)
    found = dict(typing.wrong)
    category_id = _category(values, found)
    if bids_until is None and "bids_until" not in found:
        found["bids_until"] = "Bids end after now, and within 90 days."
    if found:
        raise Invalid("The job cannot be saved like this.", fields=found)
    assert bids_until is not None and category_id is not None
    if job is not None and values.get("bids_until") == _day_of(ctx, job.bids_until):
        bids_until = job.bids_until  # It may be any instant of that day.
    asked = {one.key for one in ctx.app.catalogue.categories.tree(ctx.store).attributes(category_id)}
    attributes = {name[2:]: text for name, text in values.items() if name.startswith("a-") and name[2:] in asked}
    return JobText(
        listing=ListingText(values.get("title", ""), category_id, describe(values.get("description", "")), attributes),
        bids_until=bids_until,
        country=values.get("country", ""),
        bidding="sealed" if values.get("bidding") == "sealed" else "open",
        budget_from=low,
        budget_to=high,
        wanted_by=wanted_by,
        place=values.get("place", ""),
        postcode=values.get("postcode", ""),
    )


def _category(values: Mapping[str, str], found: dict[str, str]) -> int | None:
    try:
        return ids.decode(values.get("category", ""))
    except NotFound:
        found["category"] = "Choose a category."
        return None


def _go_on(ctx: Context, listing_id: int, values: Mapping[str, str]) -> Response:
    """Photos come for themselves: what is wrong with one loses nothing else."""
    job, catalogue = _own(ctx, listing_id), ctx.app.catalogue
    told = [*_save_photos(ctx, job, values)]
    if values.get("do") == "publish":
        try:
            ctx.store.write(lambda tx: publish(tx, catalogue, job.shop_id, listing_id))
            ctx.flash(ctx.gettext("The job is posted: craftspeople can see it and bid."))
        except TOLD as error:
            told += wrong(ctx, error).values()
    else:
        ctx.flash(ctx.gettext("It is saved."))
    if told:
        ctx.flash(" ".join(told), "bad")
    return redirect(_path(listing_id))


def _save_photos(ctx: Context, job: Job, values: Mapping[str, str]) -> list[str]:
    problems: list[str] = []
    catalogue = ctx.app.catalogue
    for upload in ctx.form.files("photos")[:MOST]:
        try:
            kept = ctx.app.pictures.put(upload.file.read())
            ctx.store.write(lambda tx, kept=kept: add_photo(tx, catalogue, job.shop_id, job.id, kept))  # type: ignore[misc]
        except Invalid as error:
            problems.append(f"{upload.name[:80]}: {' '.join(wrong(ctx, error).values())}")
    for name in ctx.form.all("remove_photo"):
        try:
            photo_id = ids.decode(name)
            ctx.store.write(lambda tx, id_=photo_id: remove_photo(tx, catalogue, job.shop_id, id_))  # type: ignore[misc]
        except NotFound as error:
            problems += wrong(ctx, error).values()
    return problems


def _new_page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return page(ctx, "jobs/new.html", status=status, **_form(ctx, None, values, errors))


def _edit_page(
    ctx: Context, job: Job, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    found = item(ctx.store, job.id)
    assert found is not None
    said = own_attributes(ctx.store, job.shop_id, job.id)
    kept = {
        "title": job.title,
        "category": ids.encode(found.category_id),
        "description": as_typed(found.description),
        "budget_from": "" if job.budget_from is None else typed(Money(job.budget_from, job.currency)),
        "budget_to": "" if job.budget_to is None else typed(Money(job.budget_to, job.currency)),
        "wanted_by": "" if job.wanted_by is None else _day_of(ctx, job.wanted_by),
        "bids_until": _day_of(ctx, job.bids_until),
        "bidding": job.bidding,
        "place": job.place,
        "postcode": job.postcode,
        "country": job.country,
        **{f"a-{key}": words for key, words in said.items()},
    }
    return selling_page(
        ctx,
        "jobs/edit.html",
        "jobs",
        status=status,
        job={
            **_row(job),
            "version": job.version,
            "removed_why": known(ctx, found.removed_why or ""),
            "page": f"/item/{ids.encode(job.id)}/{job.handle}",
            "takes_bids": job.takes_bids(clock.now()),
            "taken_by": ids.encode(job.taken_by) if job.taken_by else "",
            "can_promote": can_be_promoted(ctx, "job", job.state),
        },
        photos=[
            {"id": ids.encode(one.id), "photo": views.photo(one.sha, one.alt or job.title, one.width, one.height)}
            for one in found.photos
        ],
        bids=[_bid(ctx, row) for row in visible_bids(ctx.store, job, ctx.member.id)],
        **_form(ctx, job, {**kept, **values}, errors),
    )


def _currency(ctx: Context, job: Job | None) -> str:
    """What a job is paid in; a new one, in what its customer's listings are."""
    return job.currency if job else currency_of(ctx)


def _form(ctx: Context, job: Job | None, values: Mapping[str, str], errors: Mapping[str, str]) -> View:
    tree = ctx.app.catalogue.categories.tree(ctx.store)
    try:
        asked = tree.attributes(ids.decode(values.get("category", "")))
    except NotFound:
        asked = ()
    return {
        "values": values,
        "errors": errors,
        "all_categories": categories_of(tree),
        "countries": countries(ctx),
        "symbol": symbol(ctx, _currency(ctx, job)),
        "attributes": [
            {
                "name": f"a-{one.key}",
                "label": one.name,
                "kind": one.kind,
                "unit": one.unit,
                "choices": [{"value": choice, "label": choice} for choice in one.choices],
                "is_required": one.is_required,
                "value": values.get(f"a-{one.key}", "").removesuffix(one.unit).strip(),
            }
            for one in asked
        ],
    }


def _bid(ctx: Context, row: Bid) -> View:
    return {
        "id": ids.encode(row.deal_id),
        "name": row.name,
        "slug": row.slug,
        "state": row.state,
        "title": known(ctx, library.newest("job").states[row.state].title),
        "amount": Money(row.amount, row.currency),
        "words": row.words,
        "days": row.days,
        "stages": [
            {"title": stage.title, "amount": Money(stage.amount, row.currency), "days": stage.days}
            for stage in stages(row.amount, row.plan)
        ],
        "changed_at": row.changed_at,
    }


def _row(job: Job) -> View:
    return {
        "id": ids.encode(job.id),
        "title": job.title,
        "state": job.state,
        "bids_until": job.bids_until,
        "photo": views.photo(job.photo),
        "is_taken": job.taken_by is not None,
    }


def _day_of(ctx: Context, end: int) -> str:
    """The last day before an instant, as a field of the form has it."""
    return f"{ctx.zone.local(end - 1):%Y-%m-%d}"


def _path(listing_id: int) -> str:
    return f"/selling/jobs/{ids.encode(listing_id)}"


PAGES = [
    Page("GET", "/selling/jobs", show_all, needs="seller"),
    Page("GET", "/selling/jobs/new", show_new, needs="signed_in"),
    Page("POST", "/selling/jobs", post_it, needs="signed_in"),
    Page("GET", "/selling/jobs/{id:id}", show, needs="seller"),
    Page("POST", "/selling/jobs/{id:id}", save, needs="seller"),
    Page("POST", "/selling/jobs/{id:id}/end", end_it, needs="seller"),
]
