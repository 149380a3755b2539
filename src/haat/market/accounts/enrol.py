"""Put somebody down as a member whose address needs no proof: the first administrator, people in demos."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from haat.kernel.ids import new_id
from haat.market.accounts import queries
from haat.market.accounts.entries import Entries, country, email, language, name
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.tables import accounts, grants
from haat.store import Store, Tx

ADMINISTRATOR = "administrator"


class Person(NamedTuple):
    """Who somebody says they are."""

    email: str
    name: str
    language: str
    country: str


def read_person(person: Person, entries: Entries) -> Person:
    """The person as we keep them; what is wrong is left with the entries."""
    return Person(
        email=entries.read("email", email, person.email),
        name=entries.read("name", name, person.name),
        language=entries.read("language", language, person.language),
        country=entries.read("country", country, person.country),
    )


def add_account(tx: Tx, person: Person, password_hash: str, verified_at: int | None) -> int:
    """Add the account of a person whose entries are in order; returns its id."""
    account_id = new_id()
    tx.insert(
        accounts,
        id=account_id,
        **person._asdict(),
        password_hash=password_hash,
        created_at=tx.now,
        verified_at=verified_at,
    )
    return account_id


def enrol(tx: Tx, person: Person, password_hash: str) -> int:
    """The account of the address, made and proved if there is none yet. Raises Invalid."""
    entries = Entries()
    person = read_person(person, entries)
    entries.refuse_wrong("This person cannot be enrolled.")
    row = tx.first(queries.ACCOUNT_BY_EMAIL, email=person.email)
    return int(row[0]) if row else add_account(tx, person, password_hash, verified_at=tx.now)


def random_password() -> str:
    """A password with 80 bits of chance in it, in groups that can be read aloud."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def first_administrator(store: Store, person: Person) -> str | None:
    """See that there is an administrator. Returns the random password of the one that was made, None where there was one before.

    Nobody can learn the password later: show it now, once. If the address has an account already, that account becomes the
    administrator and keeps its password.
    """
    if store.value(queries.HOW_MANY_HAVE, of_role=ADMINISTRATOR):
        return None
    password = random_password()
    password_hash = hash_password(password)

    def make(tx: Tx) -> str | None:
        if tx.value(queries.HOW_MANY_HAVE, of_role=ADMINISTRATOR):
            return None
        account_id = enrol(tx, person, password_hash)
        tx.insert(grants, account_id=account_id, role=ADMINISTRATOR, granted_at=tx.now)
        is_new = tx.value(queries.PASSWORD_HASH, account_id=account_id) == password_hash
        return password if is_new else None

    return store.write(make)
