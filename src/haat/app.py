"""The composition root: the one place that reads settings and names what is concrete.

Every part is made when it is first asked for, so a command starts only what it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haat.config.schema import Settings
    from haat.market.accounts.presence import Presence
    from haat.store import Store


class App:
    """One stack."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def of(cls, data: Path, environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> App:
        """The stack in this folder. Raises WrongSettings."""
        from haat.config.load import load

        return cls(load(data, environ, flags or {}))

    @cached_property
    def store(self) -> Store:
        """The database."""
        from haat.store import Store

        return Store(Path(self.settings.database.removeprefix("sqlite:///")))

    @cached_property
    def media(self) -> Path:
        """The folder of photos."""
        return self.settings.data / "media"

    @cached_property
    def presence(self) -> Presence:
        """When sessions and tokens were last used."""
        from haat.market.accounts.presence import Presence

        return Presence(self.store, self.settings.accounts)

    def close(self) -> None:
        """Let go of what was opened."""
        if "store" in self.__dict__:
            self.store.close()
