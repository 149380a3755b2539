from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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
    Index(None, "shop_id", "id"),
    Index(None, "state"),
    CheckConstraint("amount > 0", name="amount"),
)
