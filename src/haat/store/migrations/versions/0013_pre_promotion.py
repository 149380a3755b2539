"""Listings that stand out, until when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "promoted_listings",
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_promoted_listings_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_promoted_listings")),
    )
    op.create_table(
        "search_promoted",
        sa.Column(
            "category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_search_promoted_listing_id")),
        sa.PrimaryKeyConstraint("category_id", "place", name=op.f("pk_search_promoted")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("search_promoted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_promoted_listing_id"), ["listing_id"], unique=False)
