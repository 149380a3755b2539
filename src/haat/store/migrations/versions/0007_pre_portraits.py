"""A picture of whoever stands behind a shop."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("shops", sa.Column("portrait", sa.String(64), nullable=True))
