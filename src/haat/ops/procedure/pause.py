"""A pause: nothing is done by itself for a while, because somebody said so and why. It has an end, whether anybody thinks of it or not."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from haat.config.kinds import Text, Unfit, duration
from haat.kernel import clock
from haat.kernel.errors import Invalid, NotFound
from haat.kernel.ids import new_id
from haat.ops.tables import pauses
from haat.store import Store, Tx

USUAL = "2h"
SPAN = duration("1m", "7d")
WHY = Text("a reason of 1 to 300 characters, on one line", r"[^\x00-\x1f\x7f]{1,300}")


class Pause(NamedTuple):
    """`ended_at` and `ended_by` are None unless somebody ended it before its time."""

    id: int
    who: str
    why: str
    began_at: int
    until_at: int
    ended_at: int | None
    ended_by: str | None

    @property
    def said(self) -> str:
        return f"{self.who} has paused all that goes by itself, until {clock.minute_in_utc(self.until_at)}: {self.why}"


def begin(store: Store, who: str, why: str, span: str = USUAL) -> Pause:
    """Pause for so long; it takes the place of a pause that is in force. Raises Invalid."""
    length = _read(span, why)
    pause_id = new_id()

    def write(tx: Tx) -> Pause:
        tx.run(_END, at=tx.now, by=who, moment=tx.now)
        pause = Pause(pause_id, who, why, tx.now, tx.now + length, None, None)
        tx.insert(pauses, **pause._asdict())
        return pause

    return store.write(write)


def end(store: Store, who: str) -> None:
    """Raises NotFound where nothing is paused."""
    if not store.write(lambda tx: tx.run(_END, at=tx.now, by=who, moment=tx.now)):
        raise NotFound("Nothing is paused.", try_="`haat pause show` tells of the last pauses.")


def in_force(store: Store) -> Pause | None:
    """The pause that holds now, if one does."""
    row = store.first(_IN_FORCE, moment=clock.now())
    return None if row is None else Pause(*row)


def newest(store: Store, most: int) -> list[Pause]:
    """The youngest pauses, youngest first."""
    return [Pause(*row) for row in store.read(_NEWEST, most=most)]


def _read(span: str, why: str) -> int:
    wrong = {}
    for name, value, kind in (("--for", span, SPAN), ("--why", why, WHY)):
        try:
            kind.read(value)
        except Unfit as unfit:
            wrong[name] = f"is “{value}”; expected {unfit.expected}"
    if wrong:
        raise Invalid("That is no pause.", fields=wrong)
    return SPAN.read(span)


_HOLDS: Any = (pauses.c.ended_at.is_(None), pauses.c.until_at > bindparam("moment"))
_IN_FORCE = select(pauses).where(*_HOLDS).order_by(pauses.c.id.desc()).limit(1)
_END = update(pauses).where(*_HOLDS).values(ended_at=bindparam("at"), ended_by=bindparam("by"))
_NEWEST = select(pauses).order_by(pauses.c.id.desc()).limit(bindparam("most"))
