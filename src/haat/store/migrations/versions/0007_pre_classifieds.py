"""Articles, what is looked at before it is on sale, reports, and what people write to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blocked_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_blocks_two_people")),
        sa.ForeignKeyConstraint(["blocked_id"], ["accounts.id"], name=op.f("fk_blocks_blocked_id")),
        sa.ForeignKeyConstraint(["blocker_id"], ["accounts.id"], name=op.f("fk_blocks_blocker_id")),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_blocks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "article_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_article_events_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_events")),
    )
    with op.batch_alter_table("article_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_events_listing_id_id"), ["listing_id", "id"], unique=False)

    op.create_table(
        "articles",
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("asking", sa.String(length=10), nullable=False),
        sa.Column("wear", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("gone", sa.String(length=20), nullable=True),
        sa.CheckConstraint("asking IN ('fixed', 'negotiable', 'free', 'offers')", name=op.f("ck_articles_asking")),
        sa.CheckConstraint(
            "gone IS NULL OR gone IN ('sold', 'sold_elsewhere', 'expired')", name=op.f("ck_articles_gone")
        ),
        sa.CheckConstraint("wear IN ('new', 'like_new', 'good', 'worn', 'broken')", name=op.f("ck_articles_wear")),
        sa.CheckConstraint("gone IS NULL OR expires_at IS NULL", name=op.f("ck_articles_gone_is_off_sale")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_articles_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_articles")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_read", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_read", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("asker_id <> owner_id", name=op.f("ck_conversations_two_people")),
        sa.ForeignKeyConstraint(["asker_id"], ["accounts.id"], name=op.f("fk_conversations_asker_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_conversations_listing_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=op.f("fk_conversations_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("listing_id", "asker_id", name=op.f("uq_conversations_listing_id_asker_id")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversations_asker_id_last_id"), ["asker_id", "last_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conversations_owner_id_last_id"), ["owner_id", "last_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('removed', 'nothing', 'suspended')", name=op.f("ck_reports_decision")
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_reports_decided")),
        sa.CheckConstraint("(listing_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_reports_about_one")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_reports_decided_by")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_reports_listing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_reports_person_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["accounts.id"], name=op.f("fk_reports_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("reporter_id", "listing_id", name=op.f("uq_reports_reporter_id_listing_id")),
        sa.UniqueConstraint("reporter_id", "person_id", name=op.f("uq_reports_reporter_id_person_id")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_decided_at_id"), ["decided_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_listing_id_id"), ["listing_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_person_id_id"), ["person_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_reporter_id_at"), ["reporter_id", "at"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("open_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('approved', 'refused', 'taken_back')", name=op.f("ck_submissions_verdict")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (open_of IS NOT NULL)", name=op.f("ck_submissions_open_until_decided")
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (verdict IS NULL)", name=op.f("ck_submissions_decided")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_submissions_decided_by")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_submissions_listing_id")),
        sa.ForeignKeyConstraint(["open_of"], ["listings.id"], name=op.f("fk_submissions_open_of")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_submissions_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("open_of", name=op.f("uq_submissions_open_of")),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submissions_decided_at_id"), ["decided_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submissions_listing_id_id"), ["listing_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submissions_shop_id_verdict"), ["shop_id", "verdict"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_messages_conversation_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["accounts.id"], name=op.f("fk_messages_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_conversation_id_id"), ["conversation_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_sender_id_at"), ["sender_id", "at"], unique=False)
