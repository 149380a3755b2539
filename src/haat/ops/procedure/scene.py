"""Where a procedure is run: on which stack, and with what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple, TypeAlias

from haat.config.schema import Settings
from haat.kernel.errors import Unavailable
from haat.store.driver import LONGEST_ANSWER
from haat.store.drivers import driver_of

PicturesInUse: TypeAlias = Callable[[], Set[str]]
"""The names of all pictures that the shop refers to: it is handed in, for operations know no market. Raises Unavailable."""


def nobody_to_ask() -> Set[str]:
    """For a scene without a shop."""
    raise Unavailable("Nobody can say here which pictures the shop refers to.")


class Scene(NamedTuple):
    """A stack as its settings describe it, and the values of the procedure's parameters. `began_at` is when the run began, in ms since 1970;
    of a plan, now.
    """

    settings: Settings
    given: Mapping[str, Any]
    pictures_in_use: PicturesInUse = nobody_to_ask
    began_at: int = 0

    @property
    def database_kind(self) -> str:
        """`sqlite`, `postgresql` or `mariadb`."""
        return self.settings.database.kind

    def ask(self, sql: str, within: float = LONGEST_ANSWER) -> list[Any]:
        """All rows that the database answers with. Raises Unavailable when it does not answer within so many seconds."""
        return driver_of(self.settings.database).ask(sql, within)

    def tell(self, sql: str, within: float = LONGEST_ANSWER) -> None:
        """Let the database do something. Raises Unavailable, also when it takes longer than so many seconds."""
        driver_of(self.settings.database).tell(sql, within)
