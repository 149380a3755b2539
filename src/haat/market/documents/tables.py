from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from haat.store.metadata import Id, metadata

# Invoices and credit notes, whole and as they were issued. Never changed, never deleted.
documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),  # sale, sale_credit, fee, fee_credit
    Column("series", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column(
        "reference", String(80), nullable=False
    ),  # the deal, refund or month that it is about: one document of a kind each
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("deal_id", Id),
    Column("credits_id", Id, ForeignKey("documents.id")),  # the invoice that a credit note takes back
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    Column("issued_at", BigInteger, nullable=False),
    UniqueConstraint("series", "year", "number"),
    UniqueConstraint("kind", "reference"),
    Index(None, "shop_id", "id"),
    Index(None, "deal_id"),
    Index(None, "credits_id"),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("total >= 0 AND tax >= 0", name="total"),
)

# The last number of each series and year. It is counted up in the transaction that writes the document.
document_numbers = Table(
    "document_numbers",
    metadata,
    Column("series", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

# Who a shop is on its invoices.
imprints = Table(
    "imprints",
    metadata,
    Column("shop_id", Id, ForeignKey("shops.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("address", String(200), nullable=False),
    Column("tax_number", String(40), nullable=False),
    Column("set_at", BigInteger, nullable=False),
)
