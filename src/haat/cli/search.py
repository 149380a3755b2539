"""`haat search`: the search index."""

from __future__ import annotations

from haat.cli.command import Answer, Call, Command
from haat.cli.progress import progress
from haat.kernel.errors import Refused


def _reindex(call: Call) -> Answer:
    from haat.market.search.absent import has_full_text
    from haat.market.search.reindex import reindex

    if not has_full_text(call.stack.store):
        raise Refused("There is no index here.", why=f"Search does not work on {call.app.settings.database.name} yet.")
    done = 0
    with progress("listings", is_silent=call.args.json) as move_on:
        for done in reindex(call.stack.store):
            move_on(done)
    return Answer({"listings": done}, f"{done:,} listings are in the index.")


COMMANDS = {"reindex": Command(_reindex, shape='{"listings": 1280}')}
