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
)

from haat.store.metadata import Id, metadata

# A slot is a day or an hour, counted from 1970 by the calendars and clocks of the market. A listing keeps to one of them.
hire_terms = Table(
    "hire_terms",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False),
    Column("per", String(4), nullable=False),  # day, hour
    Column("deposit", BigInteger, nullable=False),  # for each unit
    Column("least", Integer, nullable=False),  # slots that a hire has at least
    Column("ahead", Integer, nullable=False),  # slots from the order to the beginning
    Column("gap", Integer, nullable=False),  # slots between two hires of a unit
    Column("closed", String(7), nullable=False),  # weekdays without hand-over and return: digits, 1 is Monday
    CheckConstraint("per IN ('day', 'hour')", name="per"),
    CheckConstraint("deposit >= 0 AND least >= 1 AND ahead >= 0 AND gap >= 0", name="limits"),
)

# One row: the zone that slots are counted in. Without it that is UTC.
hire_calendar = Table(
    "hire_calendar",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("zone", String(40), nullable=False),
    CheckConstraint("id = 1", name="only"),
)

hire_prices = Table(
    "hire_prices",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True),
    Column("rate", String(10), primary_key=True),  # hour, day, weekend, week
    Column("price", BigInteger, nullable=False),
    CheckConstraint("price > 0", name="price"),
    sqlite_with_rowid=False,
)

closed_days = Table(
    "closed_days",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True),
    Column("day", Integer, primary_key=True),  # since 1970
    sqlite_with_rowid=False,
)

# What is handed over: one thing with a name or a serial number.
units = Table(
    "units",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),  # no longer for hire; hires still point here
    Index(None, "listing_id", "id"),
)

# What a deal of the process `hire` is about, frozen when it was booked. Of the whole period its units have their slots while it is on.
bookings = Table(
    "bookings",
    metadata,
    Column("deal_id", Id, ForeignKey("deals.id"), primary_key=True, autoincrement=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("per", String(4), nullable=False),
    Column("first", Integer, nullable=False),  # slot
    Column("after_last", Integer, nullable=False),  # slot
    Column("gap", Integer, nullable=False),
    Column("quantity", SmallInteger, nullable=False),
    Column("prices", Text, nullable=False),  # JSON: rate to price of one unit, for what comes late
    Column("parts", Text, nullable=False),  # JSON list of [rate, count, price]: how the rent of one unit was reckoned
    Column("kept_when_late", Integer, nullable=False),  # basis points of the rent, when it is cancelled late
    Column("brought_back_at", BigInteger),
    Index(None, "listing_id", "first"),
    CheckConstraint("first < after_last AND gap >= 0 AND quantity >= 1", name="period"),
)

booked_units = Table(
    "booked_units",
    metadata,
    Column("deal_id", Id, ForeignKey("deals.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id"), primary_key=True),
    Index(None, "unit_id"),
    sqlite_with_rowid=False,
)

# One row a unit and slot: the key is what makes double booking impossible. The gap after a hire is taken too.
slots = Table(
    "slots",
    metadata,
    Column("unit_id", Id, ForeignKey("units.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("deal_id", Id, ForeignKey("deals.id"), nullable=False),
    Index(None, "deal_id"),
    sqlite_with_rowid=False,
)
