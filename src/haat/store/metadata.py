"""The catalogue of all tables, with constraint names that are the same on every database."""

from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Text
from sqlalchemy.ext.compiler import compiles

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite keeps a row under its key only where the column is called INTEGER; the others need 64 bits to be asked for.
Id = BigInteger().with_variant(Integer(), "sqlite")


# On MariaDB a TEXT ends after 64 KB, and a BLOB cannot be a key.
@compiles(Text, "mysql", "mariadb")
def _text(type_: Text, compiler: Any, **_: Any) -> str:
    return "MEDIUMTEXT"


@compiles(LargeBinary, "mysql", "mariadb")
def _bytes(type_: LargeBinary, compiler: Any, **_: Any) -> str:
    return f"VARBINARY({type_.length})" if type_.length else "MEDIUMBLOB"
