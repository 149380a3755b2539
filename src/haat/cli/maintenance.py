"""`haat maintenance`: what is due each day, each week and each month. It works while the shop and its database are dead."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from haat.cli import runbook
from haat.cli.command import Answer, Call, Command
from haat.cli.memory import memory
from haat.cli.output import paint, table
from haat.kernel import clock
from haat.kernel.errors import Refused
from haat.ops import running

if TYPE_CHECKING:
    from haat.ops.maintenance.look import Done, Standing

_COLOURS = {"overdue": "bad", "failed": "bad", "due": "warning", "done": "good", "waits": "quiet"}


def _list(call: Call) -> Answer:
    from haat.ops.maintenance.look import in_all

    now, found = clock.now(), _look(call)
    overdue = sum(one.is_overdue(now) for one in found)
    rows = [_row(one, now) for one in found]
    data = {"overdue": overdue, "tasks": [_data(one, now) for one in found]}
    return Answer(data, f"{table(rows)}\n\n{in_all(found, now)}")


def _show(call: Call) -> Answer:
    from haat.ops.maintenance.look import task_of

    task, now = task_of(call.settings, call.args.task), clock.now()
    [one] = [one for one in _look(call) if one.task == task]
    return Answer(_data(one, now), "\n".join(_explained(one, now)))


def _run(call: Call) -> Answer:
    from haat.ops.maintenance.look import task_of
    from haat.ops.runbook import procedure

    task = task_of(call.settings, call.args.task)
    if not task.goes_by_itself:
        raise Refused(
            f"“{task.name}” is for a person to do.",
            why=f"{task.title}.",
            try_=f"`{task.look}` helps; then say that it is done: `haat maintenance tick {task.name}`",
        )
    return runbook.start(call, procedure(task.procedure), dict(task.given))


def _tick(call: Call) -> Answer:
    from haat.ops.maintenance import records
    from haat.ops.maintenance.look import task_of

    task, who = task_of(call.settings, call.args.task), getpass.getuser()
    with memory(call) as store:
        records.tick(store, task, who, "cli", call.args.said or "")
    return Answer({"task": task.name, "who": who}, f"{who} has done “{task.name}”: {task.title}.")


def _look(call: Call) -> list[Standing]:
    from haat.ops.maintenance.look import look
    from haat.ops.procedure.journal import Journal

    with memory(call) as store, closing(Journal(running.memory_of(call.settings.data))) as journal:
        return look(store, journal, call.settings)


def _row(one: Standing, now: int) -> tuple[str, ...]:
    state = one.state(now)
    when = f"since {clock.minute_in_utc(one.due_at)}" if one.is_due else f"next {clock.minute_in_utc(one.next_at)}"
    return paint(state, _COLOURS[state]), f"each {one.task.every}", paint(one.task.name, "accent"), when, one.task.title


def _explained(one: Standing, now: int) -> Iterator[str]:
    task = one.task
    yield f"{paint(task.name, 'strong')}: {task.title}."
    yield ""
    given = "".join(f" {name}={value}" for name, value in task.given.items())
    by = f"by itself: {task.procedure}{given}" if task.goes_by_itself else f"by a person, with `{task.look}`"
    rows = [("each", task.every), ("done", by), ("it is", one.state(now))]
    rows += [("last", _done(one.done) if one.done else "never, as far as is remembered")]
    rows += [("in vain", _done(failed)) for failed in one.failed]
    yield table(
        [(paint(name, "quiet"), text) for name, text in [*rows, ("next", clock.minute_in_utc(one.next_at))]], indent=2
    )


def _done(done: Done) -> str:
    return f"{clock.minute_in_utc(done.at)} by {done.who}" + (f": {done.said}" if done.said else "")


def _data(one: Standing, now: int) -> dict[str, Any]:
    return {
        **one.task._asdict(),
        "state": one.state(now),
        "known_at": one.known_at,
        "due_at": one.due_at if one.is_due else None,
        "next_at": one.next_at,
        "done": one.done._asdict() if one.done else None,
        "failed": [failed._asdict() for failed in one.failed],
    }


_TASK = (
    '{"name": "upkeep", "title": "…", "every": "week", "procedure": "upkeep-database", "given": {}, "look": "", "state": "done", '
    '"known_at": 1764547200000, "due_at": null, "next_at": 1767582000000, "done": {"who": "keeper", "at": 1766977200000, "said": "run 01h2xcejqtf2n is done", "run": "01h2xcejqtf2n"}, '
    '"failed": []}'
)

COMMANDS = {
    "list": Command(_list, shape=f'{{"overdue": 0, "tasks": [{_TASK}]}}'),
    "show": Command(_show, shape=_TASK),
    "run": Command(_run, shape=runbook.TOLD),
    "tick": Command(_tick, shape='{"task": "see-errors", "who": "ada"}'),
}
