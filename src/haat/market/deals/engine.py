"""Moves deals. Knows nothing of any one process: what may happen stands in the process, what it does in the effects."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec

from haat.jobs import outbox
from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from haat.kernel.ids import new_id
from haat.market.deals import effects, queries
from haat.market.deals.deal import CLOCK, Actor, Deal, take
from haat.market.deals.process import Move, Process
from haat.market.deals.tables import deal_events
from haat.store import Store, Tx

_log = logging.getLogger(__name__)

MOVED = "deal.moved"
_MOST_AT_ONCE = 100


class Moved(NamedTuple):
    """A deal after a move."""

    deal: Deal
    move: Move


class Engine:
    """Runs processes. `terms` gives each timer's term in milliseconds."""

    def __init__(self, terms: Mapping[str, int]) -> None:
        self._terms = dict(terms)

    def due_at(self, process: Process, state: str, now: int) -> int | None:
        """When the timer of a state that is entered now will go off; None where there is none."""
        timer = process.states[state].timer
        if timer is None:
            return None
        return now + self._terms[timer.after]

    def move(self, tx: Tx, deal_id: int, name: str, by: Actor, given: Mapping[str, Any] | None = None) -> Moved:
        """Make one move.

        Raises NotFound, NotAllowed (this role never may), Refused (not from this state), Invalid (something is missing) or Conflict
        (somebody else moved the deal in between); then nothing has happened.
        """
        deal = take(tx, deal_id)
        move = _allowed(deal, name, by)
        data = _checked(move, given or {})
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
        if target != deal.state:
            after = deal._replace(state=target, state_since=tx.now, due_at=self.due_at(deal.rules, target, tx.now))
            _compare_and_set(tx, deal, after)
        for effect in move.effects:
            effects.ALL[effect](tx, deal, by, data)
        event_id = _record(tx, deal, move, target, by, data)
        if move.tells:
            outbox.tell(tx, MOVED, {"deal": deal.id, "event": event_id, "due": after.due_at})
        return Moved(after, move)


def _allowed(deal: Deal, name: str, by: Actor) -> Move:
    move = deal.rules.move(name)
    if by.role not in move.by:
        raise NotAllowed(f"“{move.title}” is not for you to do.", why=f"Only {' or '.join(move.by)} may.")
    if deal.state not in move.sources:
        raise Refused(
            f"“{move.title}” is not possible now.",
            why=f"The order is: {deal.rules.states[deal.state].title}.",
            try_="Open the order again to see what can be done.",
        )
    return move


def _checked(move: Move, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the move needs, from what was given; the rest is left out."""
    data: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for need in move.needs:
        value = given.get(need)
        if need == "amount":
            if not isinstance(value, int) or value <= 0:
                wrong[need] = "Give an amount above zero."
        elif not isinstance(value, str) or not value.strip():
            wrong[need] = "This is needed."
        elif len(value) > 300:
            wrong[need] = "At most 300 characters."
        data[need] = value.strip() if isinstance(value, str) else value
    if wrong:
        raise Invalid(f"“{move.title}” needs more.", fields=wrong)
    return data


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
        raise Conflict("Somebody else was faster.", why="The order has moved on.", try_="Open it again.")


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
