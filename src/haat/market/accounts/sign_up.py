"""Sign up: the answer is the same whether or not the address has an account; only its mailbox tells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from haat.market.accounts import letters, limits, links, passwords, queries
from haat.market.accounts.account import Account, find
from haat.market.accounts.enrol import Person, add_account, read_person
from haat.market.accounts.entries import Entries
from haat.market.accounts.passwords import hash_password
from haat.store import Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules


def sign_up(store: Store, rules: Rules, person: Person, password: str, *, address: str) -> None:
    """Make an account that can be used once its address is confirmed by the link we mail. Raises Invalid, or TooMany from one address.

    An address that has a confirmed account gets a mail that says so instead. One that was never confirmed is signed up anew, so
    nobody can lie in wait with a password of their own.
    """
    person = _checked(person, password, rules.password_length)
    store.write(lambda tx: limits.ask_for_letter(tx, rules, person.email, address))
    password_hash = hash_password(password)
    store.write(lambda tx: _sign_up(tx, person, password_hash))


def ask_for_confirmation(store: Store, rules: Rules, email: str, *, address: str) -> None:
    """Mail the link once more, if the address waits to be confirmed. Raises TooMany."""
    store.write(lambda tx: letters.ask_as_stranger(tx, rules, letters.CONFIRM_ADDRESS, email, address))


def _checked(person: Person, password: str, fewest: int) -> Person:
    entries = Entries()
    person = read_person(person, entries)
    entries.read("password", partial(passwords.chosen, fewest=fewest, email=person.email, name=person.name), password)
    entries.refuse_wrong("You cannot be signed up like this.")
    return person


def _sign_up(tx: Tx, person: Person, password_hash: str) -> None:
    account = find(tx, person.email)
    if account is not None and account.is_verified:
        letters.ask_to_address(tx, letters.ADDRESS_IN_USE, person.email)
        return
    if account is None:
        add_account(tx, person, password_hash, verified_at=None)
    else:
        _replace(tx, account, person, password_hash)
    letters.ask_to_address(tx, letters.CONFIRM_ADDRESS, person.email)


def _replace(tx: Tx, account: Account, person: Person, password_hash: str) -> None:
    links.end_all(tx, account.id)
    tx.run(
        queries.REPLACE_UNVERIFIED,
        account=account.id,
        new_name=person.name,
        new_hash=password_hash,
        new_language=person.language,
        new_country=person.country,
    )
