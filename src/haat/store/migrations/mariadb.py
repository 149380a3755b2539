"""What is special about migrating MariaDB: each change of a table is final at once, so a migration has to be able to go on."""

from typing import Any

from alembic.ddl.mysql import MariaDBImpl
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from haat.kernel.errors import Unavailable
from haat.store.mariadb import COLLATION

_PATIENCE = 60  # seconds to wait for another process that migrates
# There already: a table, a column, an index, a reference. Gone already: a table, a column or index.
_DONE_BEFORE = {1050, 1060, 1061, 1826, 1051, 1091}
_CANNOT_CREATE = 1005  # with errno 121: the reference has been made before


def begin(connection: Connection) -> None:
    """One at a time, with the locks of the connection. What is made from now on compares text letter by letter."""
    if connection.exec_driver_sql("SELECT GET_LOCK('haat.migrate', %s)", (_PATIENCE,)).scalar() != 1:
        raise Unavailable("Another process is bringing the database up to date.", try_="Start again when it is done.")
    connection.exec_driver_sql(f"ALTER DATABASE CHARACTER SET utf8mb4 COLLATE {COLLATION}")


class _GoingOn(MariaDBImpl):
    """Runs a migration from its beginning, past what one that was cut off has done."""

    __dialect__ = "mariadb"

    def _exec(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._exec(*args, **kwargs)
        except DBAPIError as error:
            if not _was_done_before(error):
                raise
            return None


def _was_done_before(error: DBAPIError) -> bool:
    code, text = (*(error.orig.args if error.orig else ()), 0, "")[:2]
    return code in _DONE_BEFORE or (code == _CANNOT_CREATE and "errno: 121" in str(text))
