"""Where a procedure is run: on which stack, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from haat.config.schema import Settings
from haat.store.drivers import driver_of


class Scene(NamedTuple):
    """A stack as its settings describe it, and the values of the procedure's parameters."""

    settings: Settings
    given: Mapping[str, Any]

    @property
    def database_kind(self) -> str:
        """`sqlite`, `postgresql` or `mariadb`."""
        return self.settings.database.kind

    def ask(self, sql: str) -> list[Any]:
        """All rows that the database answers with. Raises Unavailable when it does not answer."""
        return driver_of(self.settings.database).ask(sql)

    def tell(self, sql: str) -> None:
        """Let the database do something. Raises Unavailable."""
        driver = driver_of(self.settings.database)
        try:
            driver.connection().execute(sql)
        finally:
            driver.close()
