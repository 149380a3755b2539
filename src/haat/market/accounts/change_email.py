"""Move to another address: asked for with the password, done by the link that is mailed to the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haat.kernel.errors import Conflict
from haat.market.accounts import entries, letters, links, queries
from haat.market.accounts.account import find, get
from haat.market.accounts.confirm_password import confirm_password
from haat.market.accounts.entries import Entries
from haat.store import Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules


def ask_to_change_email(
    store: Store, rules: Rules, account_id: int, email: str, password: str, *, address: str
) -> None:
    """Mail a link to the new address. Raises Invalid, TooMany. Whether it has an account already only its mailbox learns."""
    read = Entries()
    email = read.read("email", entries.email, email)
    read.refuse_wrong("This address cannot be used.")
    confirm_password(store, rules, get(store, account_id), password, address)
    store.write(lambda tx: letters.ask_about_account(tx, letters.CONFIRM_NEW_ADDRESS, account_id, email))


def change_email(store: Store, secret: str) -> None:
    """Make the address that the link was sent to the account's own. Raises NotFound, or Conflict where it has an account by now."""
    store.write(lambda tx: _change(tx, secret))


def _change(tx: Tx, secret: str) -> None:
    link = links.use(tx, secret, "move")
    account = get(tx, link.account_id)
    if find(tx, link.email) is not None:
        raise Conflict("This address has an account already.", try_="Sign in with it, or choose another address.")
    tx.run(queries.CHANGE_EMAIL, account=account.id, old_email=account.email, new_email=link.email, at=tx.now)
    links.end_all(tx, account.id)
    letters.ask_about_account(tx, letters.ADDRESS_CHANGED, account.id, account.email)
