"""Guessing passwords is limited: by account, whoever tries, and by network address, whichever accounts it tries.

An attempt is written down as failed before the password is looked at, so a thousand at once are counted as a thousand.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from haat.kernel.errors import TooMany
from haat.kernel.ids import new_id
from haat.market.accounts import queries
from haat.market.accounts.tables import sign_in_attempts
from haat.store import Row, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_IPV6_OF_ONE_CUSTOMER = 64  # bits; whoever has one such address has all that begin alike


def begin(tx: Tx, rules: Rules, email: str, address: str) -> int:
    """Write down an attempt; returns its id. Raises TooMany while the account or the address has to wait."""
    since = tx.now - rules.sign_in_window
    network = network_of(address)
    for counted in (network, email):  # Many at once must not all be the first.
        tx.alone("sign in", counted)
    by_account = tx.first(queries.FAILED_ON_ACCOUNT, email=email, since=since)
    by_network = tx.first(queries.FAILED_FROM_ADDRESS, address=network, since=since)
    _refuse_beyond(rules.sign_ins_per_account, by_account, rules.sign_in_window, tx.now)
    _refuse_beyond(rules.sign_ins_per_address, by_network, rules.sign_in_window, tx.now)
    return _write_down(tx, email, network, succeeded=0)


def succeed(tx: Tx, attempt_id: int) -> None:
    """The attempt was good: what failed on this account before no longer counts."""
    tx.run(queries.ATTEMPT_SUCCEEDED, attempt=attempt_id)


def forgive(tx: Tx, email: str) -> None:
    """Somebody has proved in another way who they are: what failed on this account before no longer counts."""
    _write_down(tx, email, "", succeeded=1)


def network_of(address: str) -> str:
    """What stands for one visitor: an IPv4 address, or the network that one customer gets of IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:45]
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    shift = 128 - _IPV6_OF_ONE_CUSTOMER
    return f"{IPv6Address(int(ip) >> shift << shift)}/{_IPV6_OF_ONE_CUSTOMER}"


def _refuse_beyond(most: int, failed: Row | None, window: int, now: int) -> None:
    count, first_at = failed or (0, None)
    if count >= most and first_at is not None:
        seconds = max(1, -(-(first_at + window - now) // 1000))
        raise TooMany(
            "Too many attempts to sign in.",
            retry_after=seconds,
            why="Somebody has tried passwords for this account, or from this address, again and again.",
            try_=f"Wait {max(1, round(seconds / 60))} minutes, or choose a new password by mail.",
        )


def _write_down(tx: Tx, email: str, network: str, succeeded: int) -> int:
    attempt_id = new_id()
    tx.insert(sign_in_attempts, id=attempt_id, email=email, address=network, at=tx.now, succeeded=succeeded)
    return attempt_id
