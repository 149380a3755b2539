"""Make somebody an administrator, on the word of whoever has the machine: for markets whose administrators have left."""

from __future__ import annotations

from haat.kernel.errors import NotFound, Refused
from haat.market.accounts import queries
from haat.market.accounts.account import Account, find
from haat.market.accounts.enrol import ADMINISTRATOR
from haat.market.accounts.roles import TEAM
from haat.market.accounts.tables import grants
from haat.store import Store, Tx


def appoint(store: Store, email: str) -> bool:
    """False when they were one already. Raises NotFound, and Refused where nobody can sign in as them."""
    return store.write(lambda tx: _appoint(tx, email))


def named(reader: Store | Tx, email: str) -> Account:
    """The account of an address. Raises NotFound."""
    account = find(reader, email)
    if account is None:
        raise NotFound(f"Nobody signs in as {email}.", try_="Name the address with which they sign in.")
    return account


def _appoint(tx: Tx, email: str) -> bool:
    tx.alone(TEAM)
    account = named(tx, email)
    if not account.is_verified or account.is_suspended:
        raise Refused(f"{email} cannot be an administrator.", why="Its address is not confirmed, or it is suspended.")
    if tx.first(queries.HAS_ROLE, account_id=account.id, of_role=ADMINISTRATOR) is not None:
        return False
    tx.insert(grants, account_id=account.id, role=ADMINISTRATOR, granted_at=tx.now, granted_by=None)
    return True
