"""Equipment for hire: terms, prices, units, bookings, and one row a unit and slot, so that nothing is booked twice."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hire_terms",
        sa.Column("listing_id", _ID, autoincrement=False, nullable=False),
        sa.Column("per", sa.String(length=4), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column("closed", sa.String(length=7), nullable=False),
        sa.CheckConstraint("per IN ('day', 'hour')", name=op.f("ck_hire_terms_per")),
        sa.CheckConstraint(
            "deposit >= 0 AND least >= 1 AND ahead >= 0 AND gap >= 0", name=op.f("ck_hire_terms_limits")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_hire_terms_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_hire_terms")),
    )
    op.create_table(
        "hire_prices",
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("rate", sa.String(length=10), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price > 0", name=op.f("ck_hire_prices_price")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_hire_prices_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "rate", name=op.f("pk_hire_prices")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closed_days",
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_closed_days_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "day", name=op.f("pk_closed_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "units",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_units_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    op.create_index(op.f("ix_units_listing_id_id"), "units", ["listing_id", "id"])
    op.create_table(
        "bookings",
        sa.Column("deal_id", _ID, autoincrement=False, nullable=False),
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("per", sa.String(length=4), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("after_last", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.SmallInteger(), nullable=False),
        sa.Column("prices", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("kept_when_late", sa.Integer(), nullable=False),
        sa.Column("brought_back_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("first < after_last AND gap >= 0 AND quantity >= 1", name=op.f("ck_bookings_period")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_bookings_deal_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_bookings_listing_id")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_listing_id_first"), "bookings", ["listing_id", "first"])
    op.create_table(
        "booked_units",
        sa.Column("deal_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_booked_units_deal_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_booked_units_unit_id")),
        sa.PrimaryKeyConstraint("deal_id", "unit_id", name=op.f("pk_booked_units")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_booked_units_unit_id"), "booked_units", ["unit_id"])
    op.create_table(
        "slots",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("deal_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_slots_deal_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_slots_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "slot", name=op.f("pk_slots")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_slots_deal_id"), "slots", ["deal_id"])
