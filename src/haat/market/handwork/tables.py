from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from haat.store.metadata import Id, metadata

# What is particular to a listing of kind `job`. `taken_by` is the one bid that has it: two cannot be written down.
job_posts = Table(
    "job_posts",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False),
    Column("budget_from", BigInteger),
    Column("budget_to", BigInteger),
    Column("wanted_by", BigInteger),
    Column("bidding", String(10), nullable=False),  # open, sealed
    Column("bids_until", BigInteger, nullable=False),
    Column("place", String(120), nullable=False),
    Column("postcode", String(20), nullable=False),
    Column("country", String(2), nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("taken_by", Id, ForeignKey("deals.id"), unique=True),
    CheckConstraint("bidding IN ('open', 'sealed')", name="bidding"),
    CheckConstraint("budget_from IS NULL OR budget_from >= 0", name="budget_from"),
    CheckConstraint("budget_to IS NULL OR budget_to >= COALESCE(budget_from, 0)", name="budget_to"),
)

# What a craftsperson says beside the amount, which stands on the deal. One bid of each on a job.
bids = Table(
    "bids",
    metadata,
    Column("deal_id", Id, ForeignKey("deals.id"), primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("plan", Text, nullable=False),  # JSON list of {title, share, days}
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("listing_id", "shop_id"),
    CheckConstraint("days > 0", name="days"),
)

# What one side of a job that is under way would like changed, and what the other said. `open_of` is the job while it has not answered: one
# at a time. Never deleted.
change_orders = Table(
    "change_orders",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("job_id", Id, ForeignKey("deals.id"), nullable=False),
    Column("open_of", Id, ForeignKey("deals.id"), unique=True),
    Column("milestone_id", Id, ForeignKey("deals.id")),  # NULL: one more; set by the answer to what came of it
    Column("is_new", Integer, nullable=False),
    Column("title", String(120), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("amount_before", BigInteger, nullable=False),
    Column("days", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("side", String(10), nullable=False),  # buyer, seller: who would like it
    Column("proposed_by", Id, ForeignKey("accounts.id"), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("answer_by", BigInteger, nullable=False),
    Column("answered_by", Id, ForeignKey("accounts.id")),  # NULL: nobody has, or the clock
    Column("answered_at", BigInteger),
    Column("answer", String(10)),  # accepted, refused, withdrawn, lapsed
    Index(None, "job_id", "id"),
    Index(None, "answered_at", "answer_by"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("side IN ('buyer', 'seller')", name="side"),
    CheckConstraint("is_new = 1 OR milestone_id IS NOT NULL", name="of_what"),
    CheckConstraint("(answered_at IS NULL) = (open_of IS NOT NULL)", name="open_until_answered"),
    CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
    CheckConstraint("answer IS NULL OR answer IN ('accepted', 'refused', 'withdrawn', 'lapsed')", name="answer"),
)
