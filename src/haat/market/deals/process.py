"""A process is data: states, moves and timers in one file, checked when it is loaded (`library.py`).

The engine (`engine.py`) runs any process that `sound.problems` finds nothing wrong with. What a process may say is what stands here; what
its effects do is in `effects.py`, what its moves may need in `needs.py`. Versions stay: a deal goes on by the version that it began with.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from haat.kernel.errors import NotFound
from haat.market.catalogue.listing import Kind

# Who moves a deal: the two sides, the market's own people, time, the gateway, the deal that it is a part of, the last of its own parts,
# another deal about the same.
Role: TypeAlias = Literal["buyer", "seller", "operator", "clock", "gateway", "parent", "child", "rival"]
Side: TypeAlias = Literal["buyer", "seller", "operator"]
Money: TypeAlias = Literal["none", "held", "released", "returned"]
Goods: TypeAlias = Literal["free", "held", "sold", "sent"]
Tone: TypeAlias = Literal["", "good", "info", "accent", "warn", "bad"]
Edge: TypeAlias = Literal["starts_at", "ends_at"]
SoldBy: TypeAlias = Literal["shop", "market"]


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


ROLES: Mapping[str, str] = {
    "buyer": _("buyer"),
    "seller": _("seller"),
    "operator": _("operator"),
    "clock": _("clock"),
    "gateway": _("gateway"),
    "parent": _("the deal it belongs to"),
    "child": _("the deals that belong to it"),
    "rival": _("another deal about the same"),
}


class Span(NamedTuple):
    """When what a deal is about begins and ends, in milliseconds: a hire, the day a stage of a job is due. None where it has no such instant."""

    starts_at: int | None = None
    ends_at: int | None = None


NO_SPAN = Span()


class Timer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clock makes the move: the term `after` (a name in the settings) from now or, with `at`, from an instant that the deal knows.

    A deal that does not know the instant counts from now. A move that leaves the deal where it is winds the timer up again: it reminds.
    """

    move: str
    after: str | None = None
    at: Edge | None = None

    def goes_off(self, now: int, span: Span, terms: Mapping[str, int]) -> int:
        """When, in a state that is entered now."""
        known = getattr(span, self.at) if self.at else None
        return (now if known is None else known) + (terms[self.after] if self.after else 0)


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An instant that the deal knows, or a term of the settings before or after it. A deal that does not know it has no such limit."""

    at: Edge
    before: str | None = None
    after: str | None = None

    def instant(self, span: Span, terms: Mapping[str, int]) -> int | None:
        known: int | None = getattr(span, self.at)
        if known is None:
            return None
        return known - (terms[self.before] if self.before else 0) + (terms[self.after] if self.after else 0)


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a deal can be, and where its money and goods are meanwhile. `turn` is the side that everybody waits for.

    `says` tells each side how it stands; `%(until)s` in it is when the timer goes off. Deals in a state that is `only` for a side are in the
    lists of that side alone: the buyer of a job does not have every bid among the purchases. `tone` is the colour and `mark` the icon
    by which it is told in lists, where not those that follow from the rest.
    """

    title: str
    money: Money
    goods: Goods
    timer: Timer | None = None
    turn: Side | None = None
    says: dict[Side, str] = {}
    only: Side | None = None
    tone: Tone | None = None
    mark: str | None = None


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sources": "from", "target": "to"}):
    """A way from some states to another, or back to the same where `target` is None.

    `needs` must be given with it, `takes` may be. It is possible `since` and `until` instants of the deal. `children` are the moves that
    the deals of a process which belong to this one make with it, `rivals` the move of all other deals of this process about the same
    listing: each of them that is where the move leads from. `leads_on` marks what the side whose turn it is does when all is well, `grave`
    what gives something up that does not come back.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    by: tuple[Role, ...]
    target: str | None = None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    tells: dict[Literal["buyer", "seller"], str] = {}
    since: Limit | None = None
    until: Limit | None = None
    children: dict[str, str] = {}
    rivals: str | None = None
    leads_on: bool = False
    grave: bool = False
    says: dict[Side, str] = {}

    def target_from(self, state: str) -> str:
        return self.target or state


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The move of the deal that others belong to, once the last of them is at its end: `paid` where money was released for one, or `unpaid`."""

    paid: str
    unpaid: str


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One way of dealing, from the first state to the last.

    `kind` is the kind of listing that it is for; `parent` the process of the deals that its deals belong to, `ends_parent` what those do
    when the last of these has ended. `roles` says what this process calls a role, where not by its own name. `placed` is what it is called
    that a deal begins, `stands` the sentence that says in which state one is. What is `sold_by` the market is its own service to the owner of the shop: such a deal is none of the shop's sales.
    """

    name: str
    version: int
    start: str
    states: dict[str, State]
    moves: tuple[Move, ...]
    kind: Kind | None = None
    parent: str | None = None
    ends_parent: Ending | None = None
    roles: dict[Role, str] = {}
    placed: str = _("Order placed")
    stands: str = _("The order is: %(1)s.")
    sold_by: SoldBy = "shop"

    def move(self, name: str) -> Move:
        """The move of this name. Raises NotFound."""
        move = self._by_name.get(name)
        if move is None:
            raise NotFound("There is no such move.", why=f"A {self.name} knows no “{name}”.")
        return move

    def called(self, role: str) -> str:
        """What somebody in this role is called here."""
        return self.roles.get(role) or ROLES[role]  # type: ignore[call-overload]

    def standing(self, state: str) -> str:
        """In which state a deal is, in a sentence."""
        return self.stands.replace("%(1)s", self.states[state].title)

    def moves_from(self, state: str, role: Role) -> list[Move]:
        """What somebody in this role may do from there, in the order of the file, whatever the time."""
        return [move for move in self._from[state] if role in move.by]

    def exits(self, state: str) -> list[Move]:
        """Every move that leads out of a state."""
        return [move for move in self._from[state] if move.target_from(state) != state]

    def is_final(self, state: str) -> bool:
        """Nothing more happens by itself here."""
        return self.states[state].timer is None

    def tone(self, state: str) -> Tone:
        """How a state looks in a list: well ended, going on, waiting for the seller, for money, or not as hoped; "" where it came to nothing."""
        told = self.states[state]
        if told.tone is not None:
            return told.tone
        if self.is_final(state):
            return "good" if told.money == "released" or (told.money == "none" and told.goods == "sent") else ""
        if told.turn == "operator":
            return "bad"
        if state == self.start:
            return "warn"
        return "accent" if told.turn == "seller" else "info"

    def mark(self, state: str) -> str:
        """The icon of a state."""
        told = self.states[state]
        return told.mark or ("scale" if told.turn == "operator" else _MARKS[self.tone(state)])

    def is_amiss(self, state: str) -> bool:
        """It did not go as it was hoped for when the deal began."""
        return self.tone(state) == "bad" or (self.is_final(state) and self.tone(state) != "good")

    @cached_property
    def _by_name(self) -> dict[str, Move]:
        return {move.name: move for move in self.moves}

    @cached_property
    def _from(self) -> dict[str, list[Move]]:
        return {name: [move for move in self.moves if name in move.sources] for name in self.states}


_MARKS: Mapping[Tone, str] = {
    "good": "good",
    "info": "clock",
    "accent": "clock",
    "warn": "clock",
    "bad": "warning",
    "": "close",
}
