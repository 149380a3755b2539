"""Deals that belong to another, deals about one listing, deals without a checkout; lines that no stock is behind."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("deals") as deals:
        deals.add_column(sa.Column("parent_id", _ID, nullable=True))
        deals.add_column(sa.Column("listing_id", _ID, nullable=True))
        deals.add_column(sa.Column("starts_at", sa.BigInteger(), nullable=True))
        deals.add_column(sa.Column("ends_at", sa.BigInteger(), nullable=True))
        deals.alter_column("checkout_id", existing_type=_ID, nullable=True)
        deals.alter_column("payment_id", existing_type=_ID, nullable=True)
        deals.create_foreign_key(op.f("fk_deals_parent_id"), "deals", ["parent_id"], ["id"])
        deals.create_foreign_key(op.f("fk_deals_listing_id"), "listings", ["listing_id"], ["id"])
        deals.create_index(op.f("ix_deals_parent_id"), ["parent_id"])
        deals.create_index(op.f("ix_deals_listing_id_process_state"), ["listing_id", "process", "state"])
    with op.batch_alter_table("deal_lines") as lines:
        lines.alter_column("variant_id", existing_type=_ID, nullable=True)
