"""What the server of the shop says of itself, and what its user has to be allowed for that."""

from __future__ import annotations

from typing import Any

import pymysql
from pymysql.constants import ER

from haat.config.address import Address
from haat.kernel.errors import Refused
from haat.store.errors import Lost, gone
from haat.store.mariadb import connect

_NEEDED = "RELOAD, PROCESS, BINLOG MONITOR, REPLICATION SLAVE"


class Asked:
    """A connection to the server that is made when it is needed, and made again when it was lost."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._wire: Any = None

    def rows(self, text: str) -> list[Any]:
        """Raises Refused where this user may not ask that, Unavailable."""
        try:
            self._wire = self._wire or connect(self.address)
            cursor = self._wire.execute(text)
            return list(cursor.fetchall())
        except (pymysql.err.Error, Lost) as error:
            self.close()
            if error.args and error.args[0] == ER.SPECIFIC_ACCESS_DENIED_ERROR:
                raise self.not_allowed(str(error.args[1])) from error
            raise gone(error) from error

    def not_allowed(self, why: str) -> Refused:
        """The error of a user who may not do what a backup needs."""
        [(user,)] = self.rows("SELECT current_user()")
        name, _, host = user.rpartition("@")
        return Refused(
            "The database cannot be copied.",
            why=f"{self.address.user} may not do on the server what that needs. {why}",
            try_=f"An administrator of the server runs: GRANT {_NEEDED} ON *.* TO '{name}'@'{host}';",
        )

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
