"""Promises about invoices and credit notes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select

from haat.market.documents.tables import document_numbers, documents
from haat.market.payments.tables import entries
from haat.market.truth.truth import Check
from haat.store import Reader

_SERIES = (
    select(
        documents.c.series,
        documents.c.year,
        func.min(documents.c.number),
        func.max(documents.c.number),
        func.count(),
        func.max(document_numbers.c.last),
    )
    .outerjoin(
        document_numbers,
        (document_numbers.c.series == documents.c.series) & (document_numbers.c.year == documents.c.year),
    )
    .group_by(documents.c.series, documents.c.year)
)


def _gaps(reader: Reader) -> Iterator[str]:
    for series, year, first, last, count, counted in reader.read(_SERIES):
        if first != 1 or last != count or last != counted:
            yield f"series {series} of {year} has {count} documents from {first} to {last}, and counted {counted}"


_CREDITED = (
    select(documents.c.credits_id, func.sum(documents.c.total).label("total"), func.sum(documents.c.tax).label("tax"))
    .where(documents.c.credits_id.is_not(None))
    .group_by(documents.c.credits_id)
    .subquery()
)
_TOO_MUCH = (
    select(documents.c.id, documents.c.total, _CREDITED.c.total)
    .join(_CREDITED, _CREDITED.c.credits_id == documents.c.id)
    .where(or_(_CREDITED.c.total > documents.c.total, _CREDITED.c.tax > documents.c.tax))
)
_FEES = (
    select(
        documents.c.shop_id,
        documents.c.currency,
        func.sum(case((documents.c.kind == "fee", documents.c.total), else_=-documents.c.total)),
    )
    .where(documents.c.kind.in_(["fee", "fee_credit"]))
    .group_by(documents.c.shop_id, documents.c.currency)
)


def _over_credited(reader: Reader) -> Iterator[str]:
    for id_, total, credited in reader.read(_TOO_MUCH):
        yield f"invoice {id_} is for {total}, its credit notes come to {credited}"
    for shop_id, currency, amount in reader.read(_FEES):
        if amount < 0:
            yield f"shop {shop_id} was given back {-amount} {currency} more commission than it was invoiced"


_STAMPED = (
    select(entries.c.document_id, func.sum(entries.c.amount).label("amount"))
    .where(entries.c.document_id.is_not(None))
    .group_by(entries.c.document_id)
    .subquery()
)
_WRONG_FEES = (
    select(documents.c.id, documents.c.total, _STAMPED.c.amount)
    .outerjoin(_STAMPED, _STAMPED.c.document_id == documents.c.id)
    .where(
        documents.c.kind.in_(["fee", "fee_credit"]),
        documents.c.total != func.abs(func.coalesce(_STAMPED.c.amount, 0)),
    )
)


def _wrong_fees(reader: Reader) -> Iterator[str]:
    for id_, total, amount in reader.read(_WRONG_FEES):
        yield f"invoice {id_} is for {total}, the commission on it comes to {amount}"


CHECKS = (
    Check("numbers", "invoices and credit notes are numbered without gaps", _gaps),
    Check("credits", "credit notes never exceed their invoices", _over_credited),
    Check("fees", "invoices for commission are exactly what was booked", _wrong_fees),
)
