"""What a command is: what it does with what it is given, and what it answers."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from haat.app import App
from haat.cli.codes import DONE
from haat.kernel import ids
from haat.kernel.errors import HaatError, NotFound, Refused, Unavailable

if TYPE_CHECKING:
    from haat.config.schema import Settings


def id_of(text: str, what: str, *, listed_by: str) -> int:
    """The id that somebody typed. Raises NotFound, which says what lists those that there are."""
    try:
        return ids.decode(text)
    except NotFound as error:
        raise NotFound(
            f"There is no {what} “{text[:40]}”.",
            why="An id has 13 letters and digits, as 01h2xcejqtf2n has.",
            try_=f"`{listed_by}` lists them.",
        ) from error


class Answer(NamedTuple):
    """What came of a command, for both kinds of readers: `data` is made of what JSON knows, `text` is for people."""

    data: Any
    text: str
    code: int = DONE


class Call:
    """One use of a command: the words that came with it, and the stack it is about."""

    def __init__(self, data: Path, args: Namespace, flags: dict[str, object]) -> None:
        self.data = data
        self.args = args
        self.flags = flags

    @cached_property
    def app(self) -> App:
        """The stack, whether it was made yet or not. Raises WrongSettings."""
        return App.of(self.data, os.environ, self.flags)

    @property
    def settings(self) -> Settings:
        """Those of a stack that was made, for whoever needs neither its shop nor its database to be alive. Raises NotFound."""
        settings = self.app.settings  # Whoever may not look into the folder is told so here.
        if not any((self.data / name).exists() for name in ("haat.toml", "secrets.toml")):
            raise self._no_stack("It holds neither haat.toml nor secrets.toml.")
        return settings

    @property
    def stack(self) -> App:
        """The stack, which must have been made, and for this Haat. Raises NotFound, Refused."""
        address = self.app.settings.database
        if address.kind == "sqlite" and not address.path.exists():
            raise self._no_database(f"{address.path} does not exist.")
        self._refuse_other_revisions()
        return self.app

    def _no_database(self, why: str) -> HaatError:
        from haat.cli.gone import gone, was_made

        return gone(self.app.settings, why) if was_made(self.data) else self._no_stack(why)

    def _no_stack(self, why: str) -> NotFound:
        return NotFound(
            f"There is no stack in {self.data}.",
            why=why,
            try_="Make one with `haat up`, or say with --data where yours is.",
        )

    def _refuse_other_revisions(self) -> None:
        from haat.store.errors import NoDatabase
        from haat.store.migrate import current, missing_from

        database = self.app.settings.database
        try:
            revision = current(database)
        except NoDatabase as error:
            raise self._no_database(error.why) from error
        except Unavailable as error:
            from haat.cli.gone import not_served

            raise not_served(self.app.settings, error) from error
        if revision is None:
            raise self._no_database(f"{database} is empty.")
        needed = [one.number for one in missing_from(revision) if one.kind == "pre"]
        if needed:
            raise Refused(
                "This database is of an older Haat.",
                why=f"It is at revision {revision}; this Haat works with {needed[-1]}.",
                try_="`haat up` brings it up to date.",
            )

    def close(self) -> None:
        """Let go of what the command opened; the stack is read anew when it is asked for again."""
        app: App | None = self.__dict__.pop("app", None)
        if app is not None:
            app.close()


class Command(NamedTuple):
    """`run` does it and answers; None when it has said everything itself. `shape` shows the answer's JSON by an example."""

    run: Callable[[Call], Answer | None]
    shape: str
    # What it takes that sets a setting: {"port": "web.port"}.
    settings: Mapping[str, str] = MappingProxyType({})
