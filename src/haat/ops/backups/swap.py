"""Put a copy that was proved in the place of what a stack has, or take that back: by new names alone, written down before the first.

What is there is set aside into a folder of its own and kept; a database on a server stays there under another name. What makes a shop start is set aside
first and put in its place last, so at every moment in between there is none; and as long as it is written down that somebody is at it, nobody starts
anything.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from haat.kernel import clock, faults
from haat.kernel.durable import sync_folder
from haat.kernel.errors import NotFound, Refused
from haat.ops import running
from haat.ops.backups.engine import Carrier

_BESIDE = ("-wal", "-shm")
_READY = "ready.json"
_UNDONE = "undone"
_NOTES = "orders-since.txt"
_BEFORE = "before-"
_LONGEST = 40  # letters of a name to which something is added: a server takes 63
_Note = TypeVar("_Note", bound=msgspec.Struct)


class Ready(msgspec.Struct, frozen=True):
    """A copy that was proved, at `made_at`. `names` are what gets a new place, the database last; `as_of` is the instant that it is of, `kept_until` the last up to
    which everything is known to have been kept, `asked_for` what was wanted (ms since 1970); `looked` says what was looked at. `missing` is how many
    orders were made since and are not in it, None where that cannot be told. `database` is the one on a server that gets its place after all of them, from
    the one beside it; empty for a file, which is among the names.
    """

    set_id: int
    made_at: int
    names: tuple[str, ...]
    asked_for: int
    as_of: int
    kept_until: int
    looked: tuple[str, ...]
    missing: int | None = None
    database: str = ""


class Swap(msgspec.Struct, frozen=True):
    """What is being done, or was, since `began_at`: places are cleared, then taken. `aside` is the folder of what was there before; `is_back` says that it
    is being taken back, and `was_put` then whether the copy had come to its place by any part of it. `database` is the one on a server whose place it is, and `kept` what is called there what was in it, if there was one.
    """

    names: tuple[str, ...]
    aside: str
    is_back: bool = False
    phase: Literal["clearing", "taking", "done"] = "clearing"
    began_at: int = 0
    database: str = ""
    kept: str = ""
    was_put: bool = True

    @property
    def is_done(self) -> bool:
        return self.phase == "done"

    @property
    def undone(self) -> str:
        """What is called on a server what was in its place before that was taken back; nothing where nothing was."""
        return f"{_short(self.database)}_undone_{_stamp(self.began_at)}" if self.database and self.was_put else ""

    def tells_where(self, data: Path) -> str:
        """Where there is what was there before, for people; when it was taken back, what took its place meanwhile."""
        if self.is_back and not self.was_put:
            return "nowhere, for nothing had taken its place"
        if not self.database:
            return f"{data / self.aside}{f'/{_UNDONE}' if self.is_back else ''}"
        if self.is_back:
            return f"the database {self.undone} on its server"
        return f"the database {self.kept} on its server" if self.kept else "nowhere, for there was none"


def copy_of(data: Path) -> Path:
    """Where a copy is made that is to be put in the place of what is there."""
    return data / "recovery"


def stack_of(data: Path) -> Path:
    """The stack within it."""
    return copy_of(data) / "stack"


def notes_of(data: Path) -> Path:
    """Which orders the copy does not have."""
    return copy_of(data) / _NOTES


def notes_in(aside: Path) -> Path:
    """Where that is kept, once the copy has its place."""
    return aside / _NOTES


def damaged_of(aside: Path) -> Path:
    """Files of what a server could not open any more, if there was something."""
    return aside / "damaged"


def beside(database: str) -> str:
    """What the copy is called on a server that waits for the place of this database."""
    return f"{_short(database)}_beside"


def say_ready(data: Path, ready: Ready) -> None:
    """The copy was proved: it may get its place."""
    _write(copy_of(data) / _READY, msgspec.json.encode(ready))


def ready(data: Path) -> Ready | None:
    """The copy that waits for its place."""
    return _read(copy_of(data) / _READY, Ready)


def last(data: Path) -> Swap | None:
    """What was done last, or is being done."""
    return _read(running.swap_of(data), Swap)


def is_to_be_taken_back(data: Path, since: int) -> bool:
    """Whether something was put in its place since this instant (ms since 1970) and is still there. Raises Refused where that was done more than once:
    then nobody can say which of them is meant.
    """
    done = last(data)
    if done is None or done.began_at < since or (done.is_back and done.is_done):
        return False
    times = [path for path in data.glob(f"{_BEFORE}*") if path.name >= _aside_at(since)]
    if len(times) > 1:
        raise Refused(
            "Another copy was put in the place of the database since then.",
            why=f"What was there before each is in {', '.join(sorted(path.name for path in times))}.",
            try_="`haat backup swap --back` takes the last one back.",
        )
    return True


def what_was_put(data: Path) -> Ready | None:
    """The copy that has its place since the last swap."""
    done = last(data)
    return _read(data / done.aside / _READY, Ready) if done and done.is_done and not done.is_back else None


def refuse_half_done(data: Path) -> None:
    """Raises Refused while something is half in its place."""
    doing = last(data)
    if running.is_swapping(data) and doing:
        raise Refused(
            "The database of this stack is half replaced.",
            why=f"Somebody who put a copy in its place was interrupted. What was there before: {doing.tells_where(data)}.",
            try_="`haat backup swap` finishes it, `haat backup swap --back` takes it back.",
        )


def planned(data: Path, carrier: Carrier | None = None) -> Swap:
    """What `swap` would do, or go on with. Nothing is done. Raises as it does."""
    doing = last(data)
    if doing is None or doing.is_done:
        return _new(data, carrier)
    if doing.is_back:
        raise _going_back(data, doing)
    return doing


def planned_back(data: Path) -> Swap:
    """What `swap_back` would take back, or go on with. Nothing is done. Raises NotFound as it does."""
    doing = last(data)
    if doing is None or (doing.is_back and doing.is_done):
        raise NotFound("There is nothing to take back.", why=f"No copy was put in the place of what is in {data}.")
    if doing.is_back:
        return doing
    if doing.phase == "clearing":
        # What was in the way of that would be in the way again: only what has moved goes back.
        return msgspec.structs.replace(doing, is_back=True, phase="taking", was_put=False)
    return msgspec.structs.replace(doing, is_back=True, phase="clearing")


def swap(data: Path, carrier: Carrier | None = None) -> Swap:
    """Give the copy its place, or go on with that; on a server by its carrier. Raises NotFound where there is none, Refused for one that is being taken
    back, and Unavailable.
    """
    doing = planned(data, carrier)
    if doing != last(data):
        _note(data, doing)
    doing = _cleared(data, doing, carrier)
    aside, new = data / doing.aside, stack_of(data)
    for name in doing.names:
        if (new / name).exists():
            _set_aside(data, aside, name)  # Whatever is there was made meanwhile.
        _move(new / name, data / name)
    _rename(carrier, beside(doing.database), doing.database)
    for note in (_NOTES, _READY):
        _move(copy_of(data) / note, aside / note)
    shutil.rmtree(copy_of(data), ignore_errors=True)
    return _note(data, msgspec.structs.replace(doing, phase="done"))


def swap_back(data: Path, carrier: Carrier | None = None) -> Swap:
    """Give what was there its place again; what took it is kept as well. Raises NotFound where nothing was put in anybody's place, and Unavailable."""
    doing = planned_back(data)
    if doing != last(data):
        _note(data, doing)
    doing = _cleared(data, doing, carrier)
    aside = data / doing.aside
    (aside / _UNDONE).mkdir(parents=True, exist_ok=True)
    for name in doing.names:
        if (aside / name).exists():
            _set_aside(data, aside / _UNDONE, name)  # Whatever is there was made meanwhile.
        for one in (name, *(f"{name}{end}" for end in _BESIDE)):
            _move(aside / one, data / one)
    _rename(carrier, doing.kept, doing.database)
    (copy_of(data) / _READY).unlink(missing_ok=True)  # Its files are not there any more.
    return _note(data, msgspec.structs.replace(doing, phase="done"))


def let_go(data: Path, database: str, carrier: Carrier | None) -> None:
    """Nothing waits any more for the place of this database. Raises Refused while something is half in its place, Unavailable."""
    refuse_half_done(data)
    (copy_of(data) / _READY).unlink(missing_ok=True)
    if carrier:
        carrier.drop(beside(database))
    shutil.rmtree(copy_of(data), ignore_errors=True)


def _cleared(data: Path, doing: Swap, carrier: Carrier | None) -> Swap:
    """Nothing is in the places any more that are to be taken."""
    if doing.phase != "clearing":
        return doing
    aside = data / doing.aside / (_UNDONE if doing.is_back else "")
    aside.mkdir(parents=True, exist_ok=True)
    _rename(carrier, doing.database, doing.undone if doing.is_back else doing.kept, damaged_of(aside))
    for name in reversed(doing.names):
        _set_aside(data, aside, name)
    return _note(data, msgspec.structs.replace(doing, phase="taking"))


def _new(data: Path, carrier: Carrier | None) -> Swap:
    copy = ready(data)
    there = carrier.names() if carrier else ()
    if copy is None or not _is_whole(data, copy, there):
        raise NotFound(
            "There is no copy that could be put in the place of the database.",
            why=f"None that was proved is in {copy_of(data)}.",
            try_="`haat backup restore --beside` makes one.",
        )
    now, database = clock.now(), copy.database
    kept = f"{_short(database)}_before_{_stamp(now)}" if database in there else ""
    return Swap(copy.names, _aside_at(now), began_at=now, database=database, kept=kept)


def _is_whole(data: Path, copy: Ready, there: Sequence[str]) -> bool:
    is_there = not copy.database or beside(copy.database) in there
    return is_there and all((stack_of(data) / name).exists() for name in copy.names)


def _short(database: str) -> str:
    """As much of its name as leaves room for what is added."""
    return database[:_LONGEST]


def _stamp(instant: int) -> str:
    return f"{clock.as_datetime(instant):%Y%m%dT%H%M%S}"


def _rename(carrier: Carrier | None, old: str, new: str, damaged: Path | None = None) -> None:
    """It may have been done already, or in part; and where there is no name there is nothing to do. What is `damaged` too much for that is kept there."""
    if not (old and new):
        return
    assert carrier is not None
    if old in carrier.names():
        if damaged:
            carrier.part_with(old, damaged)
        carrier.rename(old, new)
        faults.reach("swap.moved")


def _aside_at(instant: int) -> str:
    """Names of this kind stand in the order of time."""
    return f"{_BEFORE}{clock.as_datetime(instant):%Y%m%dT%H%M%S.%f}"[:-3]


def _set_aside(data: Path, aside: Path, name: str) -> None:
    """What belongs to the file first: SQLite throws away a log that lies beside no file as soon as somebody looks."""
    for one in (*(f"{name}{end}" for end in _BESIDE), name):
        # What is there a second time was made by somebody who looked in between: it is nothing, and belongs to nothing.
        there = aside / one if not (aside / one).exists() else aside / f"{one}.in-between"
        _move(data / one, there)


def _move(old: Path, new: Path) -> None:
    """It may have been done already. It outlives a power cut when this returns."""
    if old.exists() or old.is_symlink():
        old.rename(new)
        sync_folder(new.parent)
        sync_folder(old.parent)
        faults.reach("swap.moved")


def _note(data: Path, swap: Swap) -> Swap:
    _write(running.swap_of(data), msgspec.json.encode(swap))
    faults.reach("swap.noted")
    return swap


def _read(file: Path, type_: type[_Note]) -> _Note | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=type_)
    except FileNotFoundError:
        return None


def _write(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(file)
    sync_folder(file.parent)


def _going_back(data: Path, doing: Swap) -> Refused:
    return Refused(
        "What was there is being put back.",
        why="Somebody began that, and was interrupted.",
        try_="`haat backup swap --back` finishes it.",
    )
