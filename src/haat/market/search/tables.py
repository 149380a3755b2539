"""What search keeps beside the full text, which is each database's own (full_text.py)."""

from sqlalchemy import (
    BigInteger,
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

# One row for each listing on sale. The place grows with the time of publication, so “newest first” is the order of the full text
# itself, and a page of it is read without sorting.
search_rows = Table(
    "search_rows",
    metadata,
    Column("place", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False, unique=True),
    Column("version", Integer, nullable=False),  # of the listing when this was written
    Column("price", BigInteger, nullable=False),
    Column("price_to", BigInteger, nullable=False),
    Column("tags", Text, nullable=False),  # what is counted: its own category and facets, separated by spaces
    Index(None, "price", "place"),
)

# Who stands out in which category, in the order of their places; category 0 is the whole market. Rows only of what is on sale.
search_promoted = Table(
    "search_promoted",
    metadata,
    Column("category_id", Id, primary_key=True, autoincrement=False),
    Column("place", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Index(None, "listing_id"),
    sqlite_with_rowid=False,
)

# Short numbers for what can be filtered by and counted. Only ever added to.
search_tags = Table(
    "search_tags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False),
    Column("folded", String(200), nullable=False),  # the words without regard to case
    Column("name", String(120), nullable=False),
    Column("words", String(200), nullable=False),
    UniqueConstraint("key", "folded"),
)

# Words of titles and facts, to mend what is mistyped. Only ever added to: a word is offered only when it finds something.
search_words = Table(
    "search_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("word", String(40), nullable=False, unique=True),
)
