from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from haat.store.metadata import Id, metadata

# Two people about one listing: who asks, and whose it is. `…_read` is the last message that each has seen.
conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("asker_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("owner_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_id", Id, nullable=False),  # the newest message
    Column("asker_read", Id, nullable=False),
    Column("owner_read", Id, nullable=False),
    UniqueConstraint("listing_id", "asker_id"),
    Index(None, "asker_id", "last_id"),
    Index(None, "owner_id", "last_id"),
    CheckConstraint("asker_id <> owner_id", name="two_people"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("sender_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "conversation_id", "id"),
    Index(None, "sender_id", "at"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("blocker_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("blocked_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    CheckConstraint("blocker_id <> blocked_id", name="two_people"),
    sqlite_with_rowid=False,
)
