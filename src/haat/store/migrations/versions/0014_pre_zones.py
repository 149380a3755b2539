"""The time zone that days and hours of hires are counted in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "hire_calendar",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_hire_calendar_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hire_calendar")),
    )
