"""`haat search`: the search index."""

from __future__ import annotations

from haat.cli.command import Answer, Call, Command
from haat.cli.progress import progress


def _reindex(call: Call) -> Answer:
    from haat.market.search.reindex import reindex

    done = 0
    with progress("listings", is_silent=call.args.json) as move_on:
        for done in reindex(call.stack.store):
            move_on(done)
    return Answer({"listings": done}, f"{done:,} listings are in the index.")


COMMANDS = {"reindex": Command(_reindex, shape='{"listings": 1280}')}
