"""The clerk: writes the documents, and knows who the market is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from haat.kernel.signs import signs_of
from haat.kernel.zone import UTC_ZONE, Zone
from haat.market.documents import imprint, queries
from haat.market.documents.paper import Party, Pen
from haat.market.notices.ports import Words
from haat.store import Store, Tx


class Market(NamedTuple):
    """The market as an issuer. `commission_tax` in basis points is contained in its commission; of the currencies, the first is the main one;
    days, months and years are those of `zone`."""

    name: str
    issuer: str
    address: str
    tax_number: str
    commission_tax: int
    currencies: tuple[str, ...] = ()
    zone: Zone = UTC_ZONE


@dataclass(frozen=True)
class Clerk:
    """`words` gives the messages of a language."""

    store: Store
    words: Callable[[str], Words]
    market: Market

    def pen(self, language: str) -> Pen:
        return Pen.of(language, self.words(language), signs_of(self.market.currencies), self.market.zone)

    def market_as(self, pen: Pen, label: str) -> Party:
        """The market on a document."""
        lines = [self.market.address, _tax_line(pen, self.market.tax_number)]
        return Party(label, self.market.issuer or self.market.name, tuple(line for line in lines if line))


def seller_as(store: Store | Tx, shop_id: int, pen: Pen, label: str) -> Party:
    """A shop on a document: what it has said for its invoices, else its name and country."""
    name, country, _ = store.first(queries.SHOP, id=shop_id) or ("–", "", "")
    said = imprint.of_shop(store, shop_id)
    lines = [name if said.name and said.name != name else "", said.address, pen.country(country)]
    lines.append(_tax_line(pen, said.tax_number))
    return Party(label, said.name or name, tuple(line for line in lines if line))


def _tax_line(pen: Pen, tax_number: str) -> str:
    return pen.text("Tax number %(number)s", number=tax_number) if tax_number else ""
