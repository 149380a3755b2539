"""The list of operators: put somebody on it, take somebody off, give somebody new keys. Each is on the record, with who did it."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from haat.config.kinds import Kind, Unfit
from haat.config.words import nearest
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.ids import new_id
from haat.kernel.passwords import hash_password
from haat.ops.operators import acts, codes, sign_in
from haat.ops.operators.acts import Hand
from haat.ops.operators.operator import NAME, ROLE, Operator
from haat.ops.tables import operators
from haat.store import IntegrityError, Store, Tx


class Keys(NamedTuple):
    """What an operator signs in with. Nobody can learn it later: the password is kept as a hash, the factor is never shown again."""

    password: str
    factor: bytes


def add(store: Store, name: str, role: str, by: Hand) -> Keys:
    """Put somebody on the list; returns their keys. Raises Invalid, Conflict."""
    _refuse_unfit("name", name, NAME)
    _refuse_unfit("role", role, ROLE)
    keys = _new_keys()
    row = {"id": new_id(), "name": name, "role": role, **_kept(keys)}

    def write(tx: Tx) -> None:
        tx.insert(operators, **row, added_at=tx.now)
        acts.write_down(tx, by, f"let {name} in, with the role “{role}”")

    try:
        store.write(write)
    except IntegrityError as error:
        raise Conflict(
            f"There is an operator “{name}” already.",
            try_=f"`haat operators new-password {name}` gives them new keys; `haat operators list` shows all.",
        ) from error
    return keys


def everybody(store: Store) -> list[Operator]:
    """All of them, by name."""
    return [Operator(*row) for row in store.read(_ALL)]


def renew(store: Store, name: str, by: Hand) -> Keys:
    """New keys for somebody, whose old ones are worth nothing from now on; they are signed out everywhere. Raises NotFound."""
    keys = _new_keys()
    kept = _kept(keys)

    def write(tx: Tx) -> None:
        operator = _named(tx, name)
        tx.run(_RENEW, operator=operator.id, new_hash=kept["password_hash"], new_factor=kept["factor"])
        sign_in.end_all(tx, operator.id)
        sign_in.forgive(tx, name)
        acts.write_down(tx, by, f"gave {name} new keys")

    store.write(write)
    return keys


def remove(store: Store, name: str, by: Hand) -> None:
    """Take somebody off the list; they are signed out everywhere. Raises NotFound."""

    def write(tx: Tx) -> None:
        operator = _named(tx, name)
        sign_in.end_all(tx, operator.id)
        tx.run(_REMOVE, operator=operator.id)
        acts.write_down(tx, by, f"let {name} out, who had the role “{operator.role}”")

    store.write(write)


def sign_out_everywhere(store: Store, name: str, by: Hand) -> int:
    """End every session of somebody; returns how many there were. Raises NotFound."""

    def write(tx: Tx) -> int:
        ended = sign_in.end_all(tx, _named(tx, name).id)
        acts.write_down(tx, by, f"signed {name} out everywhere")
        return ended

    return store.write(write)


def _named(tx: Tx, name: str) -> Operator:
    found = {row[1]: Operator(*row) for row in tx.read(_ALL)}
    if name not in found:
        meant = nearest(name, found)
        raise NotFound(
            f"There is no operator “{name}”.",
            try_=f"Did you mean “{meant}”?" if meant else "`haat operators list` shows all of them.",
        )
    return found[name]


def _new_keys() -> Keys:
    return Keys("-".join(secrets.token_hex(2) for _ in range(5)), codes.new_factor())


def _kept(keys: Keys) -> dict[str, object]:
    return {"password_hash": hash_password(keys.password), "factor": keys.factor, "last_code": 0}


def _refuse_unfit(field: str, value: str, kind: Kind) -> None:
    try:
        kind.read(value)
    except Unfit as error:
        raise Invalid(f"“{value}” cannot be the {field} of an operator.", try_=f"Expected {error.expected}.") from error


_ALL = select(operators.c.id, operators.c.name, operators.c.role, operators.c.added_at).order_by(operators.c.name)
_RENEW = (
    update(operators)
    .where(operators.c.id == bindparam("operator"))
    .values(password_hash=bindparam("new_hash"), factor=bindparam("new_factor"), last_code=0)
)
_REMOVE = delete(operators).where(operators.c.id == bindparam("operator"))
