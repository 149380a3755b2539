"""Tokens: how programs act for an account. Each may do what its scopes say, and no more than its owner may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from haat.kernel.errors import NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.accounts import entries, queries
from haat.market.accounts.entries import Entries
from haat.market.accounts.secret import hashed, new_secret
from haat.market.accounts.tables import tokens
from haat.store import Store, Tx


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


SCOPES = {
    "account:read": _("See the account, its notices and its shop"),
    "account:write": _("Change the account, its notices and its shop"),
    "listings:read": _("See the shop's listings, drafts too"),
    "listings:write": _("Make, change and end the shop's listings"),
    "purchases:read": _("See what the account has bought"),
    "purchases:write": _("Fill the cart, buy, and ask for returns"),
    "sales:read": _("See what the shop has sold and earned"),
    "sales:write": _("Send, cancel and refund what the shop has sold"),
    "market:moderate": _("Do what a moderator may, if the account is one"),
    "market:administer": _("Do what an administrator may, if the account is one"),
}
PREFIX = "haat_"  # so that people, and programs that look for leaked secrets, know one when they see it
_MOST = 50


class Token(NamedTuple):
    """A token that works, as its owner sees it."""

    id: int
    name: str
    scopes: str
    created_at: int
    used_at: int | None
    expires_at: int | None


class Created(NamedTuple):
    """A new token. The secret is shown once and kept nowhere."""

    id: int
    secret: str


def create_token(
    store: Store, account_id: int, name: str, scopes: Iterable[str], *, expires_at: int | None = None
) -> Created:
    """Make a token. Raises Invalid, or Refused when the account has too many."""
    chosen = set(scopes)
    read = Entries()
    name = read.read("name", entries.name, name[:80])
    read.read("scopes", lambda _: _known(chosen), "")
    read.refuse_wrong("The token cannot be made like this.")
    return store.write(lambda tx: _create(tx, account_id, name, chosen, expires_at))


def list_tokens(store: Store | Tx, account_id: int) -> list[Token]:
    """The tokens of an account that are not revoked, youngest first."""
    return [Token(*row) for row in store.read(queries.TOKENS, account_id=account_id)]


def revoke_token(store: Store, account_id: int, token_id: int) -> None:
    """Let the token work no more. Raises NotFound when it did not work anyway."""
    if store.write(lambda tx: tx.run(queries.REVOKE_TOKEN, token=token_id, account=account_id, at=tx.now)) != 1:
        raise NotFound("There is no such token.", why="It was revoked already.")


def revoke_every_token(tx: Tx, account_id: int) -> int:
    """Let no token of the account work any more; returns how many that revoked."""
    return tx.run(queries.REVOKE_TOKENS, account=account_id, at=tx.now)


def _known(scopes: set[str]) -> str:
    if not scopes:
        raise ValueError("Choose at least one thing that the token may do.")
    if unknown := sorted(scopes - SCOPES.keys()):
        raise ValueError(f"There is no scope “{unknown[0]}”. Choose from {', '.join(SCOPES)}.")
    return ""


def _create(tx: Tx, account_id: int, name: str, scopes: set[str], expires_at: int | None) -> Created:
    tx.alone("tokens", account_id)
    if len(list_tokens(tx, account_id)) >= _MOST:
        raise Refused(f"An account has at most {_MOST} tokens.", try_="Revoke one that is no longer used.")
    created = Created(new_id(), PREFIX + new_secret())
    tx.insert(
        tokens,
        id=created.id,
        account_id=account_id,
        name=name,
        secret_hash=hashed(created.secret),
        scopes=" ".join(scope for scope in SCOPES if scope in scopes),
        created_at=tx.now,
        expires_at=expires_at,
    )
    return created
