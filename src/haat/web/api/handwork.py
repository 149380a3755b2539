"""Jobs that customers ask for, the bids on them, and what is agreed about their milestones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from haat.adapters.sandbox.cards import tokenise
from haat.kernel import clock, ids
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooMany
from haat.market.catalogue.description import describe
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.deals.deal import get as get_deal
from haat.market.handwork import bid as bidding
from haat.market.handwork import change_order, plan, post
from haat.market.handwork.bid import Offer
from haat.market.handwork.change_order import Wish
from haat.market.handwork.fund import Funding
from haat.market.handwork.job import Job as JobRow
from haat.market.handwork.job import JobText, get_job, jobs_of, own_job
from haat.market.handwork.party import party_of
from haat.market.handwork.plan import Part
from haat.market.questions import ask as asking
from haat.market.questions import question
from haat.web.api import deal_shapes
from haat.web.api.buying import Card, as_checkout
from haat.web.api.kinds import Amount, Country, Id, Instant
from haat.web.api.own_listings import Said
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

_Days = Annotated[int, Meta(ge=1, le=plan.MOST_DAYS)]
_Words = Annotated[str, Meta(min_length=1, max_length=bidding.LONGEST_WORDS)]
_Title = Annotated[str, Meta(min_length=1, max_length=plan.LONGEST_TITLE)]


class NewJob(Input, frozen=True):
    """What is to be done. `category` is an id, `bids_until` and `wanted_by` are instants in milliseconds, the budget is in minor units. Open
    bids are seen by everybody, sealed ones by you alone until bids end."""

    title: Annotated[str, Meta(max_length=1000)]
    category: Id
    bids_until: Instant
    place: Annotated[str, Meta(min_length=1, max_length=120)]
    country: Country
    description: Annotated[str, Meta(max_length=100_000)] = ""
    attributes: Mapping[str, Said] = field(default_factory=dict)
    bidding: Literal["open", "sealed"] = "open"
    budget_from: Amount | None = None
    budget_to: Amount | None = None
    wanted_by: Instant | None = None
    postcode: Annotated[str, Meta(max_length=20)] = ""


class JobChange(NewJob, frozen=True, kw_only=True):
    """What the job is to say from now on; all of it is replaced. `version` is the one that this was made from."""

    version: Annotated[int, Meta(ge=1, le=2**31)]


class JobStateChange(Input, frozen=True):
    """Open to bids, or no longer: bids that wait are then turned down."""

    state: Literal["active", "ended"]


class JobPart(Input, frozen=True):
    """A milestone as it is proposed: its share beside the others, and how many days after the agreement it is due."""

    title: _Title
    share: Annotated[int, Meta(ge=1, le=plan.MOST_SHARE)]
    days: _Days


_Plan = Annotated[list[JobPart], Meta(max_length=plan.MOST_PARTS)]


class NewBid(Input, frozen=True):
    """A bid: `amount` in minor units, and how you would do it. Without a `plan` it is one milestone for all of it."""

    amount: Annotated[int, Meta(ge=1, le=10**12)]
    words: _Words
    days: _Days
    plan: _Plan = field(default_factory=list)


class NewPlan(Input, frozen=True):
    """Other milestones for the same amount."""

    plan: Annotated[list[JobPart], Meta(min_length=1, max_length=plan.MOST_PARTS)]


class NewFunding(Input, frozen=True):
    """Pay milestones in, with one payment. `key` is yours and new for each: sent again, it is the same payment."""

    key: Annotated[str, Meta(min_length=8, max_length=80)]
    milestones: Annotated[list[Id], Meta(min_length=1, max_length=100)]
    card: Card


class NewChange(Input, frozen=True):
    """What should be different: another amount for a `milestone`, or without one a new milestone of that `title`, due in `days`."""

    amount: Annotated[int, Meta(ge=1, le=10**12)]
    why: Annotated[str, Meta(min_length=1, max_length=change_order.LONGEST_WHY)]
    milestone: Id | None = None
    title: Annotated[str, Meta(max_length=plan.LONGEST_TITLE)] = ""
    days: Annotated[int, Meta(ge=0, le=plan.MOST_DAYS)] = 0


class ChangeAnswer(Input, frozen=True):
    """The other side accepts or refuses; who proposed it withdraws."""

    answer: Literal["accepted", "refused", "withdrawn"]


class NewQuestion(Input, frozen=True):
    """What you would like to know. Everybody reads it."""

    question: Annotated[str, Meta(min_length=1, max_length=asking.LONGEST)]


class NewAnswer(Input, frozen=True):
    """What you answer. Everybody reads it."""

    answer: Annotated[str, Meta(min_length=1, max_length=asking.LONGEST)]


class QuestionRemoval(Input, frozen=True):
    """Why; who asked is told."""

    why: Annotated[str, Meta(min_length=1, max_length=asking.LONGEST_WHY)]


class Job(Output, frozen=True):
    """A job. `takes_bids` says whether bids can be made now; `taken_by` is the order that has it, told to its customer alone."""

    id: str
    title: str
    handle: str
    state: str
    version: int
    currency: str
    budget_from: int | None
    budget_to: int | None
    wanted_by: int | None
    bidding: str
    bids_until: int
    place: str
    postcode: str
    country: str
    takes_bids: bool
    taken_by: str | None


class JobPage(Output, frozen=True):
    """Jobs, the youngest first."""

    items: list[Job]
    next: str | None


class Stage(Output, frozen=True):
    """A milestone as it is proposed."""

    title: str
    share: int
    amount: int
    days: int


class JobBid(Output, frozen=True):
    """A bid. `words` and `plan` are told to the customer and to the bidder alone; `id` is that of its order."""

    id: str
    shop: str
    name: str
    state: str
    amount: int
    currency: str
    words: str
    days: int
    plan: list[Stage]
    changed_at: int


class JobBids(Output, frozen=True):
    """The bids that you may see, the lowest first."""

    items: list[JobBid]


class ChangeOrder(Output, frozen=True):
    """A change that one side proposed, and what became of it: `answer` is accepted, refused, withdrawn, lapsed, or null while it is open.
    `side` is buyer or seller; `milestone` is what it is about, or what came of it."""

    id: str
    milestone: str | None
    title: str
    amount: int
    amount_before: int
    days: int
    why: str
    side: str
    proposed_at: int
    answer_by: int
    answered_at: int | None
    answer: str | None


class ChangeOrders(Output, frozen=True):
    """Oldest first."""

    items: list[ChangeOrder]


class Question(Output, frozen=True):
    """A question about a listing and its answer. `removed_why` is told to moderators alone."""

    id: str
    listing: str
    asker: str
    asked_at: int
    question: str
    answered_at: int | None
    answer: str | None
    removed_why: str | None


class QuestionPage(Output, frozen=True):
    """The youngest first."""

    items: list[Question]
    next: str | None


def show_jobs(ctx: Context, query: PageQuery) -> JobPage:
    found = jobs_of(ctx.store, ctx.member.id, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return JobPage(items=[_job(ctx, row) for row in shown], next=next_)


def create_job(ctx: Context, body: NewJob) -> Job:
    text = _text(body)
    return _mine(ctx, ctx.store.write(lambda tx: post.post(tx, ctx.app.catalogue, ctx.member.id, text)))


def show_job(ctx: Context, id: int) -> Job:
    row = get_job(ctx.store, id)
    if row.state not in ("active", "ended") and row.customer_id != _viewer(ctx):
        raise NotFound("There is no such job.")
    return _job(ctx, row)


def change_job(ctx: Context, id: int, body: JobChange) -> Job:
    text = _text(body)
    ctx.store.write(lambda tx: post.change(tx, ctx.app.catalogue, ctx.member.id, id, text, body.version))
    return _mine(ctx, id)


def set_job_state(ctx: Context, id: int, body: JobStateChange) -> Job:
    row, catalogue = own_job(ctx.store, ctx.member.id, id), ctx.app.catalogue
    if body.state == "active":
        ctx.store.write(lambda tx: publish(tx, catalogue, row.shop_id, id))
    else:
        ctx.store.write(lambda tx: post.close(tx, catalogue, ctx.app.engine, ctx.member.id, id))
    return _mine(ctx, id)


def show_bids(ctx: Context, id: int) -> JobBids:
    show_job(ctx, id)
    found = bidding.visible_bids(ctx.store, get_job(ctx.store, id), _viewer(ctx))
    return JobBids(items=[_bid(row) for row in found])


def create_bid(ctx: Context, id: int, body: NewBid) -> JobBid:
    made = ctx.store.write(lambda tx: bidding.make_bid(tx, ctx.app.engine, id, ctx.member.id, _offer(body)))
    return _bid(bidding.bid_of(ctx.store, made))


def change_bid(ctx: Context, id: int, body: NewBid) -> JobBid:
    ctx.store.write(lambda tx: bidding.change_bid(tx, ctx.app.engine, id, ctx.member.id, _offer(body)))
    return _bid(bidding.bid_of(ctx.store, id))


def change_plan(ctx: Context, id: int, body: NewPlan) -> JobBid:
    ctx.store.write(lambda tx: bidding.change_plan(tx, id, ctx.member.id, _parts(body.plan)))
    return _bid(bidding.bid_of(ctx.store, id))


def fund(ctx: Context, id: int, body: NewFunding) -> deal_shapes.CheckoutState:
    card = tokenise(body.card.number, body.card.expiry, body.card.cvc)
    funding = Funding(body.key, id, [ids.decode(one) for one in body.milestones])
    paid, _ = ctx.app.fund.run(ctx.member.id, funding, card, f"{ctx.origin}/checkout/{{checkout}}/back")
    return as_checkout(ctx, paid)


def show_changes(ctx: Context, id: int) -> ChangeOrders:
    party_of(ctx.store, get_deal(ctx.store, id), ctx.member.id)
    return ChangeOrders(items=[_change(row) for row in change_order.change_orders_of(ctx.store, id)])


def create_change(ctx: Context, id: int, body: NewChange) -> ChangeOrders:
    milestone = None if body.milestone is None else ids.decode(body.milestone)
    wish = Wish(body.amount, body.why, milestone, body.title, body.days)
    ctx.store.write(lambda tx: change_order.propose(tx, id, ctx.member.id, wish))
    return show_changes(ctx, id)


def answer_change(ctx: Context, id: int, body: ChangeAnswer) -> None:
    me, engine = ctx.member.id, ctx.app.engine
    match body.answer:
        case "accepted":
            ctx.store.write(lambda tx: change_order.accept(tx, engine, id, me))
        case "refused":
            ctx.store.write(lambda tx: change_order.refuse(tx, id, me))
        case "withdrawn":
            ctx.store.write(lambda tx: change_order.withdraw(tx, id, me))


def show_questions(ctx: Context, id: int, query: PageQuery) -> QuestionPage:
    found = question.questions_about(ctx.store, id, before=before(query), most=query.limit + 1)
    return _question_page(found, query.limit)


def create_question(ctx: Context, id: int, body: NewQuestion) -> Question:
    asked = ctx.store.write(lambda tx: asking.ask(tx, ctx.member.id, id, body.question))
    return _question(question.get_question(ctx.store, asked))


def answer_question(ctx: Context, id: int, body: NewAnswer) -> Question:
    ctx.store.write(lambda tx: asking.answer(tx, ctx.member.id, id, body.answer))
    return _question(question.get_question(ctx.store, id))


def show_all_questions(ctx: Context, query: PageQuery) -> QuestionPage:
    return _question_page(question.newest_questions(ctx.store, before=before(query), most=query.limit + 1), query.limit)


def remove_question(ctx: Context, id: int, body: QuestionRemoval) -> None:
    ctx.store.write(lambda tx: asking.remove(tx, ctx.member.id, id, body.why))


def _viewer(ctx: Context) -> int | None:
    return ctx.me.id if ctx.me else None


def _mine(ctx: Context, listing_id: int) -> Job:
    return _job(ctx, own_job(ctx.store, ctx.member.id, listing_id))


def _text(body: NewJob) -> JobText:
    listing = ListingText(body.title, ids.decode(body.category), describe(body.description), body.attributes)
    return JobText(
        listing=listing,
        bids_until=body.bids_until,
        country=body.country,
        bidding=body.bidding,
        budget_from=body.budget_from,
        budget_to=body.budget_to,
        wanted_by=body.wanted_by,
        place=body.place,
        postcode=body.postcode,
    )


def _offer(body: NewBid) -> Offer:
    return Offer(body.amount, body.words, body.days, _parts(body.plan))


def _parts(parts: list[JobPart]) -> list[Part]:
    return [Part(part.title, part.share, part.days) for part in parts]


def _job(ctx: Context, row: JobRow) -> Job:
    taken_by = row.taken_by if row.customer_id == _viewer(ctx) else None
    own = {name: getattr(row, name) for name in Job.__struct_fields__ if name not in ("id", "takes_bids", "taken_by")}
    return Job(
        id=ids.encode(row.id),
        takes_bids=row.takes_bids(clock.now()),
        taken_by=None if taken_by is None else ids.encode(taken_by),
        **own,
    )


def _bid(row: bidding.Bid) -> JobBid:
    amounts = plan.stages(row.amount, row.plan) if row.plan else []
    return JobBid(
        id=ids.encode(row.deal_id),
        shop=row.slug,
        name=row.name,
        state=row.state,
        amount=row.amount,
        currency=row.currency,
        words=row.words,
        days=row.days,
        plan=[
            Stage(title=part.title, share=part.share, amount=stage.amount, days=part.days)
            for part, stage in zip(row.plan, amounts, strict=True)
        ],
        changed_at=row.changed_at,
    )


def _change(row: change_order.ChangeOrder) -> ChangeOrder:
    own: dict[str, Any] = {
        name: getattr(row, name) for name in ChangeOrder.__struct_fields__ if name not in ("id", "milestone")
    }
    milestone = None if row.milestone_id is None else ids.encode(row.milestone_id)
    return ChangeOrder(id=ids.encode(row.id), milestone=milestone, **own)


def _question_page(found: list[question.Question], limit: int) -> QuestionPage:
    shown, next_ = cut(found, limit)
    return QuestionPage(items=[_question(row) for row in shown], next=next_)


def _question(row: question.Question) -> Question:
    return Question(
        id=ids.encode(row.id),
        listing=ids.encode(row.listing_id),
        asker=row.asker,
        asked_at=row.asked_at,
        question=row.question,
        answered_at=row.answered_at,
        answer=row.answer,
        removed_why=row.removed_why,
    )


_customers = partial(Endpoint, needs="signed_in", scope="purchases:write")
_craftspeople = partial(Endpoint, needs="signed_in", scope="sales:write")
_moderators = partial(Endpoint, needs="moderator", scope="market:moderate")

ENDPOINTS = [
    Endpoint(
        "GET",
        "/jobs",
        show_jobs,
        "The jobs that you have posted",
        needs="signed_in",
        scope="purchases:read",
        query=PageQuery,
        gives=JobPage,
        errors=(Invalid,),
    ),
    _customers(
        "POST",
        "/jobs",
        create_job,
        "Write a job down",
        takes=NewJob,
        gives=Job,
        status=201,
        errors=(Invalid, NotFound, Refused),
        idempotent=True,
        description="A draft that nobody else sees. You need no shop: one is opened under your own name. Its photos are those of "
        "`/shop/listings/{id}/photos`.",
    ),
    Endpoint("GET", "/jobs/{id:id}", show_job, "A job", gives=Job, errors=(NotFound,)),
    _customers(
        "PUT",
        "/jobs/{id:id}",
        change_job,
        "Change what a job says",
        takes=JobChange,
        gives=Job,
        errors=(Invalid, NotFound, Conflict),
        description="How and until when bids are made stays once somebody has bid.",
    ),
    _customers(
        "PUT",
        "/jobs/{id:id}/state",
        set_job_state,
        "Open a job to bids, or no longer",
        takes=JobStateChange,
        gives=Job,
        errors=(Invalid, NotFound, Refused, Conflict),
    ),
    Endpoint("GET", "/jobs/{id:id}/bids", show_bids, "The bids on a job", gives=JobBids, errors=(NotFound,)),
    _craftspeople(
        "POST",
        "/jobs/{id:id}/bids",
        create_bid,
        "Bid on a job",
        takes=NewBid,
        gives=JobBid,
        status=201,
        errors=(Invalid, NotFound, Refused, Conflict),
        idempotent=True,
        description="One bid of each on a job. It is an order whose customer is the buyer and whose craftsperson the seller: award, accept, "
        "agree and all that follows are its `moves`.",
    ),
    _craftspeople(
        "PUT",
        "/bids/{id:id}",
        change_bid,
        "Change a bid",
        takes=NewBid,
        gives=JobBid,
        errors=(Invalid, NotFound, Refused, Conflict),
    ),
    _craftspeople(
        "PUT",
        "/bids/{id:id}/plan",
        change_plan,
        "Propose other milestones",
        takes=NewPlan,
        gives=JobBid,
        errors=(Invalid, NotFound, Refused),
    ),
    _customers(
        "POST",
        "/agreements/{id:id}/payments",
        fund,
        "Pay milestones in",
        takes=NewFunding,
        gives=deal_shapes.CheckoutState,
        errors=(Invalid, NotFound, Refused, Conflict),
        description="The market holds the money until the work is accepted. Sent again with the same key it answers with the payment as it "
        "stands by then.",
    ),
    Endpoint(
        "GET",
        "/agreements/{id:id}/changes",
        show_changes,
        "What was to be changed about a job under way",
        needs="signed_in",
        scope="purchases:read",
        gives=ChangeOrders,
        errors=(NotFound,),
    ),
    _customers(
        "POST",
        "/agreements/{id:id}/changes",
        create_change,
        "Propose a change of what was agreed",
        takes=NewChange,
        gives=ChangeOrders,
        errors=(Invalid, NotFound, Refused, Conflict),
    ),
    _customers(
        "PUT",
        "/changes/{id:id}/answer",
        answer_change,
        "Answer a change, or withdraw it",
        takes=ChangeAnswer,
        errors=(NotFound, NotAllowed, Refused, Conflict),
    ),
    Endpoint(
        "GET",
        "/listings/{id:id}/questions",
        show_questions,
        "What was asked about a listing",
        query=PageQuery,
        gives=QuestionPage,
        errors=(Invalid,),
    ),
    _customers(
        "POST",
        "/listings/{id:id}/questions",
        create_question,
        "Ask about a listing",
        takes=NewQuestion,
        gives=Question,
        status=201,
        errors=(Invalid, NotFound, Refused, TooMany),
        idempotent=True,
    ),
    _craftspeople(
        "PUT",
        "/questions/{id:id}/answer",
        answer_question,
        "Answer a question about your listing",
        takes=NewAnswer,
        gives=Question,
        errors=(Invalid, NotFound, Conflict),
    ),
    _moderators(
        "GET",
        "/market/questions",
        show_all_questions,
        "What was asked, on all listings",
        query=PageQuery,
        gives=QuestionPage,
        errors=(Invalid,),
    ),
    _moderators(
        "PUT",
        "/market/questions/{id:id}/removal",
        remove_question,
        "Remove a question",
        takes=QuestionRemoval,
        errors=(Invalid, NotFound, Refused),
    ),
]
