"""The statements of this room."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from haat.market.accounts.tables import accounts, shops
from haat.market.deals.tables import deals
from haat.market.documents.tables import document_numbers, documents, imprints
from haat.market.payments.tables import entries, movements, refunds

COUNT_UP = (
    update(document_numbers)
    .where(document_numbers.c.series == bindparam("of_series"), document_numbers.c.year == bindparam("in_year"))
    .values(last=document_numbers.c.last + 1)
)
LAST = select(document_numbers.c.last).where(
    document_numbers.c.series == bindparam("of_series"), document_numbers.c.year == bindparam("in_year")
)

_DOCUMENT = select(
    documents.c.id,
    documents.c.kind,
    documents.c.series,
    documents.c.year,
    documents.c.number,
    documents.c.reference,
    documents.c.shop_id,
    documents.c.deal_id,
    documents.c.credits_id,
    documents.c.currency,
    documents.c.total,
    documents.c.tax,
    documents.c.content,
    documents.c.issued_at,
)
DOCUMENT = _DOCUMENT.where(documents.c.id == bindparam("id"))
DOCUMENT_ABOUT = _DOCUMENT.where(documents.c.kind == bindparam("kind"), documents.c.reference == bindparam("reference"))
TAKE_DOCUMENT_ABOUT = DOCUMENT_ABOUT.with_for_update()
CREDITS_OF = _DOCUMENT.where(documents.c.credits_id == bindparam("invoice_id")).order_by(documents.c.id)
OF_DEAL = _DOCUMENT.where(documents.c.deal_id == bindparam("deal_id")).order_by(documents.c.id)
OF_MARKET = (
    _DOCUMENT.where(documents.c.id < bindparam("before")).order_by(documents.c.id.desc()).limit(bindparam("most"))
)
OF_SHOP = OF_MARKET.where(documents.c.shop_id == bindparam("shop_id"))

REFUNDS_OF_DEAL = (
    select(refunds.c.id, refunds.c.amount, refunds.c.reason)
    .where(refunds.c.deal_id == bindparam("deal_id"))
    .order_by(refunds.c.id)
)

IMPRINT = select(
    imprints.c.version, imprints.c.name, imprints.c.address, imprints.c.tax_number, imprints.c.set_at
).where(imprints.c.shop_id == bindparam("shop_id"))
SET_IMPRINT = (
    update(imprints)
    .where(imprints.c.shop_id == bindparam("shop"), imprints.c.version == bindparam("seen"))
    .values(
        version=imprints.c.version + 1,
        name=bindparam("new_name"),
        address=bindparam("new_address"),
        tax_number=bindparam("new_tax_number"),
        set_at=bindparam("at"),
    )
)
SHOP = (
    select(shops.c.name, shops.c.country, accounts.c.language)
    .join(accounts, accounts.c.id == shops.c.owner_id)
    .where(shops.c.id == bindparam("id"))
)
BUYER = select(accounts.c.name, accounts.c.language).where(accounts.c.id == bindparam("id"))

_FEES = (
    select(entries.c.shop_id, entries.c.currency)
    .join(movements, movements.c.id == entries.c.movement_id)
    .where(
        entries.c.account == "commission",
        entries.c.shop_id.is_not(None),
        entries.c.document_id.is_(None),
        movements.c.at < bindparam("end"),
    )
)
SHOPS_WITH_FEES = _FEES.group_by(entries.c.shop_id, entries.c.currency).order_by(entries.c.shop_id, entries.c.currency)
STAMP_FEES = (
    update(entries)
    .where(
        entries.c.account == "commission",
        entries.c.shop_id == bindparam("shop"),
        entries.c.currency == bindparam("in_currency"),
        entries.c.document_id.is_(None),
        entries.c.movement_id.in_(select(movements.c.id).where(movements.c.at < bindparam("end"))),
    )
    .values(document_id=bindparam("document"))
)
STAMPED_FEES = (
    select(movements.c.kind, deals.c.process, func.count(), -func.sum(entries.c.amount))
    .join(movements, movements.c.id == entries.c.movement_id)
    .join(deals, deals.c.id == entries.c.deal_id)
    .where(entries.c.document_id == bindparam("document_id"))
    .group_by(movements.c.kind, deals.c.process)
    .order_by(movements.c.kind, deals.c.process)
)
