"""The people who run the market. Buyers need no role, and sellers are those who own a shop."""

from __future__ import annotations

from typing import NamedTuple

from haat.kernel.errors import Invalid, NotAllowed, Refused
from haat.market.accounts import queries
from haat.market.accounts.account import get
from haat.market.accounts.enrol import ADMINISTRATOR
from haat.market.accounts.tables import grants
from haat.store import Store, Tx


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


TEAM = "team"  # Who changes it, or relies on somebody's not being in it, is alone with that.
ROLES = {
    "moderator": _("Sees to listings and people that break the rules"),
    ADMINISTRATOR: _("May do everything, and says who else may"),
}


class Grant(NamedTuple):
    """Somebody who has a role, and who gave it to them; nobody gave it to the first administrator."""

    account_id: int
    name: str
    email: str
    role: str
    granted_at: int
    granted_by: int | None


def team(store: Store) -> list[Grant]:
    """Everybody who has a role, by address."""
    return [Grant(*row) for row in store.read(queries.TEAM)]


def roles_of(store: Store | Tx, account_id: int) -> list[str]:
    """The roles of one account."""
    return [role for (role,) in store.read(queries.ROLES, account_id=account_id)]


def grant_role(store: Store, by: int, account_id: int, role: str) -> None:
    """Give somebody a role; to give it twice changes nothing. Raises Invalid, NotFound, NotAllowed to all but administrators."""
    _refuse_unknown(role)
    store.write(lambda tx: _grant(tx, by, account_id, role))


def revoke_role(store: Store, by: int, account_id: int, role: str) -> None:
    """Take a role away. Raises Refused for the last administrator, NotAllowed to all but administrators."""
    _refuse_unknown(role)
    store.write(lambda tx: _revoke(tx, by, account_id, role))


def require_administrator(tx: Tx, by: int) -> None:
    """Raises NotAllowed."""
    if tx.first(queries.HAS_ROLE, account_id=by, of_role=ADMINISTRATOR) is None:
        raise NotAllowed("Only administrators may do this.")


def _grant(tx: Tx, by: int, account_id: int, role: str) -> None:
    tx.alone(TEAM)
    require_administrator(tx, by)
    account = get(tx, account_id)
    if not account.is_verified or account.is_suspended:
        raise Refused("This account cannot have a role.", why="Its address is not confirmed, or it is suspended.")
    if tx.first(queries.HAS_ROLE, account_id=account_id, of_role=role) is None:
        tx.insert(grants, account_id=account_id, role=role, granted_at=tx.now, granted_by=by)


def _revoke(tx: Tx, by: int, account_id: int, role: str) -> None:
    tx.alone(TEAM)
    require_administrator(tx, by)
    tx.run(queries.REVOKE, account=account_id, of_role=role)
    if role == ADMINISTRATOR and not tx.value(queries.HOW_MANY_HAVE, of_role=ADMINISTRATOR):
        raise Refused(
            "The market needs an administrator.", why="This is the last one.", try_="Make somebody else one first."
        )


def _refuse_unknown(role: str) -> None:
    if role not in ROLES:
        raise Invalid("There is no such role.", fields={"role": f"Choose one of {', '.join(ROLES)}."})
