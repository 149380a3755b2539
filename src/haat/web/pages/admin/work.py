"""Work for later: what waits, what is done again and again, and what was given up."""

from __future__ import annotations

from haat.jobs import health
from haat.jobs.dead import DeadJob, list_dead, replay, replay_all
from haat.jobs.schedule import Every, Run, last_runs
from haat.jobs.waiting import list_waiting
from haat.kernel import ids
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, View, attempt, before, known, lasting, part
from haat.web.routes import Page

_MOST_WAITING = 20


def show(ctx: Context) -> Response:
    """GET /admin/jobs."""
    rows = list_dead(ctx.store, before=before(ctx), most=PAGE + 1)
    found = part(ctx, rows, "/admin/jobs", lambda row: int(row.id))
    figures = health.figures(ctx.store)
    runs = {run.task: run for run in last_runs(ctx.store)}
    return admin_page(
        ctx,
        "admin/jobs.html",
        "jobs",
        figures=figures,
        waited=lasting(ctx, figures.oldest_due_ms),
        waiting=[job._asdict() for job in list_waiting(ctx.store, most=_MOST_WAITING)],
        tasks=[_task(ctx, task, runs.get(task.name)) for task in ctx.app.schedule()],
        letters=[_letter(job) for job in found.rows],
        newer=found.newer,
        older=found.older,
    )


def replay_one(ctx: Context, id: int) -> Response:
    """POST /admin/jobs/dead/ID/replay."""
    return attempt(ctx, lambda: replay(ctx.store, id), ctx.gettext("The job runs again."), "/admin/jobs")


def replay_every(ctx: Context) -> Response:
    """POST /admin/jobs/dead/replay."""
    count = replay_all(ctx.store)
    ctx.flash(ctx.gettext("Jobs that run again: %(count)s.", count=count))
    return redirect("/admin/jobs")


def _task(ctx: Context, task: Every, run: Run | None) -> View:
    return {
        "name": known(ctx, task.name),
        "every": lasting(ctx, task.every_ms) if task.every_ms else f"{task.at} UTC",
        "last_at": run.last_at if run and run.last_at else None,
        "outcome": known(ctx, run.outcome) if run else "",
        "is_bad": run is not None and run.outcome.startswith(("It failed", "Broken")),
    }


def _letter(job: DeadJob) -> View:
    return {
        "id": ids.encode(job.id),
        "topic": job.topic,
        "body": job.body,
        "attempts": job.attempts,
        "problem": job.problem,
        "request_id": job.request_id,
        "created_at": job.created_at,
        "died_at": job.died_at,
    }


PAGES = [
    Page("GET", "/admin/jobs", show, needs="administrator"),
    Page("POST", "/admin/jobs/dead/replay", replay_every, needs="administrator"),
    Page("POST", "/admin/jobs/dead/{id:id}/replay", replay_one, needs="administrator"),
]
