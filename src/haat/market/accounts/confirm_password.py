"""Type the password again, before something that a borrowed session must not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haat.kernel.errors import Invalid
from haat.market.accounts import limits, passwords, queries
from haat.market.accounts.account import Account
from haat.store import Store

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules


def confirm_password(store: Store, rules: Rules, account: Account, password: str, address: str) -> str:
    """The stored hash behind the right password. Raises Invalid for a wrong one, TooMany as signing in does."""
    attempt_id = store.write(lambda tx: limits.begin(tx, rules, account.email, address))
    stored: str = store.value(queries.PASSWORD_HASH, account_id=account.id)
    if not passwords.is_right(stored, password):
        raise Invalid(
            "This is not your password.", fields={"password": "This is not your password."}, try_="Type it again."
        )
    store.write(lambda tx: limits.succeed(tx, attempt_id))
    return stored
