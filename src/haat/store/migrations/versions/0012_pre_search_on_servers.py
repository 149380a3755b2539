"""The full text of what is on sale, for PostgreSQL and MariaDB; on SQLite it is there since 0002."""

from alembic import op

revision = "0012"
down_revision = "0011"

_MARIADB = """
    CREATE TABLE IF NOT EXISTS listing_text (
        place BIGINT NOT NULL PRIMARY KEY,
        words MEDIUMTEXT NOT NULL,
        FULLTEXT INDEX ix_listing_text_words (words)
    ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
"""


def upgrade() -> None:
    kind = op.get_bind().dialect.name
    if kind == "postgresql":
        op.execute("CREATE TABLE listing_text (place bigint NOT NULL PRIMARY KEY, words tsvector NOT NULL)")
        # What was changed a moment ago is in the index itself: no list beside it that every search has to read through.
        op.execute("CREATE INDEX ix_listing_text_words ON listing_text USING gin (words) WITH (fastupdate = off)")
    elif kind != "sqlite":
        op.execute(_MARIADB)
