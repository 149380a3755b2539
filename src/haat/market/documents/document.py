"""Invoices and credit notes: issued once, under the next number of their series and year, and never changed.

The number is counted up in the transaction that writes the document: one that is rolled back takes none, and nobody else can have it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from haat.kernel.errors import NotFound
from haat.kernel.zone import Zone
from haat.market.documents import queries
from haat.market.documents.paper import Paper
from haat.market.documents.tables import document_numbers, documents
from haat.store import Store, Tx

Kind: TypeAlias = Literal["sale", "sale_credit", "fee", "fee_credit"]

_AFTER_ALL = 2**63 - 1
# What numbers begin with. A seller's invoices to buyers are a series of the seller's own.
_PREFIXES: dict[Kind, str] = {"sale": "INV", "sale_credit": "CRN", "fee": "FEE", "fee_credit": "FCN"}


class Rate(Struct, frozen=True):
    """What stands under one rate of tax (basis points), in minor units; `net` is without the tax."""

    rate: int
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


class Content(Struct, frozen=True):
    """What a document says, for programs and on paper."""

    rates: tuple[Rate, ...]
    paper: Paper


class Document(NamedTuple):
    """A row of `documents`; `content` is JSON."""

    id: int
    kind: Kind
    series: str
    year: int
    number: int
    reference: str
    shop_id: int
    deal_id: int | None
    credits_id: int | None
    currency: str
    total: int
    tax: int
    content: str
    issued_at: int

    @property
    def name(self) -> str:
        """`INV-2026-000012`."""
        return name_of(self.kind, self.year, self.number)

    @property
    def rates(self) -> tuple[Rate, ...]:
        return self._content.rates

    @property
    def paper(self) -> Paper:
        return self._content.paper

    @property
    def _content(self) -> Content:
        return msgspec.json.decode(self.content, type=Content)


class Draft(NamedTuple):
    """What is to be issued. `series` is the issuer; `write` is given the name and the instant, and gives the paper."""

    id: int
    kind: Kind
    issuer: str
    reference: str
    shop_id: int
    deal_id: int | None
    credits_id: int | None
    currency: str
    rates: tuple[Rate, ...]
    write: Callable[[str, int], Paper]


def get(store: Store | Tx, document_id: int) -> Document:
    """Raises NotFound."""
    row = store.first(queries.DOCUMENT, id=document_id)
    if row is None:
        raise NotFound("There is no such document.")
    return Document(*row)


def about(tx: Tx, kind: Kind, reference: str) -> Document | None:
    """The document of this kind about something, if it was issued."""
    row = tx.first(queries.DOCUMENT_ABOUT, kind=kind, reference=reference)
    return None if row is None else Document(*row)


def take(tx: Tx, kind: Kind, reference: str) -> Document | None:
    """As `about`; whoever else takes it waits until this transaction has ended."""
    row = tx.first(queries.TAKE_DOCUMENT_ABOUT, kind=kind, reference=reference)
    return None if row is None else Document(*row)


def credits_of(store: Store | Tx, invoice_id: int) -> list[Document]:
    """The credit notes that take back parts of an invoice, oldest first."""
    return [Document(*row) for row in store.read(queries.CREDITS_OF, invoice_id=invoice_id)]


def of_deal(store: Store, deal_id: int) -> list[Document]:
    """Oldest first."""
    return [Document(*row) for row in store.read(queries.OF_DEAL, deal_id=deal_id)]


def of_shop(store: Store, shop_id: int, *, before: int = _AFTER_ALL, most: int = 24) -> list[Document]:
    """What the shop has issued and what was issued to it, newest first."""
    return [Document(*row) for row in store.read(queries.OF_SHOP, shop_id=shop_id, before=before, most=most)]


def of_market(store: Store, *, before: int = _AFTER_ALL, most: int = 24) -> list[Document]:
    """Those of every shop, newest first."""
    return [Document(*row) for row in store.read(queries.OF_MARKET, before=before, most=most)]


def name_of(kind: Kind, year: int, number: int) -> str:
    return f"{_PREFIXES[kind]}-{year}-{number:06d}"


def issue(tx: Tx, draft: Draft, zone: Zone) -> Document:
    """Give the draft its number in the year of this zone, and write it down. A second document about the same thing breaks a rule of the table."""
    series, year = f"{draft.issuer}:{_PREFIXES[draft.kind]}", zone.local(tx.now).year
    number = _next_number(tx, series, year)
    paper = draft.write(name_of(draft.kind, year, number), tx.now)
    document = Document(
        draft.id,
        draft.kind,
        series,
        year,
        number,
        draft.reference,
        draft.shop_id,
        draft.deal_id,
        draft.credits_id,
        draft.currency,
        sum(rate.gross for rate in draft.rates),
        sum(rate.tax for rate in draft.rates),
        msgspec.json.encode(Content(draft.rates, paper)).decode(),
        tx.now,
    )
    tx.insert(documents, **document._asdict())
    return document


def _next_number(tx: Tx, series: str, year: int) -> int:
    if tx.run(queries.COUNT_UP, of_series=series, in_year=year) == 1:
        return int(tx.value(queries.LAST, of_series=series, in_year=year))
    tx.insert(
        document_numbers, series=series, year=year, last=1
    )  # Two at once: one of them breaks the key and comes again.
    return 1
