"""`haat process`: the processes that deals follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from haat.market.deals.process import Move, Process, Timer


def _list(call: Call) -> Answer:
    from haat.market.deals.library import all_versions

    rows = [
        (f"{process.name}.{process.version}", f"{len(process.states)} states", f"{len(process.moves)} moves")
        for process in all_versions()
    ]
    data = [{"name": process.name, "version": process.version} for process in all_versions()]
    return Answer({"processes": data}, table(rows))


def _show(call: Call) -> Answer:
    import msgspec

    process = _named(call.args.process)
    return Answer(msgspec.to_builtins(process), f"{_states(process)}\n\n{_moves(process)}")


def _check(call: Call) -> Answer:
    from haat.market.deals.library import read

    process = read(call.args.file)
    name = f"{process.name}.{process.version}"
    text = f"{name} can run: {len(process.states)} states, {len(process.moves)} moves."
    return Answer({"name": process.name, "version": process.version}, text)


def _draw(call: Call) -> Answer:
    from haat.market.deals.draw import standalone

    picture = standalone(_named(call.args.process))
    return Answer({"svg": picture}, picture)


def _named(text: str) -> Process:
    """`purchase.1`, or `purchase` for its newest version. Raises NotFound."""
    from haat.market.deals.library import load, newest

    name, _, version = text.partition(".")
    return load(name, int(version)) if version.isdigit() else newest(text)


def _states(process: Process) -> str:
    rows = [("state", "money", "goods", "by itself")]
    for name, state in process.states.items():
        timer = f"{state.timer.move}, {_when(state.timer)}" if state.timer else ""
        rows.append((paint(name, "accent"), state.money, state.goods, timer))
    return table(rows)


def _when(timer: Timer) -> str:
    if timer.at is None:
        return f"after {timer.after}"
    return f"{timer.after} after {timer.at}" if timer.after else f"at {timer.at}"


def _moves(process: Process) -> str:
    rows = [("move", "by", "to", "does", "from")]
    for move in process.moves:
        target = move.target or "the same"
        sources, does = ", ".join(move.sources), ", ".join(_does(move))
        rows.append((paint(move.name, "accent"), ", ".join(move.by), target, does, sources))
    return table(rows)


def _does(move: Move) -> Iterator[str]:
    """Its effects, and the moves of other deals that it brings with it."""
    yield from move.effects
    yield from (f"{child}.{name}" for child, name in move.children.items())
    if move.rivals is not None:
        yield f"others: {move.rivals}"


COMMANDS = {
    "list": Command(_list, shape='{"processes": [{"name": "purchase", "version": 1}]}'),
    "show": Command(
        _show,
        shape='{"name": "purchase", "version": 1, "start": "unpaid", "states": {"unpaid": {"title": "…", "money": "none", '
        '"goods": "held", "timer": {"after": "pay_within", "move": "expire"}}}, "moves": [{"name": "pay", "title": "…", '
        '"from": ["unpaid"], "by": ["gateway"], "to": "paid", "needs": [], "effects": ["hold_money"], "tells": {}}]}',
    ),
    "check": Command(_check, shape='{"name": "purchase", "version": 2}'),
    "draw": Command(_draw, shape='{"svg": "<svg …"}'),
}
