"""Sign a program in: it gives address and password once, and works with a token from then on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from haat.kernel import clock
from haat.kernel.errors import Invalid
from haat.market.accounts.sessions import Device
from haat.market.accounts.sign_in import sign_in
from haat.market.accounts.sign_out import sign_out
from haat.market.accounts.tokens import Created, create_token
from haat.store import Store

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules


def issue_token(
    store: Store,
    rules: Rules,
    email: str,
    password: str,
    device: Device,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: int | None = None,
) -> Created:
    """A token for whoever knows the password, limited as signing in is.

    Raises NotRecognised, TooMany and NotAllowed as `sign_in` does, Invalid and Refused as `create_token` does.
    """
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("The token cannot be made like this.", fields={"expires_at": "This has gone by already."})
    started = sign_in(store, rules, email, password, device)
    try:
        return create_token(store, started.account_id, name, scopes, expires_at=expires_at)
    finally:
        sign_out(store, started.secret)
