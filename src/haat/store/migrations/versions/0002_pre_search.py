"""The full text of what is on sale, without descriptions and with them, for SQLite."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, columns in (
        ("listing_text", "title, facts, tags"),
        ("listing_text_all", "title, facts, description, tags"),
    ):
        # Beginnings of two and three letters are looked for most, and have lists of their own.
        op.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5"
            f"({columns}, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
        )
