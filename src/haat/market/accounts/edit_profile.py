"""Change name, language and country."""

from __future__ import annotations

from haat.market.accounts import entries, queries
from haat.market.accounts.entries import Entries
from haat.store import Store


def edit_profile(store: Store, account_id: int, *, name: str, language: str, country: str) -> None:
    """Raises Invalid."""
    read = Entries()
    values = {
        "new_name": read.read("name", entries.name, name),
        "new_language": read.read("language", entries.language, language),
        "new_country": read.read("country", entries.country, country),
    }
    read.refuse_wrong("Your profile cannot be saved like this.")
    store.write(lambda tx: tx.run(queries.EDIT_PROFILE, account=account_id, **values))
