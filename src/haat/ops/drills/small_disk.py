"""A disk of our own, as small as a drill needs it: a file system in memory, which only root can make."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from haat.kernel.errors import Unavailable

_PATIENCE = 10.0  # seconds


def why_not() -> str:
    """Why there can be none on this machine; nothing where there can."""
    if os.geteuid() != 0:
        return "only root can make a small disk"
    with tempfile.TemporaryDirectory(prefix="haat-drill-") as name:
        try:
            mount(Path(name), 1_000_000)
        except Unavailable as error:
            return error.why
        unmount(Path(name))
    return ""


def mount(folder: Path, size: int) -> None:
    """The folder is a disk of so many bytes from now on. Raises Unavailable."""
    _run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0750", "haat-drill", str(folder))


def unmount(folder: Path) -> None:
    """Whatever was on it is gone, if need be as soon as nobody has it open any more."""
    with suppress(Unavailable):  # It was never mounted.
        _run("umount", "--lazy", str(folder))


def fill(file: Path) -> None:
    """Write to the file until its disk has no byte left."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        for piece in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while os.write(handle, bytes(piece)):
                    pass
    finally:
        os.close(handle)


def _run(*words: str) -> None:
    ended = subprocess.run(words, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603 (a program of the system)
    if ended.returncode:
        raise Unavailable("A small disk cannot be made here.", why=ended.stderr.strip() or f"{words[0]} failed.")
