"""Somebody wants to hear nothing more of somebody else."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, delete, exists, or_, select

from haat.kernel.errors import Invalid
from haat.market.accounts.account import get
from haat.market.messages.tables import blocks
from haat.store import Store, Tx


def block(tx: Tx, blocker_id: int, blocked_id: int) -> None:
    """Neither can write to the other, or make them an offer, until it is lifted. Blocking twice is blocking once. Raises NotFound."""
    if blocker_id == blocked_id:
        raise Invalid("You cannot block yourself.", fields={"": "This is you."})
    get(tx, blocked_id)
    if not has_blocked(tx, blocker_id, blocked_id):
        tx.insert(blocks, blocker_id=blocker_id, blocked_id=blocked_id, at=tx.now)


def unblock(tx: Tx, blocker_id: int, blocked_id: int) -> None:
    tx.run(_LIFT, blocker=blocker_id, blocked=blocked_id)


def has_blocked(store: Store | Tx, blocker_id: int, blocked_id: int) -> bool:
    return bool(store.value(_HAS, blocker=blocker_id, blocked=blocked_id))


def is_between(store: Store | Tx, one_id: int, other_id: int) -> bool:
    """Whether one of the two has blocked the other."""
    return bool(store.value(_BETWEEN, one=one_id, other=other_id))


_ONE_WAY = and_(blocks.c.blocker_id == bindparam("one"), blocks.c.blocked_id == bindparam("other"))
_OTHER_WAY = and_(blocks.c.blocker_id == bindparam("other"), blocks.c.blocked_id == bindparam("one"))
_BETWEEN = select(exists().where(or_(_ONE_WAY, _OTHER_WAY)))
_THIS = and_(blocks.c.blocker_id == bindparam("blocker"), blocks.c.blocked_id == bindparam("blocked"))
_HAS = select(exists().where(_THIS))
_LIFT = delete(blocks).where(_THIS)
