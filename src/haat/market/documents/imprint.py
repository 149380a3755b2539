"""Who a shop is on its invoices: a name, an address, and the number under which it pays tax."""

from __future__ import annotations

from typing import NamedTuple

from haat.kernel.errors import Conflict, Invalid
from haat.market.documents import queries
from haat.market.documents.tables import imprints
from haat.store import IntegrityError, Store, Tx


class Imprint(NamedTuple):
    """`version` is 0 where the shop has said nothing: then its own name stands on its invoices, and its country."""

    version: int
    name: str
    address: str
    tax_number: str
    set_at: int


_NOTHING = Imprint(0, "", "", "", 0)


class NewImprint(NamedTuple):
    """What a seller types; the address on one line."""

    name: str
    address: str
    tax_number: str


def of_shop(store: Store | Tx, shop_id: int) -> Imprint:
    row = store.first(queries.IMPRINT, shop_id=shop_id)
    return _NOTHING if row is None else Imprint(*row)


def set_imprint(store: Store, shop_id: int, new: NewImprint, *, seen: int) -> None:
    """For documents from now on. Raises Invalid with the fields that are wrong, Conflict when `seen` is not the version that holds."""
    check(new)
    try:
        store.write(lambda tx: _set(tx, shop_id, NewImprint(*(part.strip() for part in new)), seen))
    except IntegrityError as error:
        raise _outdated() from error


def check(new: NewImprint) -> None:
    """Raises Invalid with all the fields that are wrong."""
    wrong: dict[str, str] = {}
    if not 1 <= len(new.name.strip()) <= 120:
        wrong["name"] = "Write a name of 1 to 120 characters."
    if not 5 <= len(new.address.strip()) <= 200:
        wrong["address"] = "Write street, postcode and place, in 5 to 200 characters."
    if len(new.tax_number.strip()) > 40:
        wrong["tax_number"] = "At most 40 characters."
    if wrong:
        raise Invalid("This cannot stand on invoices.", fields=wrong)


def _set(tx: Tx, shop_id: int, new: NewImprint, seen: int) -> None:
    if seen == 0:
        tx.insert(imprints, shop_id=shop_id, version=1, set_at=tx.now, **new._asdict())
        return
    said = {"new_name": new.name, "new_address": new.address, "new_tax_number": new.tax_number}
    if tx.run(queries.SET_IMPRINT, shop=shop_id, seen=seen, at=tx.now, **said) != 1:
        raise _outdated()


def _outdated() -> Conflict:
    return Conflict(
        "This was changed meanwhile.",
        why="It is no longer what you were shown.",
        try_="Look at it as it is now, and change it again.",
    )
