from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from haat.store.metadata import Id, metadata

# Somebody reports a listing or a person, once each. Never deleted; decided once.
reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("reporter_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("listing_id", Id, ForeignKey("listings.id")),
    Column("person_id", Id, ForeignKey("accounts.id")),
    Column("reason", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Id, ForeignKey("accounts.id")),
    Column("decision", String(10)),  # removed, nothing, suspended
    Column("why", Text),
    UniqueConstraint("reporter_id", "listing_id"),
    UniqueConstraint("reporter_id", "person_id"),
    Index(None, "listing_id", "id"),
    Index(None, "person_id", "id"),
    Index(None, "decided_at", "id"),
    Index(None, "reporter_id", "at"),
    CheckConstraint("(listing_id IS NULL) <> (person_id IS NULL)", name="about_one"),
    CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided"),
    CheckConstraint("decision IS NULL OR decision IN ('removed', 'nothing', 'suspended')", name="decision"),
)
