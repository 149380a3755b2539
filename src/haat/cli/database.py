"""`haat database`: what the database does now. It asks the database alone, and so works while the shop is dead."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command
from haat.cli.memory import put_on_record
from haat.cli.output import paint, print_line, table
from haat.kernel.errors import Invalid

if TYPE_CHECKING:
    from haat.ops.databases.plan import Node
    from haat.ops.databases.seen import Look, TableSize
    from haat.ops.databases.sessions import Session

_MOST_SHOWN = 100  # characters of a statement in a list


def _look(call: Call) -> Answer:
    from haat.ops.databases.look import look

    found = look(call.settings.database)
    data = {
        "kind": found.kind,
        "version": found.version,
        "figures": {one.name: one.value for one in found.figures},
        **{
            name: [one._asdict() for one in getattr(found, name)]
            for name in ("sessions", "tables", "statements", "unused_indexes", "advice")
        },
        "unseen": found.unseen,
    }
    return Answer(data, "\n".join(_told(found)))


def _told(found: Look) -> Iterator[str]:
    yield paint(found.version, "strong")
    yield table([(one.name, one.said) for one in found.figures], indent=2)
    for title, rows, right in _parts(found):
        if rows:
            yield f"\n{title}"
            yield table(rows, indent=2, right=right)
    if found.unseen:
        yield "\nNot seen"
        yield table([(paint("!", "warning"), one) for one in found.unseen], indent=2)
    yield "\nWhat to do next"
    todo = [(paint("!", "warning"), f"{one.because} {one.do}") for one in found.advice]
    yield table(todo or [(paint("✓", "good"), "Nothing wants attention.")], indent=2)


def _parts(found: Look) -> Iterator[tuple[str, Sequence[Sequence[str]], Sequence[int]]]:
    yield "Who waits for whom", _queue_rows(found.sessions), ()
    busy = [one for one in found.sessions if one.state != "idle"]
    busy.sort(key=lambda one: one.transaction_seconds or one.seconds, reverse=True)
    yield "At work longest", [_session_row(one) for one in busy[:10]], (0, 3)
    yield "Largest tables", [_table_row(one) for one in found.tables], (0, 1, 2)
    slow = [
        (f"{one.total_ms / 1000:,.1f} s", f"{one.calls:,} ×", f"{one.mean_ms:,.1f} ms", one.text[:_MOST_SHOWN])
        for one in found.statements
    ]
    yield "Statements that took most time", slow, (0, 1, 2)
    unused = [(_size(one.bytes), f"{one.name}, of {one.table}") for one in found.unused_indexes]
    yield "Indexes that nobody has used since it counts", unused, (0,)


def _queue_rows(sessions: list[Session]) -> list[tuple[str, ...]]:
    from haat.ops.databases.sessions import queues

    return [
        (
            f"{'   ' * (one.depth - 1)}{'└─ ' if one.depth else ''}{one.session.number}",
            paint(one.session.state, "warning" if one.depth else "bad"),
            f"{one.session.transaction_seconds or one.session.seconds:.1f} s",
            one.session.statement[:_MOST_SHOWN],
        )
        for one in queues(sessions)
    ]


def _table_row(one: TableSize) -> tuple[str, ...]:
    from haat.ops.databases.seen import span

    rows = "" if one.rows is None else f"{one.rows:,} rows"
    dead = "" if one.dead_rows is None else f"{one.dead_rows:,} dead"
    seen = "" if one.upkeep_seconds is None else f", looked at {span(one.upkeep_seconds)} ago"
    return _size(one.bytes), rows, dead, f"{one.name}{seen}"


def _size(count: float) -> str:
    from haat.ops.databases.seen import size

    return size(count)


def _sessions(call: Call) -> Answer:
    from haat.ops.databases.sessions import queues, sessions

    database = call.settings.database
    found = sessions(database)
    heads = [one.session.number for one in queues(found) if one.depth == 0]
    advice = [f"`haat runbook run end-session session={number}` ends what others wait for." for number in heads]
    nobody = (
        "SQLite has no sessions: one process writes at a time." if database.kind == "sqlite" else "Nobody is connected."
    )
    text = table([_session_row(one) for one in found], right=(0, 3)) or nobody
    return Answer({"sessions": [one._asdict() for one in found]}, "\n".join([text, *advice]))


def _session_row(one: Session) -> tuple[str, ...]:
    return (
        str(one.number),
        one.user,
        paint(one.state, "warning" if one.waits_for else "accent"),
        f"{one.seconds:.1f} s",
        f"waits for {one.waits_for}" if one.waits_for else one.waits_on,
        one.statement,
    )


def _explain(call: Call) -> Answer:
    from haat.ops.databases.explain import advice, explain

    node = explain(call.settings.database, call.args.statement)
    thoughts = advice(node)
    text = "\n".join([*_tree(node, "", ""), *([""] if thoughts else []), *thoughts])
    return Answer({"plan": _node_data(node), "advice": thoughts}, text)


def _tree(node: Node, before: str, below: str) -> Iterator[str]:
    known = [f"{node.rows:,} rows" if node.rows is not None else "", f"cost {node.cost:,.1f}" if node.cost else ""]
    figures = ", ".join(filter(None, known))
    yield f"{before}{paint(node.what, 'warning') if node.reads_all else node.what}" + (
        f"  ({figures})" if figures else ""
    )
    for number, one in enumerate(node.below):
        is_last = number == len(node.below) - 1
        yield from _tree(one, below + ("└─ " if is_last else "├─ "), below + ("   " if is_last else "│  "))


def _node_data(node: Node) -> dict[str, Any]:
    return {**node._asdict(), "below": [_node_data(one) for one in node.below]}


def _shell(call: Call) -> None:
    """The shell takes the place of this process. That somebody may write in it is on the record before they can."""
    from haat.ops.databases.shell import shell

    if call.args.json:
        raise Invalid("A shell does not answer in JSON.", try_="`haat database look --json` does.")
    opened = shell(call.settings.database, may_write=call.args.write)
    if call.args.write:
        put_on_record(call, "opened a shell of the database for writing")
    manner = "Whatever you write is written." if call.args.write else "Reading only; --write lets you write."
    print_line(manner, to=sys.stderr)
    os.execvpe(opened.argv[0], opened.argv, {**os.environ, **opened.environ})  # noqa: S606 (no shell reads the words)


_SESSION = (
    '{"number": 4711, "user": "haat", "state": "active", "seconds": 12.5, "waits_for": 4710, "waits_on": "Lock transactionid", '
    '"transaction_seconds": 12.6, "statement": "UPDATE …"}'
)

COMMANDS = {
    "look": Command(
        _look,
        shape='{"kind": "postgresql", "version": "PostgreSQL 15.18", "figures": {"connections": 12, "size": 81000000}, "sessions": ['
        + _SESSION
        + '], "tables": [{"name": "listings", "bytes": 81000000, "rows": 100000, "dead_rows": 12, "upkeep_seconds": 3600.0}], '
        '"statements": [{"text": "SELECT …", "calls": 1200, "mean_ms": 1.5, "total_ms": 1800.0}], "unused_indexes": [{"name": "ix_…", '
        '"table": "listings", "bytes": 8000000}], "advice": [{"because": "Session 4710 holds up another.", "do": "…"}], '
        '"unseen": ["slow statements: …"]}',
    ),
    "sessions": Command(_sessions, shape=f'{{"sessions": [{_SESSION}]}}'),
    "explain": Command(
        _explain,
        shape='{"plan": {"what": "Seq Scan on listings", "rows": 100000, "cost": 4100.0, "reads_all": "listings", "reads_rows": 100000, "below": []}, '
        '"advice": ["It reads all of listings, about 100,000 rows: …"]}',
    ),
    "shell": Command(
        _shell,
        shape='{"error": {"code": "invalid", "what": "A shell does not answer in JSON.", "why": "", "try": "…"}}',
    ),
}
