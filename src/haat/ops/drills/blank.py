"""Stacks that were made and never used, one of each kind of database: to be a copy of one takes a stage less time than to be made."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from haat.kernel.errors import Unavailable

_OF_ITS_LIFE = ("logs", "run")  # what a stack that has run leaves in its folder


class Blanks:
    """Those in a folder. `make` makes a stack of a kind in a folder below it, and ends it in order."""

    def __init__(self, folder: Path, make: Callable[[Path, str], None]) -> None:
        self._folder = folder
        self._make = make

    def lay(self, kind: str, to: Path) -> None:
        """Put all that is in the folder of such a stack into another one. Raises Unavailable."""
        blank = self._folder / kind
        if not blank.exists():
            unfinished = self._folder / f"{kind}.unfinished"
            self._make(unfinished, kind)
            for name in _OF_ITS_LIFE:
                shutil.rmtree(unfinished / "stack" / name, ignore_errors=True)
            unfinished.rename(blank)
        copied = subprocess.run(  # noqa: S603 (keeps who owns what, which Python's own copy does not)
            ["/bin/cp", "--archive", f"{blank}/.", str(to)], capture_output=True, text=True, check=False
        )
        if copied.returncode:
            raise Unavailable("A stack could not be copied for the drill.", why=copied.stderr.strip()[-500:])
