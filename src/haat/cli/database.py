"""`haat database`: what the database does now. It asks the database alone, and so works while the shop is dead."""

from __future__ import annotations

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, table


def _sessions(call: Call) -> Answer:
    from haat.ops.databases.sessions import sessions

    database = call.settings.database
    found = sessions(database)
    rows = [
        (
            str(one.number),
            one.user,
            paint(one.state, "warning" if one.waits_for else "accent"),
            f"{one.seconds:.1f} s",
            f"waits for {one.waits_for}" if one.waits_for else "",
            one.statement,
        )
        for one in found
    ]
    blocking = sorted({one.waits_for for one in found if one.waits_for})
    advice = [f"`haat runbook run end-session session={number}` ends what others wait for." for number in blocking]
    nobody = (
        "SQLite has no sessions: one process writes at a time." if database.kind == "sqlite" else "Nobody is connected."
    )
    text = table(rows, right=(0, 3)) or nobody
    return Answer({"sessions": [one._asdict() for one in found]}, "\n".join([text, *advice]))


COMMANDS = {
    "sessions": Command(
        _sessions,
        shape='{"sessions": [{"number": 4711, "user": "haat", "state": "active", "seconds": 12.5, "waits_for": 4710, "statement": "UPDATE …"}]}',
    )
}
