from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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

payments = Table(
    "payments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # also the key under which the gateway knows it
    Column("checkout_id", Id, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("gateway", String(20), nullable=False),
    Column("gateway_ref", String(120)),
    Column("state", String(12), nullable=False),  # started, waiting, paid, declined, abandoned
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),  # asked for or done
    Column("confirm_url", String(1000)),
    Column("decline_code", String(40)),
    Column("started_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("asked_at", BigInteger, nullable=False),  # when the gateway was last asked about it
    UniqueConstraint("checkout_id", "attempt"),
    Index(None, "state", "asked_at"),
    CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # also the gateway's key
    Column("payment_id", Id, ForeignKey("payments.id"), nullable=False),
    Column("deal_id", Id),  # NULL: money that came when no deal waited for it any more
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("state", String(10), nullable=False),  # asked, done
    Column("attempt", Integer, nullable=False),  # the gateway takes a new key after each that failed
    Column("gateway_ref", String(120)),
    Column("asked_by", BigInteger),
    Column("asked_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Index(None, "payment_id"),
    Index(None, "deal_id"),
    Index(None, "state", "asked_at"),
    CheckConstraint("amount > 0", name="amount"),
)

gateway_events = Table(
    "gateway_events",
    metadata,
    Column("gateway", String(20), primary_key=True),
    Column("event", String(120), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index(None, "received_at"),
)

# Double entry: the entries of one movement add up to zero in each currency.
movements = Table(
    "movements",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("reference", BigInteger, nullable=False),  # the deal, refund or payout; one movement of a kind each
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("kind", "reference"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("movement_id", Id, ForeignKey("movements.id"), nullable=False),
    Column("account", String(12), nullable=False),  # see ledger.py
    Column("shop_id", Id),  # only for the accounts that sellers have
    Column("deal_id", Id),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),  # debit > 0, credit < 0
    Column("payout_id", Id),  # stamping it claims the entry for a payout
    Column("due_at", BigInteger, nullable=False, server_default="0"),  # of a seller's: when it may be paid out
    Column("document_id", Id),  # stamping it puts a commission on an invoice
    Index(None, "movement_id"),
    Index(None, "account", "shop_id", "payout_id"),
    Index(None, "deal_id"),
    Index(None, "payout_id"),
)

payouts = Table(
    "payouts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", Id, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # claimed, sent, returned
    Column("gateway_ref", String(120)),
    Column("claimed_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("batch_id", Id),
    Column("account_id", Id),  # where it goes, whatever the shop has changed since
    Index(None, "shop_id", "id"),
    Index(None, "state"),
    UniqueConstraint("batch_id", "shop_id", "currency"),
    CheckConstraint("amount > 0", name="amount"),
)

# One run of paying out. `open` is 1 until it is finished and NULL afterwards, so that there is one open batch at most.
payout_batches = Table(
    "payout_batches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("open", SmallInteger, unique=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("begun_by", Id),  # NULL: the schedule
    Column("finished_at", BigInteger),
    CheckConstraint("(open IS NULL) = (finished_at IS NOT NULL)", name="open"),
)

# Where a shop is paid. The newest version holds; none is ever changed, but that a bank sent money back from it, and that of the number of
# one that was replaced the last four stay.
payout_accounts = Table(
    "payout_accounts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", String(40), nullable=False),
    Column("holder", String(120), nullable=False),
    Column("set_by", Id, nullable=False),
    Column("set_at", BigInteger, nullable=False),
    Column("usable_at", BigInteger, nullable=False),
    Column("bounced_at", BigInteger),
    UniqueConstraint("shop_id", "currency", "version"),
)

# On what terms shops are paid; the newest version holds. Shop 0 is the market itself, whose terms are those of the settings.
payout_terms = Table(
    "payout_terms",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("hold", BigInteger),  # milliseconds; NULL, as below: what the market takes of everybody
    Column("reserve", Integer),  # basis points
    Column("reserve_for", BigInteger),  # milliseconds
    Column("why", String(300), nullable=False),
    Column("set_by", Id),  # NULL: the settings
    Column("set_at", BigInteger, nullable=False),
    UniqueConstraint("shop_id", "version"),
    CheckConstraint("reserve BETWEEN 0 AND 10000", name="reserve"),
)

# What is kept back of a sale for a while. `used` went back to the seller early, to pay a refund.
reserves = Table(
    "reserves",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", Id, nullable=False),
    Column("deal_id", Id, nullable=False, unique=True),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("rate", Integer, nullable=False),  # basis points, as they were when it was kept
    Column("kept_at", BigInteger, nullable=False),
    Column("release_at", BigInteger, nullable=False),
    Column("released_at", BigInteger),
    Index(None, "released_at", "release_at"),
    Index(None, "shop_id"),
    CheckConstraint("amount > 0 AND used >= 0 AND used <= amount", name="used"),
)

# What the gateway says that it did on a day was compared with what stands here.
reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),  # 2026-11-28, in UTC
    Column("source", String(200), nullable=False),  # the gateway's name, or that of a file
    Column("at", BigInteger, nullable=False),
    Column("looked_at", Integer, nullable=False),  # lines of the report
    Column("found", Integer, nullable=False),
    Index(None, "day"),
)

# Where the two disagree. Found again it is the same row; resolved by whoever wrote the note, by nobody when they came to agree.
mismatches = Table(
    "mismatches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(16), nullable=False),  # missing_here, missing_there, amount, state, duplicate
    Column("about", String(16), nullable=False),  # charge, refund, payout, payout_returned
    Column("key", String(80), nullable=False),
    Column("ref", String(120), nullable=False),
    Column("ours", String(80), nullable=False),
    Column("theirs", String(80), nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("resolved_by", Id),
    Column("note", String(500)),
    UniqueConstraint("day", "kind", "about", "key"),
    Index(None, "resolved_at", "id"),
    CheckConstraint("(resolved_at IS NULL) = (note IS NULL)", name="resolved"),
)
