"""The processes that deals run by, as the engine runs them."""

from __future__ import annotations

from msgspec import field

from haat.market.deals import library, process
from haat.web.http import Context
from haat.web.routes import Endpoint, Output


class Timer(Output, frozen=True):
    """The clock makes the move: after the term `after` (a name in the market's settings) or, with `at`, at an instant of the order
    (starts_at, ends_at) or that long after it."""

    move: str
    after: str | None
    at: str | None


class Limit(Output, frozen=True):
    """An instant of the order (starts_at, ends_at), or a term of the market's settings before or after it."""

    at: str
    before: str | None
    after: str | None


class State(Output, frozen=True):
    """Where a deal can be, and the side that everybody waits for. `money` is none, held by the market, released to the seller or returned to the buyer; `goods` are free on the
    shelf, held for the deal, sold and still on the shelf, or sent. `is_final`: nothing more happens by itself."""

    name: str
    title: str
    money: str
    goods: str
    turn: str | None
    timer: Timer | None
    is_final: bool


class Move(Output, frozen=True):
    """A way from some states to another, or to none when the deal stays where it is: who may make it (buyer, seller, operator, clock,
    gateway, parent, rival), what has to be given with it and what may be, since and until when. `children` are the moves that deals
    which belong to this one make with it, by their process; `rivals` is the move of all other deals about the same listing."""

    name: str
    title: str
    sources: list[str] = field(name="from")
    target: str | None = field(name="to")
    by: list[str]
    needs: list[str]
    takes: list[str]
    since: Limit | None
    until: Limit | None
    children: dict[str, str]
    rivals: str | None


class Process(Output, frozen=True):
    """One way of dealing. A deal goes on by the version that it began with. `kind` is the kind of listing that it is for, `parent` the
    process of the deals that its deals belong to; `roles` says what a role is called in it."""

    name: str
    version: int
    kind: str | None
    parent: str | None
    roles: dict[str, str]
    start: str
    states: list[State]
    moves: list[Move]


class Processes(Output, frozen=True):
    """Every process, in the version that new deals begin with."""

    items: list[Process]


def show_processes(ctx: Context) -> Processes:
    return Processes(items=[_process(rules) for rules in library.every()])


def _process(rules: process.Process) -> Process:
    return Process(
        name=rules.name,
        version=rules.version,
        kind=rules.kind,
        parent=rules.parent,
        roles={role: rules.called(role) for role in process.ROLES},
        start=rules.start,
        states=[
            State(
                name=name,
                title=state.title,
                money=state.money,
                goods=state.goods,
                turn=state.turn,
                timer=_timer(state.timer),
                is_final=rules.is_final(name),
            )
            for name, state in rules.states.items()
        ],
        moves=[
            Move(
                name=move.name,
                title=move.title,
                sources=list(move.sources),
                target=move.target,
                by=list(move.by),
                needs=list(move.needs),
                takes=list(move.takes),
                since=_limit(move.since),
                until=_limit(move.until),
                children=move.children,
                rivals=move.rivals,
            )
            for move in rules.moves
        ],
    )


def _timer(timer: process.Timer | None) -> Timer | None:
    return None if timer is None else Timer(move=timer.move, after=timer.after, at=timer.at)


def _limit(limit: process.Limit | None) -> Limit | None:
    return None if limit is None else Limit(at=limit.at, before=limit.before, after=limit.after)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/processes",
        show_processes,
        "The processes that orders go by",
        gives=Processes,
        description="What each state of an order means, which moves lead from it, who may make them, and what time does by itself.",
    )
]
