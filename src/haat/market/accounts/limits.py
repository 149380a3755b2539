"""What strangers may do is limited: guessing passwords, and having us write letters.

Both are limited by account, whoever tries, and by network address, whichever accounts it tries. An attempt is written down before anything
else is looked at, so a thousand at once are counted as a thousand.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from haat.kernel.errors import TooMany
from haat.kernel.ids import new_id
from haat.market.accounts import queries
from haat.market.accounts.tables import letters_asked, sign_in_attempts
from haat.store import Row, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_IPV6_OF_ONE_CUSTOMER = 64  # bits; whoever has one such address has all that begin alike


def begin(tx: Tx, rules: Rules, email: str, address: str) -> int:
    """Write down an attempt to sign in; returns its id. Raises TooMany while the account or the address has to wait."""
    since = tx.now - rules.sign_in_window
    network = network_of(address)
    _alone(tx, network, email)
    by_account = tx.first(queries.FAILED_ON_ACCOUNT, email=email, since=since)
    by_network = tx.first(queries.FAILED_FROM_ADDRESS, address=network, since=since)
    seconds = max(
        _left_to_wait(rules.sign_ins_per_account, by_account, rules.sign_in_window, tx.now),
        _left_to_wait(rules.sign_ins_per_address, by_network, rules.sign_in_window, tx.now),
    )
    if seconds:
        raise TooMany(
            "Too many attempts to sign in.",
            retry_after=seconds,
            why="Somebody has tried passwords for this account, or from this address, again and again.",
            try_=f"Wait {_minutes(seconds)} minutes, or choose a new password by mail.",
        )
    return _write_down(tx, email, network, succeeded=0)


def succeed(tx: Tx, attempt_id: int) -> None:
    """The attempt was good: what failed on this account before no longer counts."""
    tx.run(queries.ATTEMPT_SUCCEEDED, attempt=attempt_id)


def forgive(tx: Tx, email: str) -> None:
    """Somebody has proved in another way who they are: what failed on this account before no longer counts."""
    _write_down(tx, email, "", succeeded=1)


def ask_for_letter(tx: Tx, rules: Rules, email: str, address: str) -> None:
    """Write down that somebody wants us to write to a mailbox, whether or not there is an account behind it.

    Raises TooMany while the mailbox, or the address that asks, has to wait.
    """
    since = tx.now - rules.letter_window
    network = network_of(address)
    _alone(tx, network, email)
    to_mailbox = tx.first(queries.LETTERS_TO_MAILBOX, email=email, since=since)
    by_network = tx.first(queries.LETTERS_FROM_ADDRESS, address=network, since=since)
    seconds = max(
        _left_to_wait(rules.letters_per_mailbox, to_mailbox, rules.letter_window, tx.now),
        _left_to_wait(rules.letters_per_address, by_network, rules.letter_window, tx.now),
    )
    if seconds:
        raise TooMany(
            "We do not write another letter now.",
            retry_after=seconds,
            why="Too many were asked for, to this mailbox or from this address on the network.",
            try_=f"Look into the mailbox: the newest link counts. Or wait {_minutes(seconds)} minutes.",
        )
    tx.insert(letters_asked, id=new_id(), email=email, address=network, at=tx.now)


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


def _alone(tx: Tx, network: str, email: str) -> None:
    """Many at once must not all be the first; everybody takes the two in this order."""
    tx.alone("attempts from", network)
    tx.alone("attempts of", email)


def _left_to_wait(most: int, counted: Row | None, window: int, now: int) -> int:
    """In seconds, until the first of too many is forgotten; 0 while there are not too many."""
    count, first_at = counted or (0, None)
    if count < most or first_at is None:
        return 0
    left: int = first_at + window - now
    return max(1, -(-left // 1000))


def _minutes(seconds: int) -> int:
    return max(1, round(seconds / 60))


def _write_down(tx: Tx, email: str, network: str, succeeded: int) -> int:
    attempt_id = new_id()
    tx.insert(sign_in_attempts, id=attempt_id, email=email, address=network, at=tx.now, succeeded=succeeded)
    return attempt_id
