"""The statements of the outbox, the dead letters and the schedule."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, or_, select, update

from haat.jobs.tables import dead_jobs, jobs, schedule

TAKE_WAITING = select(jobs.c.id).where(jobs.c.key == bindparam("key")).with_for_update(key_share=True)

_IS_FREE = or_(jobs.c.claimed_until.is_(None), jobs.c.claimed_until <= bindparam("now"))

DUE = (
    select(jobs.c.id, jobs.c.topic, jobs.c.payload, jobs.c.attempts, jobs.c.request_id, jobs.c.created_at)
    .where(jobs.c.run_at <= bindparam("now"), _IS_FREE)
    .order_by(jobs.c.run_at, jobs.c.id)
    .limit(bindparam("most"))
)

# What another worker is taking is left to it.
TAKE_DUE = DUE.with_for_update(skip_locked=True)

# The key goes with the claim: what changes from here on may be too late for this run, and is worth another job.
CLAIM = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), _IS_FREE)
    .values(worker=bindparam("by"), claimed_until=bindparam("until"), attempts=jobs.c.attempts + 1, key=None)
)

_IS_MINE = (
    jobs.c.id == bindparam("job"),
    jobs.c.worker == bindparam("by"),
    jobs.c.attempts == bindparam("attempt"),
)

KEEP = update(jobs).where(*_IS_MINE).values(claimed_until=bindparam("until"))

FINISH = delete(jobs).where(*_IS_MINE)

CLAIMED = select(jobs.c.id, jobs.c.worker).where(jobs.c.worker.is_not(None)).order_by(jobs.c.id)

RELEASE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.worker == bindparam("dead"))
    .values(worker=None, claimed_until=None)
)

PUT_OFF = update(jobs).where(*_IS_MINE).values(worker=None, claimed_until=None, run_at=bindparam("next_at"))

HOW_MANY_WAIT = select(func.count()).select_from(select(jobs.c.id).limit(bindparam("most")).subquery())

OLDEST = select(func.min(jobs.c.run_at))

_IS_DEAD = dead_jobs.c.replayed_at.is_(None)

HOW_MANY_ARE_DEAD = select(func.count()).select_from(
    select(dead_jobs.c.id).where(_IS_DEAD).limit(bindparam("most")).subquery()
)

DEAD_BEFORE = (
    select(
        dead_jobs.c.id,
        dead_jobs.c.topic,
        dead_jobs.c.payload,
        dead_jobs.c.attempts,
        dead_jobs.c.problem,
        dead_jobs.c.request_id,
        dead_jobs.c.created_at,
        dead_jobs.c.died_at,
    )
    .where(_IS_DEAD, dead_jobs.c.id < bindparam("before"))
    .order_by(dead_jobs.c.id.desc())
    .limit(bindparam("most"))
)

DEAD_BY_ID = select(dead_jobs.c.topic, dead_jobs.c.payload, dead_jobs.c.request_id).where(
    dead_jobs.c.id == bindparam("dead"), _IS_DEAD
)

MARK_REPLAYED = (
    update(dead_jobs).where(dead_jobs.c.id == bindparam("dead"), _IS_DEAD).values(replayed_at=bindparam("at"))
)

LAST_RUNS = select(schedule.c.task, schedule.c.last_at)

ALL_RUNS = select(schedule.c.task, schedule.c.last_at, schedule.c.outcome).order_by(schedule.c.task)

CLAIM_TASK = (
    update(schedule)
    .where(schedule.c.task == bindparam("name"), schedule.c.last_at == bindparam("seen"))
    .values(last_at=bindparam("at"), outcome=bindparam("sentence"))
)

STORE_OUTCOME = (
    update(schedule)
    .where(schedule.c.task == bindparam("name"), schedule.c.last_at == bindparam("at"))
    .values(outcome=bindparam("sentence"))
)
