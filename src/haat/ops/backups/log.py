"""What happened to a database of SQLite after it was copied: frames of its own log, as they were committed, with the instants at which.

A log of SQLite goes by generations: when all of it is in the file of the database, the next writer begins it anew, with another salt. A stream is a row of
generations without a gap. While one goes on it is kept in small parts; once it has ended, in few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from haat.ops.backups.sqlite import FRAME_HEADER
from haat.ops.backups.vault import Damaged, Vault

FOLDER = "log/"


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """Everything up to this frame was committed by this instant (ms since 1970)."""

    frame: int
    at: int


class Stretch(msgspec.Struct, frozen=True, tag="log", tag_field="is"):
    """Frames `first` to that of the last mark, of one generation. `stream` is the instant at which its stream began (ms since 1970), `header` the
    beginning of the log's file.
    """

    database: str
    stream: int
    generation: int
    salt: str
    page_size: int
    header: bytes
    first: int
    marks: tuple[Mark, ...]
    frames: bytes

    @property
    def name(self) -> str:
        """Under which it is kept."""
        place = f"{self.database}/{self.stream:013d}/{self.generation:08d}-{self.salt}"
        return f"{FOLDER}{place}/{self.first:012d}"

    @property
    def last(self) -> int:
        return self.marks[-1].frame

    def up_to(self, at: int) -> int:
        """The last frame that was committed by then; 0 where none was."""
        return max((mark.frame for mark in self.marks if mark.at <= at), default=0)

    def cut(self, last: int) -> bytes:
        """The log's file with frames up to this one."""
        assert self.first == 1
        return self.header + self.frames[: last * (FRAME_HEADER + self.page_size)]


class Generation(NamedTuple):
    """Where its parts are. `number` counts within its stream."""

    stream: int
    number: int
    salt: str
    names: Sequence[str]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Stretch).decode


def put(vault: Vault, stretch: Stretch) -> str:
    """Keep it; returns its name. What was put under the same name is in it too."""
    vault.put(stretch.name, _encode(stretch))
    return stretch.name


def get(vault: Vault, name: str) -> Stretch:
    """Raises NotFound and Damaged."""
    return _decode(vault.get(name))


def generations(vault: Vault, database: str) -> list[Generation]:
    """Of all streams, in the order of time."""
    names = sorted(name for name, _ in vault.shelf.names(f"{FOLDER}{database}/"))
    return [Generation(*place, list(parts)) for place, parts in groupby(names, key=_place)]


def since(vault: Vault, database: str, position: str, taken_at: int) -> list[Generation]:
    """What a copy that was taken at this position and instant can go on with: its own generation, and all that follow it without a gap."""
    salt = position.partition(":")[0]
    all_ = generations(vault, database)
    own = [n for n, one in enumerate(all_) if one.salt == salt and _is_of_its_time(one, taken_at)]
    return list(_without_gap(all_[own[-1] :])) if own else []


def joined(vault: Vault, names: Sequence[str]) -> Stretch:
    """Parts of a generation as one; what is in two of them is in it once. Raises NotFound, and Damaged where one is missing between them."""
    whole, *others = (get(vault, name) for name in names)
    for other in others:
        whole = _joined(whole, other)
    return whole


def _joined(one: Stretch, other: Stretch) -> Stretch:
    if other.first > one.last + 1:
        raise Damaged(
            f"The log of {one.database} has a gap.", why=f"Frames {one.last + 1} to {other.first - 1} are not there."
        )
    marks = tuple(mark for mark in other.marks if mark.frame > one.last)
    if not marks:
        return one
    known = (one.last + 1 - other.first) * (FRAME_HEADER + one.page_size)
    return msgspec.structs.replace(one, marks=one.marks + marks, frames=one.frames + other.frames[known:])


def _is_of_its_time(generation: Generation, taken_at: int) -> bool:
    """A log that nothing was written to has no salt yet, so only who was there then can tell that it is the same one."""
    return generation.salt.strip("0") != "" or generation.stream <= taken_at


def _without_gap(following: Sequence[Generation]) -> Iterator[Generation]:
    for number, generation in enumerate(following):
        if number and (generation.stream, generation.number) != (following[0].stream, following[0].number + number):
            return
        yield generation


def _place(name: str) -> tuple[int, int, str]:
    stream, generation, _ = name.split("/")[-3:]
    number, _, salt = generation.partition("-")
    return int(stream), int(number), salt
