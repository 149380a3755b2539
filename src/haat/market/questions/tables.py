from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text

from haat.store.metadata import Id, metadata

questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("asked_by", Id, ForeignKey("accounts.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("question", String(2000), nullable=False),
    Column("answered_at", BigInteger),
    Column("answer", Text),
    Column("removed_at", BigInteger),
    Column("removed_by", Id, ForeignKey("accounts.id")),
    Column("removed_why", String(1000)),
    Index(None, "listing_id", "id"),
    Index(None, "asked_by", "asked_at"),
    CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
    CheckConstraint("(removed_at IS NULL) = (removed_why IS NULL)", name="removed"),
)
