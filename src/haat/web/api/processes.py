"""The processes that deals run by, as the engine runs them."""

from __future__ import annotations

from msgspec import field

from haat.market.deals import process
from haat.web.http import Context
from haat.web.routes import Endpoint, Output


class Timer(Output, frozen=True):
    """After the term `after` (a name in the market's settings) the clock makes the move."""

    after: str
    move: str


class State(Output, frozen=True):
    """Where a deal can be. `money` is none, held by the market, released to the seller or returned to the buyer; `goods` are free on the
    shelf, held for the deal, sold and still on the shelf, or sent. `is_final`: nothing more happens by itself."""

    name: str
    title: str
    money: str
    goods: str
    timer: Timer | None
    is_final: bool


class Move(Output, frozen=True):
    """A way from some states to another, or to none when the deal stays where it is: who may make it (buyer, seller, operator, clock,
    gateway), and what has to be given with it."""

    name: str
    title: str
    sources: list[str] = field(name="from")
    target: str | None = field(name="to")
    by: list[str]
    needs: list[str]


class Process(Output, frozen=True):
    """One way of dealing. A deal goes on by the version that it began with."""

    name: str
    version: int
    start: str
    states: list[State]
    moves: list[Move]


class Processes(Output, frozen=True):
    """Every process, in the version that new deals begin with."""

    items: list[Process]


def show_processes(ctx: Context) -> Processes:
    return Processes(items=[_process(rules) for rules in process.every()])


def _process(rules: process.Process) -> Process:
    return Process(
        name=rules.name,
        version=rules.version,
        start=rules.start,
        states=[
            State(
                name=name,
                title=state.title,
                money=state.money,
                goods=state.goods,
                timer=Timer(after=state.timer.after, move=state.timer.move) if state.timer else None,
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
            )
            for move in rules.moves
        ],
    )


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
