"""A picture of whoever stands behind a shop."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("shops", sa.Column("portrait", sa.String(64), nullable=True))
