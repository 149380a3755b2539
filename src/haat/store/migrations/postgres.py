"""What is special about migrating PostgreSQL."""

from sqlalchemy import Connection

from haat.kernel.errors import Refused

_LOCK = 4_827_731_002  # any number that is always the same
# Of these, text sorts by the numbers of its letters, as it does on the other databases.
_BY_LETTER = ("C", "POSIX", "C.UTF-8", "C.utf8")
_HOW_IT_SORTS = (
    "SELECT datcollate, pg_encoding_to_char(encoding), datlocprovider = 'c' FROM pg_database"
    " WHERE datname = current_database()"
)


def begin(connection: Connection) -> None:
    """One at a time: the lock ends with the transaction. Raises Refused for a database that sorts in a language."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    collation, encoding, is_plain = connection.exec_driver_sql(_HOW_IT_SORTS).one()
    if not is_plain or collation not in _BY_LETTER or encoding != "UTF8":
        raise Refused(
            "This database cannot be used: it does not sort text as the others do.",
            why=f"Its encoding is {encoding} and its collation {collation}; needed are UTF8 and C.",
            try_="Make another: CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
        )
