"""Jobs, bids on them, changes of what was agreed; questions about listings."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", _ID, nullable=True),
        sa.Column("removed_why", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_questions_answered")),
        sa.CheckConstraint("(removed_at IS NULL) = (removed_why IS NULL)", name=op.f("ck_questions_removed")),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_questions_asked_by")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_questions_listing_id")),
        sa.ForeignKeyConstraint(["removed_by"], ["accounts.id"], name=op.f("fk_questions_removed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions") as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_asked_by_asked_at"), ["asked_by", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_listing_id_id"), ["listing_id", "id"], unique=False)

    op.create_table(
        "bids",
        sa.Column("deal_id", _ID, autoincrement=False, nullable=False),
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("shop_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_bids_days")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_bids_deal_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_bids_listing_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_bids_shop_id")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_bids")),
        sa.UniqueConstraint("listing_id", "shop_id", name=op.f("uq_bids_listing_id_shop_id")),
    )
    op.create_table(
        "change_orders",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("open_of", _ID, nullable=True),
        sa.Column("milestone_id", _ID, nullable=True),
        sa.Column("is_new", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("amount_before", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", _ID, nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", _ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('accepted', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_change_orders_answer"),
        ),
        sa.CheckConstraint("side IN ('buyer', 'seller')", name=op.f("ck_change_orders_side")),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_change_orders_answered")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (open_of IS NOT NULL)", name=op.f("ck_change_orders_open_until_answered")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_change_orders_amount")),
        sa.CheckConstraint("is_new = 1 OR milestone_id IS NOT NULL", name=op.f("ck_change_orders_of_what")),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_change_orders_answered_by")),
        sa.ForeignKeyConstraint(["job_id"], ["deals.id"], name=op.f("fk_change_orders_job_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["deals.id"], name=op.f("fk_change_orders_milestone_id")),
        sa.ForeignKeyConstraint(["open_of"], ["deals.id"], name=op.f("fk_change_orders_open_of")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_change_orders_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_orders")),
        sa.UniqueConstraint("open_of", name=op.f("uq_change_orders_open_of")),
    )
    with op.batch_alter_table("change_orders") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_orders_answered_at_answer_by"), ["answered_at", "answer_by"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_change_orders_job_id_id"), ["job_id", "id"], unique=False)

    op.create_table(
        "job_posts",
        sa.Column("listing_id", _ID, autoincrement=False, nullable=False),
        sa.Column("budget_from", sa.BigInteger(), nullable=True),
        sa.Column("budget_to", sa.BigInteger(), nullable=True),
        sa.Column("wanted_by", sa.BigInteger(), nullable=True),
        sa.Column("bidding", sa.String(length=10), nullable=False),
        sa.Column("bids_until", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("taken_by", _ID, nullable=True),
        sa.CheckConstraint("bidding IN ('open', 'sealed')", name=op.f("ck_job_posts_bidding")),
        sa.CheckConstraint("budget_from IS NULL OR budget_from >= 0", name=op.f("ck_job_posts_budget_from")),
        sa.CheckConstraint(
            "budget_to IS NULL OR budget_to >= COALESCE(budget_from, 0)", name=op.f("ck_job_posts_budget_to")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_job_posts_listing_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["deals.id"], name=op.f("fk_job_posts_taken_by")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_job_posts")),
        sa.UniqueConstraint("taken_by", name=op.f("uq_job_posts_taken_by")),
    )
