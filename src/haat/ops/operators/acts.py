"""What was done to the stack past every procedure: who may sign in, and what was written by hand. Of what procedures do there is the journal."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select

from haat.kernel.ids import new_id
from haat.ops.tables import acts
from haat.store import Store, Tx


class Hand(NamedTuple):
    """Who does something, and by which way in."""

    who: str
    way_in: str


class Act(NamedTuple):
    """What somebody did, and when."""

    who: str
    way_in: str
    what: str
    at: int


def write_down(tx: Tx, by: Hand, what: str) -> None:
    """In the transaction in which it is done: it is not done without being written down."""
    tx.insert(acts, id=new_id(), who=by.who, way_in=by.way_in, what=what, at=tx.now)


def newest(store: Store, most: int) -> list[Act]:
    """The youngest acts, youngest first."""
    return [Act(*row) for row in store.read(_NEWEST, most=most)]


_NEWEST = select(acts.c.who, acts.c.way_in, acts.c.what, acts.c.at).order_by(acts.c.id.desc()).limit(bindparam("most"))
