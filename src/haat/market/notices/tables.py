from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from haat.store.metadata import Id, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("data", Text, nullable=False),  # JSON: what the words need
    Column("link", String(200), nullable=False),
    Column("cause", BigInteger),  # the id of what happened: told once to each account, however often its job runs
    Column("created_at", BigInteger, nullable=False),
    Column("read_at", BigInteger),
    UniqueConstraint("account_id", "cause", "kind"),
    Index(None, "account_id", "id"),
    Index(None, "account_id", "read_at"),
)

mails = Table(
    "mails",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("key", String(80), nullable=False, unique=True),  # one mail for one cause, however often it is asked for
    Column("recipient", String(254), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column(
        "is_private", SmallInteger, nullable=False
    ),  # its link opens an account: forgotten once it is with the recipient
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("carrier", String(20)),  # who took it: smtp, or kept where there is none
    Column("attempts", Integer, nullable=False),
    Column("problem", Text),  # what the last attempt said
    Index(None, "sent_at"),
)
