"""Reports of listings and people, and what is decided about them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooMany
from haat.market.moderation import report as reports
from haat.market.moderation.report import LONGEST, Reason
from haat.web.api.kinds import Id
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Words = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class NewReport(Input, frozen=True):
    """What is wrong, with a listing or with a person (an account's id): one of the two."""

    reason: Reason
    text: Words
    listing: Id | None = None
    person: Id | None = None


class ReportQuery(Input, frozen=True):
    """`after` is the `next` of the page before."""

    after: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 24


class Decision(Input, frozen=True):
    """What is done about it, and why: a listing is removed, a person suspended (which administrators may), or nothing."""

    decision: Literal["removed", "suspended", "nothing"]
    why: Words


class Report(Output, frozen=True):
    """A report that nobody has decided yet."""

    id: str
    reporter: str
    listing: str | None
    title: str | None
    person: str | None
    person_name: str | None
    reason: Reason
    text: str
    at: int


class ReportPage(Output, frozen=True):
    """Reports, the oldest first."""

    items: list[Report]
    next: str | None


def create_report(ctx: Context, body: NewReport) -> None:
    by = ctx.member.id
    if (body.listing is None) == (body.person is None):
        raise Invalid("A report is about one thing.", fields={"listing": "Name a listing or a person."})
    if body.listing is not None:
        listing_id = ids.decode(body.listing)
        ctx.store.write(lambda tx: reports.report_listing(tx, by, listing_id, body.reason, body.text))
    elif body.person is not None:
        person_id = ids.decode(body.person)
        ctx.store.write(lambda tx: reports.report_person(tx, by, person_id, body.reason, body.text))


def show_reports(ctx: Context, query: ReportQuery) -> ReportPage:
    after = ids.decode(query.after) if query.after else 0
    rows = reports.open_reports(ctx.store, after=after, most=query.limit + 1)
    more = ids.encode(rows[query.limit - 1].id) if len(rows) > query.limit else None
    return ReportPage(items=[_report(row) for row in rows[: query.limit]], next=more)


def decide(ctx: Context, id: int, body: Decision) -> None:
    by, store = ctx.member.id, ctx.store
    match body.decision:
        case "removed":
            store.write(lambda tx: reports.take_down(tx, ctx.app.catalogue, by, id, body.why))
        case "suspended":
            reports.put_out(store, by, id, body.why)
        case "nothing":
            store.write(lambda tx: reports.let_be(tx, by, id, body.why))


def _report(row: reports.Reported) -> Report:
    return Report(
        id=ids.encode(row.id),
        reporter=row.reporter,
        listing=ids.encode(row.listing_id) if row.listing_id else None,
        title=row.title,
        person=ids.encode(row.person_id) if row.person_id else None,
        person_name=row.person,
        reason=row.reason,
        text=row.text,
        at=row.at,
    )


_moderators = partial(Endpoint, needs="moderator", scope="market:moderate")

ENDPOINTS = [
    Endpoint(
        "POST",
        "/reports",
        create_report,
        "Report a listing or a person",
        needs="signed_in",
        scope="account:write",
        takes=NewReport,
        status=204,
        errors=(Invalid, Refused, Conflict, TooMany, NotFound),
        description="Once for each. Whom it is about does not learn who you are.",
    ),
    _moderators(
        "GET",
        "/market/reports",
        show_reports,
        "Reports that nobody has decided",
        query=ReportQuery,
        gives=ReportPage,
        errors=(Invalid,),
    ),
    _moderators(
        "PUT",
        "/market/reports/{id:id}/decision",
        decide,
        "Decide about a report",
        takes=Decision,
        errors=(Invalid, Refused, NotAllowed, NotFound),
        description="Where a listing is removed or a person suspended, every open report of the same is decided with it.",
    ),
]
