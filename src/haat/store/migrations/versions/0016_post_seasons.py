"""On PostgreSQL the index of words that has no seasons goes: it is written with every listing, and says nothing that the other does not.

In a transaction of its own: whoever waits to write while that one is made has read the table, and would be waited for here.
"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_listing_text_words")
