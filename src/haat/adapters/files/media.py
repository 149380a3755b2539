"""Pictures as files, named by their content: ab/abcd…-640.webp for what is shown, ab/abcd….original for what was sent."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from haat.adapters.files.picture import measure, render
from haat.kernel.durable import sync_folder
from haat.kernel.errors import Invalid, Unavailable
from haat.market.catalogue.photos import Picture


class Media:
    """A folder of pictures. What is in it never changes, so anybody may read it at any time."""

    def __init__(self, folder: Path, widths: Sequence[int], most_bytes: int) -> None:
        self._folder = folder
        self._widths = tuple(widths)
        self._most_bytes = most_bytes

    def put(self, content: bytes) -> Picture:
        """Keep a picture in every width, and the original. Sent again it is the same one, and costs next to nothing.

        Raises Invalid for what is no picture that can be shown, Unavailable when it cannot be written.
        """
        if len(content) > self._most_bytes:
            largest = f"{self._most_bytes / 1_000_000:g} MB"
            why = f"It has {len(content) / 1_000_000:.1f} MB; {largest} is the most."
            raise Invalid("This picture is too large.", fields={"photo": why}, why=why, try_="Send a smaller one.")
        picture = measure(content)
        if not self._is_fresh(picture.sha):
            self._keep(picture.sha, content)
        return picture

    def path(self, sha: str, width: int) -> Path:
        """Where the picture is in this width."""
        return self._folder / sha[:2] / f"{sha}-{width}.webp"

    def original(self, sha: str) -> Path:
        """Where the picture is as it was sent. It may hold where and when it was taken: not to be shown."""
        return self._folder / sha[:2] / f"{sha}.original"

    def has(self, sha: str) -> bool:
        """Whether the picture is here, whole."""
        return self.original(sha).exists() and all(self.path(sha, width).exists() for width in self._widths)

    def _is_fresh(self, sha: str) -> bool:
        """Whether it is here, whole. It is as young now as if it had come this moment: what is old and in no use is thrown away."""
        try:
            for path in (self.original(sha), *(self.path(sha, width) for width in self._widths)):
                os.utime(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def _keep(self, sha: str, content: bytes) -> None:
        shown = render(content, self._widths)
        try:
            for width, encoded in shown.items():
                _write(self.path(sha, width), encoded)
            _write(self.original(sha), content)
        except OSError as error:
            raise Unavailable(
                "The picture could not be kept.",
                why=f"{self._folder}: {error.strerror}.",
                try_="See that the folder can be written and has room left, then send it again.",
            ) from error


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, and on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)
