"""What a stack that runs tells others on its machine: where it is reached, by whom it is kept, and its signs of life."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from haat.kernel.clock import SECOND


class Running(NamedTuple):
    """Written by the supervisor when everything answers. `url` is how this machine reaches it; `ready_at` is in ms since 1970; `version`
    is that of the Haat that runs, which may no longer be the one that is installed; `console` is where operators come in, if they do.
    """

    pid: int
    url: str
    ready_at: int
    version: str = ""
    console: str = ""


def folder_of(data: Path) -> Path:
    """Where it is told."""
    return data / "run"


def lock_of(data: Path) -> Path:
    return folder_of(data) / "up.lock"


def beats_of(data: Path) -> Path:
    """The worker's signs of life."""
    return folder_of(data) / "worker.beat"


KEPT_WITHIN = 5 * SECOND
"""While the shipper is well, what was committed that long ago (ms) is kept for sure."""


def shipped_of(data: Path) -> Path:
    """The shipper's signs that everything is kept."""
    return folder_of(data) / "shipped.beat"


def unproved_of(data: Path) -> Path:
    """The shipper's sign that it goes on from a set which nobody has proved yet, of the time at which it was taken."""
    return folder_of(data) / "shipped.unproved"


def all_shipped_of(data: Path) -> Path:
    """The last word of a shipper that has ended: nothing was committed that is not kept."""
    return folder_of(data) / "shipped.all"


def memory_of(data: Path) -> Path:
    """The file in which operations remember what they do."""
    return data / "ops.db"


def reserve_of(data: Path) -> Path:
    """The file that takes room for them on the disk, for when there is none left."""
    return data / "ops.reserve"


def operations_lock_of(data: Path) -> Path:
    """Whoever has it is the only one who does something to the stack."""
    return folder_of(data) / "ops.lock"


def wish_of(data: Path, program: str) -> Path:
    """Whoever wants the processes of a program (`web`, `worker`) begun anew writes here a number that was not there: now, in ms since 1970."""
    return folder_of(data) / f"anew.{program}"


def old_of(data: Path, program: str) -> Path:
    """Beside it stands which processes were there then: their numbers, each with when it was born (see `ops.health.processes`)."""
    return folder_of(data) / f"old.{program}"


def wanted_anew(data: Path) -> dict[str, int]:
    """By program, the number of the last wish."""
    wishes = {}
    for file in folder_of(data).glob("anew.*"):
        with suppress(OSError, ValueError):
            wishes[file.suffix.removeprefix(".")] = int(file.read_text("utf-8"))
    return wishes


# Who has the shop's database open, in the order in which they end, and who answers in their stead while they rest.
OF_THE_DATABASE = ("web", "worker", "keeper", "shipper")
DOORMAN = "doorman"


def hold_of(data: Path) -> Path:
    """As long as this file is there nobody has the database open: its text says why."""
    return folder_of(data) / "hold"


def swap_of(data: Path) -> Path:
    """Where it is written down that a copy was put in the place of the database, and how far that is."""
    return data / "swap.json"


def asleep(data: Path) -> frozenset[str]:
    """The programs that may not run now."""
    is_held = hold_of(data).exists() or is_swapping(data)
    return frozenset(OF_THE_DATABASE) if is_held else frozenset((DOORMAN,))


def is_swapping(data: Path) -> bool:
    """Whether another database is half in the place of the shop's."""
    try:
        return bool(json.loads(swap_of(data).read_text("utf-8"))["phase"] != "done")
    except FileNotFoundError:
        return False


def tell(data: Path, running: Running) -> None:
    draft = folder_of(data) / ".up.json"
    draft.write_text(json.dumps(running._asdict()) + "\n", "utf-8")
    draft.rename(folder_of(data) / "up.json")


def forget(data: Path) -> None:
    (folder_of(data) / "up.json").unlink(missing_ok=True)


def told(data: Path) -> Running | None:
    """What was told last; it may have died since."""
    try:
        return Running(**json.loads((folder_of(data) / "up.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def answers(url: str, patience: float) -> bool:
    """Whether the shop answers at this address that it is alive, within so many seconds."""
    import socket
    from urllib.parse import urlsplit

    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "", address.port or 80), timeout=patience) as connection:
            connection.sendall(f"GET /health HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False
