"""A log on disk that never grows beyond its bounds, never holds a secret, and never stops whoever writes to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


class LogFile:
    """Takes whole lines. When the file has `max_size` bytes it becomes NAME.1, and so on until `keep`; the oldest is thrown away.

    What stands in `secrets` is written as (hidden), wherever it comes from. A disk that is full loses lines and nothing else.
    """

    def __init__(self, path: Path, *, max_size: int, keep: int, secrets: Sequence[bytes] = ()) -> None:
        self._path = path
        self._max_size = max_size
        self._keep = keep
        self._secrets = secrets
        self._file: int | None = None
        self._size = 0

    def write(self, lines: bytes) -> None:
        for secret in self._secrets:
            lines = lines.replace(secret, b"(hidden)")
        with suppress(OSError):
            if self._file is None:
                self._open()
            elif self._size + len(lines) > self._max_size:
                self._turn()
            self._append(lines)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> None:
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._size = os.fstat(self._file).st_size

    def _turn(self) -> None:
        self.close()
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{n}") for n in range(1, self._keep + 1))]
        names[-1].unlink(missing_ok=True)
        for older, newer in zip(names[::-1], names[-2::-1], strict=False):
            if newer.exists():
                newer.rename(older)
        self._open()

    def _append(self, lines: bytes) -> None:
        assert self._file is not None
        while lines:
            written = os.write(self._file, lines)
            self._size += written
            lines = lines[written:]
