"""Whether anybody is at the shop's database."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from haat.kernel.errors import Unavailable

_PATIENCE = 40.0  # seconds: whoever is told to end has thirty for what is in hand
_BETWEEN_LOOKS = 0.1


def wait_until_still(what: str, users: Callable[[], Sequence[str]], patience: float = _PATIENCE) -> None:
    """Raises Unavailable, which names who is at it, when somebody still is after so many seconds."""
    until = time.monotonic() + patience
    while there := users():
        if time.monotonic() > until:
            raise Unavailable(
                f"{what} is still open.",
                why=f"By {', '.join(there)}.",
                try_="End it, and do it again: nothing was changed.",
            )
        time.sleep(_BETWEEN_LOOKS)


def users_of(path: Path) -> list[str]:
    """The processes of others that have the file open, under its own name or as one that is gone; of those that this user may look into."""
    return [f"{name} (process {pid})" for pid, name in processes_with(path)]


def processes_with(path: Path) -> list[tuple[int, str]]:
    """The numbers and names of those processes."""
    real = path.resolve()
    names = {str(real), f"{real} (deleted)"}
    pids = {pid for pid, name in _open_files() if name in names and pid != os.getpid()}
    return [(pid, _name_of(pid)) for pid in sorted(pids)]


def _open_files() -> Iterator[tuple[int, str]]:
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            yield int(handle.parts[2]), str(handle.readlink())
        except OSError:  # Not ours to see, or gone meanwhile.
            continue


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "somebody who is gone by now"
