"""`haat migrate`: the schema of the database, in the two steps in which a new release replaces one that runs."""

from __future__ import annotations

from haat.cli.command import Answer, Call, Command
from haat.cli.gone import refuse_gone
from haat.cli.making import all_or_unavailable
from haat.cli.output import table

_WHEN = {"pre": "before the new code", "post": "after it"}


def _status(call: Call) -> Answer:
    from haat.store.migrate import current, missing_from

    at = current(call.app.settings.database)
    missing = missing_from(at)
    rows = [(number, _WHEN[kind], name.replace("_", " ")) for number, kind, name in missing]
    data = {"revision": at, "pending": [revision._asdict() for revision in missing]}
    return Answer(data, table(rows) if rows else f"The database is up to date: revision {at}.")


def _before(call: Call) -> Answer:
    from haat.store.migrate import migrate_before, pending

    refuse_gone(call.app.settings)
    address = call.app.settings.database
    ran = all_or_unavailable(address, migrate_before)
    left = [revision.number for revision in pending(address)]
    said = f"{_in_words(ran)} Now the new code can be started."
    if left:
        said += f" Once only it runs, `haat migrate after` makes the rest: {', '.join(left)}."
    return Answer({"ran": ran, "left": left}, said)


def _after(call: Call) -> Answer:
    from haat.store.migrate import migrate

    refuse_gone(call.app.settings)
    ran = all_or_unavailable(call.app.settings.database, migrate)
    return Answer({"ran": ran, "left": []}, _in_words(ran))


def _in_words(ran: list[str]) -> str:
    return f"Done: {', '.join(ran)}." if ran else "There was nothing to do."


COMMANDS = {
    "status": Command(
        _status,
        shape='{"revision": "0011", "pending": [{"number": "0012", "kind": "pre", "name": "search_on_servers"}]}',
    ),
    "before": Command(_before, shape='{"ran": ["0012"], "left": ["0013"]}'),
    "after": Command(_after, shape='{"ran": ["0013"], "left": []}'),
}
