from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from haat.store.metadata import Id, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("topic", String(60), nullable=False),
    Column("payload", Text, nullable=False),  # JSON object
    Column("key", String(120), unique=True),  # while it waits nobody can add the same job again
    Column("run_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", String(60)),  # who has it now
    Column("claimed_until", BigInteger),  # a dead worker's claim runs out
    Column("request_id", String(40), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "run_at", "id"),
)

dead_jobs = Table(
    "dead_jobs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("topic", String(60), nullable=False),
    Column("payload", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("request_id", String(40), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("died_at", BigInteger, nullable=False),
    Column("replayed_at", BigInteger),
)

# When each task of the schedule last ran; claimed by compare-and-set so that it runs once however many workers there are.
schedule = Table(
    "schedule",
    metadata,
    Column("task", String(60), primary_key=True),
    Column("last_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
)

# An answer that is given again to the same request; the row comes first, in the transaction of the work.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String(60), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("created_at", BigInteger, nullable=False),
)
