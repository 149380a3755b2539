"""What is wrong with a process, before any deal runs by it: a sentence for each thing that could go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from haat.config.schema import Deals as Terms
from haat.config.words import nearest
from haat.market.deals.needs import NEEDS
from haat.market.notices.kinds import NOTICES

if TYPE_CHECKING:
    from haat.market.deals.process import Limit, Move, Process

    Find = Callable[[str], Process | None]

# What each effect does to the money and to the goods: from where to where.
MONEY_EFFECTS: dict[str, tuple[frozenset[str], str | None]] = {
    "hold_money": (frozenset({"none"}), "held"),
    "release_money": (frozenset({"held"}), "released"),
    "return_money": (frozenset({"held", "released"}), "returned"),
    "return_part": (frozenset({"held", "released"}), None),
    "set_price": (frozenset({"none"}), None),
    "keep_claimed": (frozenset({"held"}), "released"),
    "keep_part_of_rent": (frozenset({"held"}), "released"),
    "keep_past_share": (frozenset({"held"}), "released"),
}
GOODS_EFFECTS: dict[str, tuple[frozenset[str], str | None]] = {
    "hold_goods": (frozenset({"free"}), "held"),
    "release_goods": (frozenset({"held"}), "free"),
    "sell_goods": (frozenset({"held"}), "sold"),
    "unsell_goods": (frozenset({"sold"}), "free"),
    "send_goods": (frozenset({"sold"}), "sent"),
    "put_goods_back": (frozenset({"sent"}), "free"),
    "end_listing": (frozenset({"sent"}), None),
}
# What leaves money and goods where they are.
OTHER_EFFECTS = frozenset(
    {
        *("forget_return", "note_return", "reckon_all", "reckon_late_fee", "refuse_beyond_total"),
        *("refuse_while_held", "withdraw_payment"),
    }
)
# The same, of rooms above this one, which hand them to the engine.
EFFECTS_ABOVE = frozenset(
    {"award_job", "begin_milestones", "begin_promotion", "bid_anew", "end_promotion", "reopen_job"}
)
# What a state may be marked with: the icons that the shop draws.
ICONS = frozenset(
    (
        "arrow back basket bell calendar camera card chart check clock close copy down download drag edit error "
        "external eye filter flag globe good grid help hidden home info key leaf left link list lock mail menu minus "
        "mobile money moon more parcel pause people percent person phone photo place play plus print process refresh "
        "refund right scale screen search settings shield sign-out sort spark stall sun tag trash truck up upload "
        "warning"
    ).split()
)
_EFFECTS = MONEY_EFFECTS.keys() | GOODS_EFFECTS.keys() | OTHER_EFFECTS | EFFECTS_ABOVE


def problems(process: Process, find: Find) -> Iterator[str]:
    """What is wrong with a process, a sentence each; nothing when it may run. `find` gives the others that it speaks of."""
    unknown = [*_unknown_names(process), *_unknown_relations(process, find)]
    yield from unknown
    if unknown:
        return
    yield from _unreachable(process)
    yield from _bad_timers(process)
    yield from _wrong_effects(process)
    yield from _trapped_money(process)
    yield from _forgotten_children(process, find)


def _unknown_names(process: Process) -> Iterator[str]:
    if process.start not in process.states:
        yield f"It starts in “{process.start}”, which is no state."
    if "%(1)s" not in process.stands:
        yield "What it `stands` as has no place for the title of the state."
    yield from _unknown_icons(process)
    for move in process.moves:
        for state in (*move.sources, *filter(None, [move.target])):
            if state not in process.states:
                yield f"“{move.name}” speaks of “{state}”, which is no state."
        for effect in move.effects:
            if effect not in _EFFECTS:
                yield f"“{move.name}” has the effect “{effect}”, which nobody knows."
        for need in (*move.needs, *move.takes):
            if need not in NEEDS:
                yield f"“{move.name}” needs “{need}”, which nobody can give."
        for notice in move.tells.values():
            if notice not in NOTICES:
                yield f"“{move.name}” tells “{notice}”, which is no notice."
        for term in _terms_of(move.since, move.until):
            if term not in Terms._fields:
                yield f"“{move.name}” is limited by “{term}”, which is no term of the settings."
    names = [move.name for move in process.moves]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"“{name}” stands there twice."


def _unknown_icons(process: Process) -> Iterator[str]:
    for name, state in process.states.items():
        if state.mark is not None and state.mark not in ICONS:
            yield f"“{name}” is marked with “{state.mark}”, which is no icon."
            if meant := nearest(state.mark, sorted(ICONS)):
                yield f"Is “{meant}” meant?"


def _terms_of(*limits: Limit | None) -> Iterator[str]:
    for limit in limits:
        if limit is not None:
            yield from filter(None, (limit.before, limit.after))


def _unknown_relations(process: Process, find: Find) -> Iterator[str]:
    if process.parent is not None and find(process.parent) is None:
        yield f"It belongs to “{process.parent}”, which is no process."
    yield from _unknown_endings(process, find)
    for move in process.moves:
        if "parent" in move.by and process.parent is None:
            yield f"“{move.name}” is for the deal it belongs to, and it belongs to none."
        if move.rivals is not None and not _may(process, move.rivals, "rival"):
            yield f"“{move.name}” makes its rivals “{move.rivals}”, which no rival may."
        for name, made in move.children.items():
            child = find(name)
            if child is None:
                yield f"“{move.name}” moves deals of “{name}”, which is no process."
            elif child.parent != process.name:
                yield f"“{move.name}” moves deals of “{name}”, which do not belong to it."
            elif not _may(child, made, "parent"):
                yield f"“{move.name}” makes “{made}” of “{name}”, which is not for the deal it belongs to."


def _unknown_endings(process: Process, find: Find) -> Iterator[str]:
    ending, parent = process.ends_parent, find(process.parent) if process.parent else None
    if ending is not None and parent is None:
        yield "It ends the deals it belongs to, and it belongs to none."
    elif ending is not None and parent is not None:
        for name in (ending.paid, ending.unpaid):
            if not _may(parent, name, "child"):
                yield f"It ends {parent.name} by “{name}”, which is not for the deals that belong to it."


def _may(process: Process, name: str, role: str) -> bool:
    return any(move.name == name and role in move.by for move in process.moves)


def _unreachable(process: Process) -> Iterator[str]:
    for state in process.states.keys() - _reach(process, process.start):
        yield f"Nothing leads to “{state}”."


def _bad_timers(process: Process) -> Iterator[str]:
    names = {move.name: move for move in process.moves}
    for name, state in process.states.items():
        if state.timer is None:
            continue
        if state.timer.after is None and state.timer.at is None:
            yield f"The timer of “{name}” does not say when: give it a term or an instant."
        if state.timer.after is not None and state.timer.after not in Terms._fields:
            yield f"The timer of “{name}” waits for “{state.timer.after}”, which is no term of the settings."
        move = names.get(state.timer.move)
        if move is None or name not in move.sources or "clock" not in move.by:
            yield f"The timer of “{name}” makes the move “{state.timer.move}”, which the clock may not make from there."
        elif move.target_from(name) == name and (state.timer.at is not None or state.timer.after is None):
            yield f"The timer of “{name}” leads nowhere, and would go off again at once: let it remind `after` a term."


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


def _forgotten_children(process: Process, find: Find) -> Iterator[str]:
    """Deals that belong to another end with it: each state has a timer, or every end of the other moves it on."""
    parent = find(process.parent) if process.parent else None
    if parent is None:
        return
    waiting = [name for name in process.states if process.is_final(name) and process.exits(name)]
    ends = [
        move for move in parent.moves if move.target and parent.is_final(move.target) and not parent.exits(move.target)
    ]
    for state in waiting:
        onward = {move.name for move in process.moves_from(state, "parent") if move.target_from(state) != state}
        for end in ends:
            if end.children.get(process.name) not in onward:
                yield f"When “{end.name}” ends {parent.name}, “{state}” is left behind: give it a timer, or let “{end.name}” move it."


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
