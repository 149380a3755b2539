"""Change the password, knowing the old one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from haat.kernel.errors import Conflict
from haat.market.accounts import letters, links, passwords, queries
from haat.market.accounts.account import get
from haat.market.accounts.confirm_password import confirm_password
from haat.market.accounts.entries import Entries
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.sessions import end_every_session
from haat.store import Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules


def change_password(
    store: Store, rules: Rules, account_id: int, old: str, new: str, *, session_id: int, address: str
) -> None:
    """Set the new password and sign the account out everywhere but here. Its tokens go on working: programs are not to stop
    because their owner has chosen a better password.

    Raises Invalid (`password` is wrong, `new_password` unfit), TooMany, or Conflict when it was changed elsewhere meanwhile.
    """
    account = get(store, account_id)
    entries = Entries()
    chosen = partial(passwords.chosen, fewest=rules.password_length, email=account.email, name=account.name)
    entries.read("new_password", chosen, new)
    entries.refuse_wrong("This password cannot be used.")
    stored = confirm_password(store, rules, account, old, address)
    fresh = hash_password(new)
    store.write(lambda tx: _change(tx, account_id, stored, fresh, session_id))


def _change(tx: Tx, account_id: int, stored: str, fresh: str, session_id: int) -> None:
    if tx.run(queries.CHANGE_PASSWORD, account=account_id, old_hash=stored, new_hash=fresh) != 1:
        raise Conflict("The password was changed meanwhile.", try_="Sign in again.")
    links.end_all(tx, account_id)
    end_every_session(tx, account_id, but=session_id)
    letters.ask_about_account(tx, letters.PASSWORD_CHANGED, account_id)
