from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Table, Text

from haat.store.metadata import Id, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False, unique=True),  # lower case
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("language", String(5), nullable=False),
    Column("country", String(2), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("verified_at", BigInteger),
    Column("suspended_at", BigInteger),
    Column("suspended_by", BigInteger),
    Column("suspended_why", Text),
)

# Buyers need no grant, sellers are those who own a shop; grants are for the people who run the market.
grants = Table(
    "grants",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("role", String(20), primary_key=True),  # moderator, administrator
    Column("granted_at", BigInteger, nullable=False),
    Column("granted_by", BigInteger),
)

shops = Table(
    "shops",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("owner_id", Id, ForeignKey("accounts.id"), nullable=False, unique=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("country", String(2), nullable=False),
    Column("commission", Integer),  # basis points; NULL: what the market takes from everybody
    Column("created_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("currency", String(3)),  # NULL: the main currency of the market
    Column("portrait", String(64)),  # the hash of a picture of whoever stands behind it
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("address", String(45), nullable=False),
    Column("agent", String(200), nullable=False),
    Index(None, "account_id", "expires_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),  # separated by spaces
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index(None, "account_id"),
)

# Links sent by mail: to prove an address, to set a new password. Only their hash is kept.
mail_links = Table(
    "mail_links",
    metadata,
    Column("secret_hash", LargeBinary(32), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("purpose", String(20), nullable=False),  # confirm, reset, move
    Column("email", String(254), nullable=False),  # where it was sent: whoever follows it can read there
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index(None, "account_id", "purpose", "created_at"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False),
    Column("address", String(45), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("succeeded", SmallInteger, nullable=False),
    Index(None, "email", "at"),
    Index(None, "address", "at"),
)

# Each time a stranger had us write to a mailbox: signing up, the link again, a forgotten password.
letters_asked = Table(
    "letters_asked",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False),
    Column("address", String(45), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "email", "at"),
    Index(None, "address", "at"),
)
