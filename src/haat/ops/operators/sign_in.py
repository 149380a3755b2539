"""Sign an operator in, know them again, and sign them out.

An attempt is written down before anything is looked at, so a thousand at once are counted as a thousand; it is struck out when it was good.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from haat.kernel import clock
from haat.kernel.errors import NotSignedIn, TooMany
from haat.kernel.ids import new_id
from haat.kernel.passwords import is_right
from haat.ops.operators import codes
from haat.ops.operators.operator import Operator
from haat.ops.tables import operator_attempts, operator_sessions, operators
from haat.store import Row, Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_LASTS = 12 * clock.HOUR
_LONGEST_PASSWORD = 200
_LONGEST_NAME, _LONGEST_ADDRESS = 40, 45


def sign_in(store: Store, rules: Rules, name: str, password: str, code: str, address: str) -> str:
    """The secret of a new session. Raises TooMany, and NotSignedIn, which does not say what of the three was wrong."""
    name, address = name.strip()[:_LONGEST_NAME], address[:_LONGEST_ADDRESS]
    store.write(lambda tx: _begin(tx, rules, name, address))
    found = store.first(_KEYS, name=name)
    operator_id, stored, factor, last_code = found or (0, None, b"", 0)
    is_known = is_right(stored, password[:_LONGEST_PASSWORD])
    count = codes.accepted(factor, code, clock.now(), last_code)
    if not is_known or count is None:
        raise _wrong()
    secret = secrets.token_urlsafe(32)

    def write(tx: Tx) -> None:
        # The keys may have been changed since we looked, or somebody else has used this code.
        if tx.run(_USE_CODE, operator=operator_id, looked_at=stored, count=count) != 1:
            raise _wrong()
        forgive(tx, name)
        tx.run(_SWEEP, now=tx.now)
        tx.insert(
            operator_sessions,
            secret_hash=_hashed(secret),
            operator_id=operator_id,
            address=address,
            began_at=tx.now,
            ends_at=tx.now + _LASTS,
        )

    store.write(write)
    return secret


def behind(store: Store, secret: str) -> Operator | None:
    """Whose session this is, with the role that they have now; None when it has ended."""
    row = store.first(_BEHIND, secret_hash=_hashed(secret), now=clock.now())
    return None if row is None else Operator(*row)


def sign_out(store: Store, secret: str) -> None:
    """End one session."""
    store.write(lambda tx: tx.run(_END, secret_hash=_hashed(secret)))


def end_all(tx: Tx, operator_id: int) -> int:
    """End every session of an operator; returns how many there were."""
    return tx.run(_END_ALL, operator=operator_id)


def forgive(tx: Tx, name: str) -> None:
    """What failed under this name before no longer counts."""
    tx.run(_FORGIVE, name=name)


def _begin(tx: Tx, rules: Rules, name: str, address: str) -> None:
    since = tx.now - rules.sign_in_window
    tx.run(_FORGET, since=since)
    for most, counted in (
        (rules.sign_ins_per_account, tx.first(_UNDER_NAME, name=name)),
        (rules.sign_ins_per_address, tx.first(_FROM_ADDRESS, address=address)),
    ):
        _refuse_too_many(most, counted, since)
    tx.insert(operator_attempts, id=new_id(), name=name, address=address, at=tx.now)


def _refuse_too_many(most: int, counted: Row | None, since: int) -> None:
    count, first_at = counted or (0, None)
    if count >= most and first_at is not None:
        seconds = max(1, (first_at - since) // 1000)
        raise TooMany(
            "Too many attempts to sign in.",
            retry_after=seconds,
            why="Somebody has tried this name, or from this address, again and again.",
            try_=f"Wait {max(1, round(seconds / 60))} minutes. On the machine itself, `haat operators new-password` opens the door at once.",
        )


def _wrong() -> NotSignedIn:
    return NotSignedIn(
        "Name, password and code do not belong together.",
        why="One of them is wrong, or the code was used already.",
        try_="Try again with the next code. The clocks of this machine and of the telephone must agree to half a minute.",
    )


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


_KEYS = select(operators.c.id, operators.c.password_hash, operators.c.factor, operators.c.last_code).where(
    operators.c.name == bindparam("name")
)
_USE_CODE = (
    update(operators)
    .where(
        operators.c.id == bindparam("operator"),
        operators.c.password_hash == bindparam("looked_at"),
        operators.c.last_code < bindparam("count"),
    )
    .values(last_code=bindparam("count"))
)
_BEHIND = (
    select(operators.c.id, operators.c.name, operators.c.role, operators.c.added_at)
    .join(operator_sessions, operator_sessions.c.operator_id == operators.c.id)
    .where(operator_sessions.c.secret_hash == bindparam("secret_hash"), operator_sessions.c.ends_at > bindparam("now"))
)
_END = delete(operator_sessions).where(operator_sessions.c.secret_hash == bindparam("secret_hash"))
_END_ALL = delete(operator_sessions).where(operator_sessions.c.operator_id == bindparam("operator"))
_SWEEP = delete(operator_sessions).where(operator_sessions.c.ends_at <= bindparam("now"))
_COUNTED = select(func.count(), func.min(operator_attempts.c.at))
_UNDER_NAME = _COUNTED.where(operator_attempts.c.name == bindparam("name"))
_FROM_ADDRESS = _COUNTED.where(operator_attempts.c.address == bindparam("address"))
_FORGET = delete(operator_attempts).where(operator_attempts.c.at <= bindparam("since"))
_FORGIVE = delete(operator_attempts).where(operator_attempts.c.name == bindparam("name"))
