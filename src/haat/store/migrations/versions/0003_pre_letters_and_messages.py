"""Who asked us to write to whom, so that nobody does so without end; and old messages of the gateway, to be found and forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "letters_asked",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters_asked")),
    )
    with op.batch_alter_table("letters_asked", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_asked_address_at"), ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_asked_email_at"), ["email", "at"], unique=False)
    with op.batch_alter_table("gateway_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gateway_events_received_at"), ["received_at"], unique=False)
