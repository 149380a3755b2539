"""Pictures that lie in a folder, found by their names. Nothing is ever fetched from the web."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from haat.kernel.errors import Invalid
from haat.market.catalogue.photos import Picture

Keep: TypeAlias = Callable[[Path], Picture]
"""Keeps a picture file in the market's own store. Raises HaatError when it is no picture that can be shown."""


class PictureFolder:
    """The files of a folder and of those in it. Of two with the same name the first by its path counts."""

    def __init__(self, folder: Path, keep: Keep) -> None:
        if not folder.is_dir():
            raise Invalid(
                f"{folder} is not a folder.",
                why="Pictures are looked for in a folder.",
                try_="Name the folder they lie in.",
            )
        self._keep = keep
        self._paths: dict[str, Path] = {}
        self._kept: dict[Path, Picture] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self._paths.setdefault(path.name.casefold(), path)
                self._paths.setdefault(path.stem.casefold(), path)

    def keep(self, source: str) -> Picture | None:
        """The picture that a source names, kept; None when there is no such file. Raises HaatError as `Keep` does."""
        path = self._paths.get(_name(source).casefold())
        if path is None:
            return None
        if path not in self._kept:
            self._kept[path] = self._keep(path)
        return self._kept[path]


def _name(source: str) -> str:
    return unquote(PurePosixPath(urlsplit(source).path).name) if "://" in source else source
