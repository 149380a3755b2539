"""Moves deals. Knows nothing of any one process: what may happen stands in the process, what it does in the effects."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import msgspec

from haat.jobs import outbox
from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from haat.kernel.ids import new_id
from haat.kernel.zone import UTC_ZONE, Zone
from haat.market.deals import effects, outlook, queries
from haat.market.deals.deal import CHILD, CLOCK, PARENT, RIVAL, Actor, Deal, children, events, take
from haat.market.deals.needs import checked
from haat.market.deals.outlook import Outlook
from haat.market.deals.process import NO_SPAN, Move, Process, Side, Span
from haat.market.deals.tables import deal_events
from haat.store import Row, Store, Tx

_log = logging.getLogger(__name__)

MOVED = "deal.moved"
_MOST_AT_ONCE = 100
MOST_PHOTOS = 60  # that are shown with all moves of a deal


# An effect of a room above is given the engine too: it may begin deals.
EffectAbove: TypeAlias = Callable[["Engine", Tx, Deal, Actor, dict[str, Any]], None]


class Moved(NamedTuple):
    """A deal after a move."""

    deal: Deal
    move: Move


class Engine:
    """Runs processes. `terms` gives each timer's term in milliseconds, `more` the effects that rooms above this one have.

    `zone` is what times are told in.
    """

    def __init__(
        self, terms: Mapping[str, int], more: Mapping[str, EffectAbove] | None = None, zone: Zone = UTC_ZONE
    ) -> None:
        self._terms = dict(terms)
        self._zone = zone
        self._effects: dict[str, effects.Effect] = {
            **effects.ALL,
            **{name: partial(effect, self) for name, effect in (more or {}).items()},
        }

    def due_at(self, process: Process, state: str, now: int, span: Span = NO_SPAN) -> int | None:
        """When the timer of a state that is entered now will go off; None where there is none."""
        timer = process.states[state].timer
        return None if timer is None else timer.goes_off(now, span, self._terms)

    def outlook(self, deal: Deal, side: Side) -> Outlook:
        """What somebody on this side can do now, what the others can, and what happens by itself."""
        return outlook.of(deal, side, self._terms, clock.now())

    def move(self, tx: Tx, deal_id: int, name: str, by: Actor, given: Mapping[str, Any] | None = None) -> Moved:
        """Make one move.

        Raises NotFound, NotAllowed (this role never may), Refused (not from this state, or not at this time), Invalid (something is
        missing) or Conflict (somebody else moved the deal in between); then nothing has happened.
        """
        deal = take(tx, deal_id)
        move = _allowed(deal, name, by)
        outlook.refuse_at_the_wrong_time(deal, move, self._terms, tx.now, self._zone)
        data = checked(move, given or {})
        _refuse_too_many_photos(tx, deal, data)
        return self._make(tx, deal, move, by, data)

    def run_timers(self, store: Store) -> str:
        """Make the moves that time makes. One unit of work a deal: one that fails does not hold up the others."""
        now = clock.now()
        due = moved = last_id = last_due = 0
        while page := store.read(queries.DUE, now=now, after=last_due, after_id=last_id, most=_MOST_AT_ONCE):
            due += len(page)
            moved += sum(self._try_timer(store, deal_id) for deal_id, _ in page)
            last_id, last_due = page[-1]
        return f"Due deals that the clock moved: {moved} of {due}." if due else "No deal was due."

    def _try_timer(self, store: Store, deal_id: int) -> bool:
        try:
            return store.write(partial(self._run_timer, deal_id=deal_id))
        except Exception:
            _log.exception("The clock could not move deal %s; it tries again.", deal_id)
            return False

    def _run_timer(self, tx: Tx, deal_id: int) -> bool:
        deal = take(tx, deal_id)
        timer = deal.rules.states[deal.state].timer
        if timer is None or deal.due_at is None or deal.due_at > tx.now:
            return False
        self._make(tx, deal, deal.rules.move(timer.move), CLOCK, {})
        return True

    def _make(self, tx: Tx, deal: Deal, move: Move, by: Actor, data: dict[str, Any]) -> Moved:
        target = move.target_from(deal.state)
        after = deal
        if target != deal.state or by == CLOCK:
            due_at = self.due_at(deal.rules, target, tx.now, deal.span)
            after = deal._replace(state=target, state_since=tx.now, due_at=due_at)
            _compare_and_set(tx, deal, after)
        for effect in move.effects:
            self._effects[effect](tx, deal, by, data)
        self._make_follow(tx, deal, move)
        self._end_parent(tx, after)
        event_id = _record(tx, deal, move, target, by, data)
        if move.tells:
            outbox.tell(tx, MOVED, {"deal": deal.id, "event": event_id, "due": after.due_at})
        return Moved(after, move)

    def _make_follow(self, tx: Tx, deal: Deal, move: Move) -> None:
        """The deals that belong to it, and those about the same listing, make the moves that this one brings with it."""
        for process, name in move.children.items():
            self._move_each(tx, tx.read(queries.CHILDREN_OF_PROCESS, parent_id=deal.id, process=process), name, PARENT)
        if move.rivals is not None and deal.listing_id is not None:
            others = tx.read(queries.RIVALS, listing_id=deal.listing_id, process=deal.process, but=deal.id)
            self._move_each(tx, others, move.rivals, RIVAL)

    def _end_parent(self, tx: Tx, deal: Deal) -> None:
        """Once the last of the deals that belong to another has ended, the other has."""
        ending = deal.rules.ends_parent
        if ending is None or deal.parent_id is None or not deal.rules.is_final(deal.state):
            return
        take(tx, deal.parent_id)  # Of two that end at the same time, the second has to see the first.
        siblings = children(tx, deal.parent_id)
        if all(one.rules.is_final(one.state) for one in siblings):
            was_paid = any(one.rules.states[one.state].money == "released" for one in siblings)
            self._move_each(tx, [(deal.parent_id,)], ending.paid if was_paid else ending.unpaid, CHILD)

    def _move_each(self, tx: Tx, found: Sequence[Row], name: str, by: Actor) -> None:
        """Those move that stand where the move leads from; for the others there is nothing to do."""
        for (deal_id,) in found:
            deal = take(tx, deal_id)
            move = deal.rules.move(name)
            if deal.state in move.sources:
                self._make(tx, deal, move, by, {})


def _allowed(deal: Deal, name: str, by: Actor) -> Move:
    move = deal.rules.move(name)
    if by.role not in move.by:
        able = " or ".join(deal.rules.called(role) for role in move.by)
        raise NotAllowed(f"“{move.title}” is not for you to do.", why=f"Only {able} may.")
    if deal.state not in move.sources:
        raise Refused(
            f"“{move.title}” is not possible now.",
            why=deal.rules.standing(deal.state),
            try_="Open it again to see what can be done.",
        )
    return move


def _refuse_too_many_photos(tx: Tx, deal: Deal, data: Mapping[str, Any]) -> None:
    if "photos" not in data:
        return
    shown = sum(len(event.given.get("photos", ())) for event in events(tx, deal.id))
    if shown + len(data["photos"]) > MOST_PHOTOS:
        raise Invalid(
            "These are too many photos.",
            fields={
                "photos": f"{shown} of at most {MOST_PHOTOS} photos have been shown already. Say the rest in words."
            },
        )


def _compare_and_set(tx: Tx, before: Deal, after: Deal) -> None:
    rows = tx.run(
        queries.MOVE,
        key=before.id,
        was=before.state,
        was_since=before.state_since,
        becomes=after.state,
        since=after.state_since,
        due=after.due_at,
    )
    if rows != 1:
        raise Conflict("Somebody else was faster.", why="It has moved on.", try_="Open it again.")


def _record(tx: Tx, deal: Deal, move: Move, target: str, by: Actor, data: dict[str, Any]) -> int:
    event_id = new_id()
    tx.insert(
        deal_events,
        id=event_id,
        deal_id=deal.id,
        at=tx.now,
        move=move.name,
        from_state=deal.state,
        to_state=target,
        by_role=by.role,
        by_id=by.id,
        data=msgspec.json.encode(data).decode(),
    )
    return event_id
