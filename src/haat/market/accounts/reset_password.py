"""Choose a new password by a link in a mail, having forgotten the old one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from haat.market.accounts import letters, limits, links, passwords, queries
from haat.market.accounts.account import get
from haat.market.accounts.entries import Entries
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.sessions import end_every_session
from haat.market.accounts.tokens import revoke_every_token
from haat.store import Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules


def ask_for_reset(store: Store, rules: Rules, email: str, *, address: str) -> None:
    """Mail a link to the mailbox if it has an account; asking is the same if it has none. Raises TooMany."""
    store.write(lambda tx: letters.ask_as_stranger(tx, rules, letters.RESET_PASSWORD, email, address))


def reset_password(store: Store, rules: Rules, secret: str, password: str) -> None:
    """Set the password, sign the account out everywhere and revoke its tokens: who forgot a password may have been robbed of it.

    Raises NotFound when the link does not work, Invalid.
    """
    account = get(store, links.look(store, secret, "reset").account_id)
    entries = Entries()
    chosen = partial(passwords.chosen, fewest=rules.password_length, email=account.email, name=account.name)
    entries.read("password", chosen, password)
    entries.refuse_wrong("This password cannot be used.")
    fresh = hash_password(password)
    store.write(lambda tx: _reset(tx, secret, fresh))


def _reset(tx: Tx, secret: str, fresh: str) -> None:
    link = links.use(tx, secret, "reset")
    tx.run(queries.SET_PASSWORD, account=link.account_id, new_hash=fresh)
    tx.run(queries.VERIFY, account=link.account_id, proved=link.email, at=tx.now)
    links.end_all(tx, link.account_id)
    end_every_session(tx, link.account_id)
    revoke_every_token(tx, link.account_id)
    limits.forgive(tx, link.email)
    letters.ask_about_account(tx, letters.PASSWORD_RESET, link.account_id)
