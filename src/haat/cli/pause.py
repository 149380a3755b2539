"""`haat pause`: nothing is done by itself for a while. It works while the shop and its database are dead."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command
from haat.cli.memory import memory
from haat.cli.output import table
from haat.kernel import clock
from haat.kernel.ids import encode

if TYPE_CHECKING:
    from haat.ops.procedure.pause import Pause

_MOST = 10


def _begin(call: Call) -> Answer:
    from haat.ops.procedure import pause

    # “for” is a word of the language, so what the parser kept under it has to be asked for by name.
    span = vars(call.args)["for"] or pause.USUAL
    with memory(call) as store:
        begun = pause.begin(store, getpass.getuser(), call.args.why, span)
    return Answer(
        _data(begun),
        f"Nothing is done by itself until {clock.minute_in_utc(begun.until_at)}. `haat pause end` ends it before.",
    )


def _end(call: Call) -> Answer:
    from haat.ops.procedure import pause

    with memory(call) as store:
        pause.end(store, getpass.getuser())
    return Answer({"paused": False}, "Things are done by themselves again.")


def _show(call: Call) -> Answer:
    from haat.ops.procedure import pause

    with memory(call) as store:
        now, last = pause.in_force(store), pause.newest(store, _MOST)
    data = {"paused": now is not None, "pauses": [_data(one) for one in last]}
    rows = [(clock.minute_in_utc(one.began_at), _how_long(one), one.who, one.why) for one in last]
    said = f"{now.said}." if now else "Nothing is paused."
    return Answer(data, "\n\n".join(filter(None, (said, table(rows, indent=2)))))


def _how_long(one: Pause) -> str:
    if one.ended_at is None:
        return f"until {clock.minute_in_utc(one.until_at)}"
    return f"until {clock.minute_in_utc(one.ended_at)}, ended by {one.ended_by}"


def _data(one: Pause) -> dict[str, Any]:
    return {**one._asdict(), "id": encode(one.id)}


_PAUSE = (
    '{"id": "01h2xcejqtf2n", "who": "ada", "why": "The provider works on the network", "began_at": 1767225600000, "until_at": 1767232800000, '
    '"ended_at": null, "ended_by": null}'
)

COMMANDS = {
    "begin": Command(_begin, shape=_PAUSE),
    "end": Command(_end, shape='{"paused": false}'),
    "show": Command(_show, shape=f'{{"paused": true, "pauses": [{_PAUSE}]}}'),
}
