"""For administrators: mail, work for later, and whether the books are true."""

from __future__ import annotations

from functools import partial

from haat.jobs import dead, health, schedule
from haat.jobs.schedule import Every
from haat.jobs.waiting import WaitingJob, list_waiting
from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound
from haat.market.notices import mail
from haat.market.truth import truth
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Output

_MOST_JOBS = 100


class MailRow(Output, frozen=True):
    """A mail in a list. `carrier` took it at `sent_at`; where there is no mail server it stays here. `problem` is what the last attempt
    said."""

    id: str
    recipient: str
    subject: str
    created_at: int
    sent_at: int | None
    carrier: str | None
    attempts: int
    problem: str | None


class MailPage(Output, frozen=True):
    """Mails, the youngest first."""

    items: list[MailRow]
    next: str | None


class Mail(Output, frozen=True):
    """A mail with what it says, which is empty when it held a link that opens an account and was carried away."""

    mail: MailRow
    text: str
    html: str


class Job(Output, frozen=True):
    """Work for later: what is to be done (`topic`), when, and which worker has it in hand, if one has."""

    id: str
    topic: str
    attempts: int
    run_at: int
    worker: str | None
    request_id: str
    created_at: int


class Jobs(Output, frozen=True):
    """How work for later is doing, counted up to 10,000: how much waits, for how many milliseconds the oldest is due, and what failed for
    good. `items` are those that run next, a hundred at the most."""

    waiting: int
    oldest_due_ms: int
    dead: int
    items: list[Job]


class DeadJob(Output, frozen=True):
    """Work that failed for good: what was to be done (`topic`), with what (`body`, JSON as text), and what the last attempt said."""

    id: str
    topic: str
    body: str
    attempts: int
    problem: str
    request_id: str
    created_at: int
    died_at: int


class DeadJobPage(Output, frozen=True):
    """Dead jobs that nobody has replayed, the youngest first."""

    items: list[DeadJob]
    next: str | None


class Replayed(Output, frozen=True):
    """How many jobs run again."""

    replayed: int


class Task(Output, frozen=True):
    """Something that is done again and again: every so many milliseconds, or each day `at` an hour and minute (UTC). `outcome` is the
    sentence of the last time."""

    name: str
    every_ms: int | None
    at: str | None
    last_at: int | None
    next_at: int | None
    outcome: str | None


class Schedule(Output, frozen=True):
    """All of it."""

    items: list[Task]


class Finding(Output, frozen=True):
    """A promise of the market, and what breaks it: `how_many` things, of which `offending` names some."""

    name: str
    promise: str
    holds: bool
    how_many: int
    offending: list[str]
    seconds: float


class Truth(Output, frozen=True):
    """Whether every promise holds, and each of them."""

    holds: bool
    items: list[Finding]


def show_mails(ctx: Context, query: PageQuery) -> MailPage:
    found = mail.list_mails(ctx.store, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return MailPage(items=[_mail(row) for row in shown], next=next_)


def show_mail(ctx: Context, id: int) -> Mail:
    row = mail.get_mail(ctx.store, id)
    return Mail(mail=_mail(row), text=row.text, html=row.html)


def show_jobs(ctx: Context) -> Jobs:
    items = [_job(row) for row in list_waiting(ctx.store, most=_MOST_JOBS)]
    return Jobs(**health.figures(ctx.store)._asdict(), items=items)


def show_dead_jobs(ctx: Context, query: PageQuery) -> DeadJobPage:
    found = dead.list_dead(ctx.store, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return DeadJobPage(items=[_dead(row) for row in shown], next=next_)


def replay(ctx: Context, id: int) -> None:
    dead.replay(ctx.store, id)


def replay_all(ctx: Context) -> Replayed:
    return Replayed(replayed=dead.replay_all(ctx.store))


def show_schedule(ctx: Context) -> Schedule:
    runs = {run.task: run for run in schedule.last_runs(ctx.store)}
    return Schedule(items=[_task(task, runs.get(task.name)) for task in ctx.app.schedule()])


def show_truth(ctx: Context) -> Truth:
    found = truth.check_all(ctx.store, ctx.app.truths())
    return Truth(holds=all(one.holds for one in found), items=[_finding(one) for one in found])


def _mail(row: mail.KeptMail) -> MailRow:
    return MailRow(
        id=ids.encode(row.id),
        recipient=row.recipient,
        subject=row.subject,
        created_at=row.created_at,
        sent_at=row.sent_at,
        carrier=row.carrier,
        attempts=row.attempts,
        problem=row.problem,
    )


def _job(row: WaitingJob) -> Job:
    return Job(
        id=ids.encode(row.id),
        topic=row.topic,
        attempts=row.attempts,
        run_at=row.run_at,
        worker=row.worker,
        request_id=row.request_id,
        created_at=row.created_at,
    )


def _dead(row: dead.DeadJob) -> DeadJob:
    return DeadJob(
        id=ids.encode(row.id),
        topic=row.topic,
        body=row.body,
        attempts=row.attempts,
        problem=row.problem,
        request_id=row.request_id,
        created_at=row.created_at,
        died_at=row.died_at,
    )


def _task(task: Every, run: schedule.Run | None) -> Task:
    last_at = run.last_at if run and run.last_at else None
    return Task(
        name=task.name,
        every_ms=task.every_ms,
        at=task.at,
        last_at=last_at,
        next_at=None if last_at is None else task.next_after(last_at),
        outcome=run.outcome if run else None,
    )


def _finding(found: truth.Finding) -> Finding:
    return Finding(
        name=found.name,
        promise=found.promise,
        holds=found.holds,
        how_many=found.how_many,
        offending=found.offending,
        seconds=found.seconds,
    )


_administrators = partial(Endpoint, needs="administrator", scope="market:administer")

ENDPOINTS = [
    _administrators(
        "GET", "/market/mails", show_mails, "The outbox of mail", query=PageQuery, gives=MailPage, errors=(Invalid,)
    ),
    _administrators("GET", "/market/mails/{id:id}", show_mail, "One mail", gives=Mail, errors=(NotFound,)),
    _administrators("GET", "/market/jobs", show_jobs, "How work for later is doing", gives=Jobs),
    _administrators(
        "GET",
        "/market/dead-jobs",
        show_dead_jobs,
        "Work that failed for good",
        query=PageQuery,
        gives=DeadJobPage,
        errors=(Invalid,),
    ),
    _administrators(
        "POST",
        "/market/dead-jobs/{id:id}/replays",
        replay,
        "Let a dead job run again",
        errors=(NotFound,),
        idempotent=True,
        description="See to what it failed of first. It runs as if it were new.",
    ),
    _administrators(
        "POST",
        "/market/dead-jobs/replays",
        replay_all,
        "Let every dead job run again",
        gives=Replayed,
        idempotent=True,
    ),
    _administrators("GET", "/market/schedule", show_schedule, "What is done again and again", gives=Schedule),
    _administrators(
        "GET",
        "/market/truth",
        show_truth,
        "Whether the books and shelves are true",
        gives=Truth,
        description="Checks every promise of the market on one picture of the database. In a large market this takes seconds.",
    ),
]
