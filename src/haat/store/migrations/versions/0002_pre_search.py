"""The full text of what is on sale."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Prefixes of two and three letters have lists of their own: “as you type” asks for them most.
    op.execute(
        """
        CREATE VIRTUAL TABLE listing_text USING fts5(
            title, facts, description, tags,
            tokenize = 'unicode61 remove_diacritics 2',
            prefix = '2 3'
        )
        """
    )
