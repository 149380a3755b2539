"""A process is data: states, moves and timers in one file, checked when it is loaded.

The engine (`engine.py`) runs any process that passes `problems`. What a process may say is what stands here; what its effects do is in
`effects.py`. Versions stay: a deal goes on by the version that it began with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import msgspec

from haat.config.schema import Deals as Terms
from haat.kernel.errors import NotFound, Refused
from haat.market.notices.kinds import NOTICES

FOLDER = Path(__file__).parent / "processes"

Role = Literal["buyer", "seller", "operator", "clock", "gateway"]
Money = Literal["none", "held", "released", "returned"]
Goods = Literal["free", "held", "sold", "sent"]

# What each effect does to the money and to the goods: from where to where.
MONEY_EFFECTS: dict[str, tuple[frozenset[str], str | None]] = {
    "hold_money": (frozenset({"none"}), "held"),
    "release_money": (frozenset({"held"}), "released"),
    "return_money": (frozenset({"held", "released"}), "returned"),
    "return_part": (frozenset({"held", "released"}), None),
}
GOODS_EFFECTS: dict[str, tuple[frozenset[str], str | None]] = {
    "release_goods": (frozenset({"held"}), "free"),
    "sell_goods": (frozenset({"held"}), "sold"),
    "unsell_goods": (frozenset({"sold"}), "free"),
    "send_goods": (frozenset({"sold"}), "sent"),
    "put_goods_back": (frozenset({"sent"}), "free"),
}
NEEDS = frozenset({"amount", "carrier", "parcel", "reason"})


class Timer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After the term `after` (a name in the settings) the clock makes the move."""

    after: str
    move: str


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a deal can be, and where its money and goods are meanwhile."""

    title: str
    money: Money
    goods: Goods
    timer: Timer | None = None


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sources": "from", "target": "to"}):
    """A way from some states to another, or back to the same where `target` is None."""

    name: str
    title: str
    sources: tuple[str, ...]
    by: tuple[Role, ...]
    target: str | None = None
    needs: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    tells: dict[Literal["buyer", "seller"], str] = {}

    def target_from(self, state: str) -> str:
        return self.target or state


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One way of dealing, from the first state to the last."""

    name: str
    version: int
    start: str
    states: dict[str, State]
    moves: tuple[Move, ...]

    def move(self, name: str) -> Move:
        """The move of this name. Raises NotFound."""
        move = self._by_name.get(name)
        if move is None:
            raise NotFound("There is no such move.", why=f"A {self.name} knows no “{name}”.")
        return move

    def moves_from(self, state: str, role: Role) -> list[Move]:
        """What somebody in this role may do now, in the order of the file."""
        return [move for move in self._from[state] if role in move.by]

    def exits(self, state: str) -> list[Move]:
        """Every move that leads out of a state."""
        return [move for move in self._from[state] if move.target_from(state) != state]

    def is_final(self, state: str) -> bool:
        """Nothing more happens by itself here."""
        return self.states[state].timer is None

    @cached_property
    def _by_name(self) -> dict[str, Move]:
        return {move.name: move for move in self.moves}

    @cached_property
    def _from(self) -> dict[str, list[Move]]:
        return {name: [move for move in self.moves if name in move.sources] for name in self.states}


@cache
def load(name: str, version: int) -> Process:
    """Read and check one process. Raises NotFound, or Refused with everything that is wrong with it."""
    path = FOLDER / f"{name}.{version}.toml"
    if not path.is_file():
        raise NotFound("There is no such process.", why=f"Nothing is known of {name}, version {version}.")
    return read(path)


def read(path: Path) -> Process:
    """Read and check a file. Raises Refused with everything that is wrong with it."""
    try:
        process = msgspec.toml.decode(path.read_bytes(), type=Process)
    except msgspec.DecodeError as error:
        raise Refused(
            f"{path.name} is not a process.", why=f"{error}.", try_="Compare it with purchase.1.toml."
        ) from error
    found = list(problems(process))
    if found:
        raise Refused(f"The process {process.name} cannot run.", why=" ".join(found), try_=f"Mend {path.name}.")
    return process


@cache
def newest(name: str) -> Process:
    """The version that new deals begin with."""
    versions = [int(path.name.split(".")[1]) for path in FOLDER.glob(f"{name}.*.toml")]
    return load(name, max(versions, default=1))


def every() -> list[Process]:
    """All processes, each in its newest version."""
    return [newest(name) for name in sorted({rules.name for rules in all_versions()})]


@cache
def all_versions() -> tuple[Process, ...]:
    """All processes, in every version that a deal may still run by."""
    names = (path.name.split(".") for path in sorted(FOLDER.glob("*.toml")))
    return tuple(load(name, int(version)) for name, version, _ in names)


def problems(process: Process) -> Iterator[str]:
    """What is wrong with a process, a sentence each; nothing when it may run."""
    unknown = list(_unknown_names(process))
    yield from unknown
    if unknown:
        return
    yield from _unreachable(process)
    yield from _bad_timers(process)
    yield from _wrong_effects(process)
    yield from _trapped_money(process)


def _unknown_names(process: Process) -> Iterator[str]:
    if process.start not in process.states:
        yield f"It starts in “{process.start}”, which is no state."
    for move in process.moves:
        for state in (*move.sources, *filter(None, [move.target])):
            if state not in process.states:
                yield f"“{move.name}” speaks of “{state}”, which is no state."
        for effect in move.effects:
            if effect not in MONEY_EFFECTS and effect not in GOODS_EFFECTS:
                yield f"“{move.name}” has the effect “{effect}”, which nobody knows."
        for need in move.needs:
            if need not in NEEDS:
                yield f"“{move.name}” needs “{need}”, which nobody can give."
        for notice in move.tells.values():
            if notice not in NOTICES:
                yield f"“{move.name}” tells “{notice}”, which is no notice."
    names = [move.name for move in process.moves]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"“{name}” stands there twice."


def _unreachable(process: Process) -> Iterator[str]:
    for state in process.states.keys() - _reach(process, process.start):
        yield f"Nothing leads to “{state}”."


def _bad_timers(process: Process) -> Iterator[str]:
    names = {move.name: move for move in process.moves}
    for name, state in process.states.items():
        if state.timer is None:
            continue
        if state.timer.after not in Terms._fields:
            yield f"The timer of “{name}” waits for “{state.timer.after}”, which is no term of the settings."
        move = names.get(state.timer.move)
        if move is None or name not in move.sources or "clock" not in move.by:
            yield f"The timer of “{name}” makes the move “{state.timer.move}”, which the clock may not make from there."
        elif move.target_from(name) == name:
            yield f"The timer of “{name}” leads nowhere."


def _wrong_effects(process: Process) -> Iterator[str]:
    for move in process.moves:
        for source in move.sources:
            before, after = process.states[source], process.states[move.target_from(source)]
            if _goes(move, MONEY_EFFECTS, before.money) != after.money:
                yield f"“{move.name}” from “{source}”: money is {before.money} before and {after.money} after, and its effects do not say how."
            if _goes(move, GOODS_EFFECTS, before.goods) != after.goods:
                yield f"“{move.name}” from “{source}”: goods are {before.goods} before and {after.goods} after, and its effects do not say how."


def _goes(move: Move, effects: dict[str, tuple[frozenset[str], str | None]], place: str) -> str | None:
    """Where the effects of a move bring what is at `place`; None when one of them cannot be had there."""
    for effect in move.effects:
        if effect in effects:
            sources, target = effects[effect]
            if place not in sources:
                return None
            place = target or place
    return place


def _trapped_money(process: Process) -> Iterator[str]:
    for name, state in process.states.items():
        if state.money == "held" or state.goods in ("held", "sold"):
            end = _where_time_leads(process, name)
            if end is None or process.states[end].money == "held" or process.states[end].goods in ("held", "sold"):
                yield f"When nobody moves, “{name}” never lets go of its money or goods."
        if state.money == "held" and not any(process.states[s].money == "returned" for s in _reach(process, name)):
            yield f"From “{name}” the buyer can no longer get the money back."


def _where_time_leads(process: Process, name: str) -> str | None:
    seen: set[str] = set()
    names = {move.name: move for move in process.moves}
    while (timer := process.states[name].timer) is not None:
        if name in seen or timer.move not in names:
            return None
        seen.add(name)
        name = names[timer.move].target_from(name)
    return name


def _reach(process: Process, start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for move in process.exits(state):
            target = move.target_from(state)
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached
