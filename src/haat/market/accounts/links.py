"""Links in mails: who follows one can read what is sent to an address. Each works once, for a while."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.market.accounts import queries
from haat.market.accounts.secret import hashed
from haat.market.accounts.tables import mail_links
from haat.store import Store, Tx

Purpose: TypeAlias = Literal["confirm", "reset", "move"]

_MOST_IN_AN_HOUR = 5  # nobody's mailbox is to be flooded by somebody who knows their address


class Link(NamedTuple):
    """Whose link it is, the address it was sent to, and when it was used."""

    account_id: int
    email: str
    used_at: int | None


def make(tx: Tx, secret: str, purpose: Purpose, account_id: int, email: str, lasts: int) -> bool:
    """Let a link with this secret work for `lasts` milliseconds; False, and no link, where there were too many lately."""
    tx.alone("links", account_id)
    lately = tx.value(queries.HOW_MANY_LINKS, account_id=account_id, purpose=purpose, since=tx.now - clock.HOUR)
    if lately >= _MOST_IN_AN_HOUR:
        return False
    tx.insert(
        mail_links,
        secret_hash=hashed(secret),
        account_id=account_id,
        purpose=purpose,
        email=email,
        created_at=tx.now,
        expires_at=tx.now + lasts,
    )
    return True


def look(store: Store | Tx, secret: str, purpose: Purpose) -> Link:
    """The link, used or not. Raises NotFound when it never was one, or has run out."""
    row = store.first(queries.LINK, secret_hash=hashed(secret), purpose=purpose, now=clock.now())
    if row is None:
        raise _no_link()
    return Link(*row)


def use(tx: Tx, secret: str, purpose: Purpose) -> Link:
    """Use the link. Raises NotFound when it cannot be used, or not again."""
    link = look(tx, secret, purpose)
    if tx.run(queries.USE_LINK, link=hashed(secret), at=tx.now) != 1:
        raise _no_link()
    return link


def end_all(tx: Tx, account_id: int) -> None:
    """Let none of the account's links work any more."""
    tx.run(queries.END_LINKS, account=account_id, at=tx.now)


def _no_link() -> NotFound:
    return NotFound(
        "This link does not work any more.",
        why="It was used, it has run out, or a newer one took its place.",
        try_="Ask for a new one.",
    )
