"""`haat jobs`: work for later that failed for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from haat.cli.command import Answer, Call, Command, id_of
from haat.cli.output import paint, table
from haat.kernel import clock, ids

if TYPE_CHECKING:
    from haat.jobs.dead import DeadJob
    from haat.store import Store

_AT_ONCE = 200


def _dead(call: Call) -> Answer:
    jobs = list(_all(call.stack.store))
    data = [{**job._asdict(), "id": ids.encode(job.id)} for job in jobs]
    return Answer({"dead": data}, "\n".join(_text(jobs)) or "No job failed for good.")


def _replay(call: Call) -> Answer:
    from haat.jobs import dead

    store, asked = call.stack.store, call.args.job
    if not asked:
        count = dead.replay_all(store)
    else:
        for job in asked:
            dead.replay(store, id_of(job, "job", listed_by="haat jobs dead"))
        count = len(asked)
    text = "1 job runs again." if count == 1 else f"{count:,} jobs run again."
    return Answer({"replayed": count}, text if count else "There was no job to replay.")


def _all(store: Store) -> Iterator[DeadJob]:
    from haat.jobs.dead import list_dead

    page = list_dead(store, most=_AT_ONCE)
    while page:
        yield from page
        page = list_dead(store, before=page[-1].id, most=_AT_ONCE)


def _text(jobs: list[DeadJob]) -> Iterator[str]:
    for job in jobs:
        yield f"{paint(ids.encode(job.id), 'accent')}  {job.topic}  gave up {clock.minute_in_utc(job.died_at)} after {job.attempts} attempts"
        yield table([("why", job.problem), ("job", job.body), ("request", job.request_id or "none")], indent=2)


COMMANDS = {
    "dead": Command(
        _dead,
        shape='{"dead": [{"id": "01h2xcejqtf2n", "topic": "mail.send", "body": "{…}", "attempts": 12, "problem": "…", '
        '"request_id": "…", "created_at": 1767225600000, "died_at": 1767232800000}]}',
    ),
    "replay": Command(_replay, shape='{"replayed": 3}'),
}
