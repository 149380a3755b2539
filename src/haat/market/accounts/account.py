"""An account: somebody with an address, who buys; who sells once they open a shop."""

from __future__ import annotations

from typing import NamedTuple

from haat.kernel.errors import NotFound
from haat.market.accounts import queries
from haat.store import Store, Tx

_AFTER_ALL = 2**63 - 1


class Account(NamedTuple):
    """Who somebody is. `email` is in lower case; it is proved once there is a `verified_at`."""

    id: int
    email: str
    name: str
    language: str
    country: str
    created_at: int
    verified_at: int | None
    suspended_at: int | None
    suspended_why: str | None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None


def get(store: Store | Tx, account_id: int) -> Account:
    """Raises NotFound."""
    row = store.first(queries.ACCOUNT, account_id=account_id)
    if row is None:
        raise NotFound("There is no such account.")
    return Account(*row)


def find(store: Store | Tx, email: str) -> Account | None:
    """The account of an address, however it is written."""
    row = store.first(queries.ACCOUNT_BY_EMAIL, email=email.strip().lower())
    return None if row is None else Account(*row)


def list_accounts(store: Store, *, starts_with: str = "", before: int | None = None, most: int = 50) -> list[Account]:
    """Accounts whose address starts with this, youngest first; `before` is the last id of the page before."""
    start = starts_with.strip().lower()
    rows = store.read(
        queries.ACCOUNTS_BEFORE, start=start, end=start + "\U0010ffff", before=before or _AFTER_ALL, most=most
    )
    return [Account(*row) for row in rows]
