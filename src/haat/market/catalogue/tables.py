from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
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

categories = Table(
    "categories",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("parent_id", Id, ForeignKey("categories.id")),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("path", String(400), nullable=False, unique=True),  # slugs from the root: kitchen/cups
    Column("position", Integer, nullable=False),
    # Grows with each change of the category or its attributes; the largest of all is the version of the whole tree.
    Column("changed", Id, nullable=False, server_default="0", index=True),
)

attributes = Table(
    "attributes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("category_id", Id, ForeignKey("categories.id"), nullable=False),
    Column("key", String(60), nullable=False),
    Column("name", String(120), nullable=False),
    Column("kind", String(10), nullable=False),  # text, number, choice, yes_no
    Column("unit", String(20), nullable=False, server_default=""),
    Column("choices", Text, nullable=False, server_default="[]"),  # JSON list of texts
    Column("is_facet", SmallInteger, nullable=False),
    Column("is_required", SmallInteger, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("category_id", "key"),
)

listings = Table(
    "listings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),  # product, equipment, job, article
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("category_id", Id, ForeignKey("categories.id"), nullable=False),
    Column("handle", String(120), nullable=False),  # the seller's own name for it; unique within the shop
    Column("title", String(200), nullable=False),
    Column("state", String(10), nullable=False),  # draft, active, ended, removed
    Column("currency", String(3), nullable=False),
    Column("version", Integer, nullable=False),  # grows with every change that a reader could see
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("published_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("removed_at", BigInteger),
    Column("removed_by", BigInteger),
    Column("removed_why", Text),
    # What a card shows, kept on the row so that a page of cards is one query. `free` is the number of pieces that can be bought.
    Column("price_from", BigInteger, nullable=False),
    Column("price_to", BigInteger, nullable=False),
    Column("compare_at", BigInteger),
    Column("photo", String(64)),
    Column("photo_alt", String(300), nullable=False, server_default=""),
    Column("free", Integer, nullable=False),
    UniqueConstraint("shop_id", "handle"),
    Index(None, "state", "published_at", "id"),
    Index(None, "shop_id", "state", "published_at", "id"),
    CheckConstraint("price_from >= 0 AND price_to >= price_from", name="prices"),
    CheckConstraint("free >= 0", name="free"),
)

# What only the page of a listing shows: kept apart, so that the rows of cards stay small.
listing_details = Table(
    "listing_details",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False),
    Column("description", Text, nullable=False),  # sanitised HTML
    Column("facts", Text, nullable=False),  # JSON list of [key, name, words]: the attributes as the page shows them
)

# Where an active listing stands: in its own category and in all above it, newest last. A page of a category is one range of this.
shelves = Table(
    "shelves",
    metadata,
    Column("category_id", Id, ForeignKey("categories.id"), primary_key=True),
    Column("published_at", BigInteger, primary_key=True),
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True),
    Index(None, "listing_id"),
    sqlite_with_rowid=False,
)

# What stands out because its owner pays for that, until when. Whether it is on sale meanwhile is another matter.
promoted_listings = Table(
    "promoted_listings",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
)

variants = Table(
    "variants",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("sku", String(80), nullable=False),
    Column("options", Text, nullable=False),  # JSON list of [name, value]
    Column("price", BigInteger, nullable=False),
    Column("compare_at", BigInteger),
    Column("position", Integer, nullable=False),
    Column("retired_at", BigInteger),  # no longer offered; deals still point here
    UniqueConstraint("shop_id", "sku"),
    Index(None, "listing_id", "position"),
    CheckConstraint("price >= 0", name="price"),
)

# on_hand: pieces on the shelf; held: promised to deals that are not paid; sold: paid and not yet sent.
stock = Table(
    "stock",
    metadata,
    Column("variant_id", Id, ForeignKey("variants.id"), primary_key=True, autoincrement=False),
    Column("on_hand", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("sold", Integer, nullable=False),
    CheckConstraint("held >= 0 AND sold >= 0 AND held + sold <= on_hand", name="never_oversold"),
)

listing_attributes = Table(
    "listing_attributes",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True),
    Column("key", String(60), primary_key=True),
    Column("words", String(200), nullable=False),
    Column("number", Float),
    sqlite_with_rowid=False,
)

photos = Table(
    "photos",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("variant_id", Id, ForeignKey("variants.id")),
    Column("sha", String(64), nullable=False),  # of the original; empty while only the source is known
    Column("source_url", String(2000)),
    Column("alt", String(300), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "listing_id", "position"),
)
