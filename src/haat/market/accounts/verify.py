"""Confirm an address, by the link that was mailed to it."""

from __future__ import annotations

from haat.market.accounts import links, queries
from haat.market.accounts.account import get
from haat.market.accounts.links import Link
from haat.store import Store, Tx


def verify(store: Store, secret: str) -> None:
    """Confirm the address that the link was sent to; a second click changes nothing. Raises NotFound when it does not work."""
    store.write(lambda tx: _verify(tx, secret))


def _verify(tx: Tx, secret: str) -> None:
    link = links.look(tx, secret, "confirm")
    if not _was_confirmed_by(tx, link):
        links.use(tx, secret, "confirm")
        tx.run(queries.VERIFY, account=link.account_id, proved=link.email, at=tx.now)


def _was_confirmed_by(tx: Tx, link: Link) -> bool:
    account = get(tx, link.account_id)
    return link.used_at is not None and account.is_verified and account.email == link.email
