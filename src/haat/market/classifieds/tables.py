from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from haat.store.metadata import Id, metadata

# What is particular to a listing of kind `article`. The rest stands where it stands of every listing.
articles = Table(
    "articles",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False),
    Column("asking", String(10), nullable=False),  # fixed, negotiable, free, offers
    Column("wear", String(10), nullable=False),  # new, like_new, good, worn, broken
    Column("expires_at", BigInteger),  # NULL: it is not on sale
    Column("warned_at", BigInteger),  # its seller was told that it expires
    Column("gone", String(20)),  # why it is off sale, where it was not ended by hand: sold, sold_elsewhere, expired
    Index(None, "expires_at"),
    CheckConstraint("asking IN ('fixed', 'negotiable', 'free', 'offers')", name="asking"),
    CheckConstraint("wear IN ('new', 'like_new', 'good', 'worn', 'broken')", name="wear"),
    CheckConstraint("gone IS NULL OR gone IN ('sold', 'sold_elsewhere', 'expired')", name="gone"),
    CheckConstraint("gone IS NULL OR expires_at IS NULL", name="gone_is_off_sale"),
)

# An article that was sent off to be looked at. `open_of` is the listing while nobody has decided: one at a time.
submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("open_of", Id, ForeignKey("listings.id"), unique=True),
    Column("version", Integer, nullable=False),  # of the listing, as it was sent off
    Column("sent_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Id, ForeignKey("accounts.id")),
    Column("verdict", String(10)),  # approved, refused, taken_back
    Column("why", Text),
    Index(None, "listing_id", "id"),
    Index(None, "shop_id", "verdict"),
    Index(None, "decided_at", "id"),
    CheckConstraint("(decided_at IS NULL) = (open_of IS NOT NULL)", name="open_until_decided"),
    CheckConstraint("(decided_at IS NULL) = (verdict IS NULL)", name="decided"),
    CheckConstraint("verdict IS NULL OR verdict IN ('approved', 'refused', 'taken_back')", name="verdict"),
)

# What happened to an article, by whom and why. Never changed, never deleted.
article_events = Table(
    "article_events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("what", String(20), nullable=False),
    Column("by_id", Id),  # NULL: the clock
    Column("why", Text),
    Index(None, "listing_id", "id"),
)
