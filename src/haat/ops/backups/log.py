"""What happened to a database after it was copied: its own log, as it was committed, with the instants at which.

A log goes by generations. When all of a log of SQLite is in the file of the database, the next writer begins it anew, with another salt; servers of
databases write one file after the other. A stream is a row of generations without a gap. While one goes on it is kept in small parts; once it has
ended, in few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

import msgspec

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.ops.backups.shelf import AT_ONCE
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.written import foreign

FOLDER = "log/"
NOT_YET = (1 << 62) + 1
"""In the place of an instant (ms since 1970), and later than every other: what ends here is not committed before something that follows is."""
_TRIES = 5
_INSTEAD = "Restore an earlier instant, or what is sound of the newest: `haat backup restore --into DIR --newest`."


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """Everything up to this frame was committed by this instant (ms since 1970)."""

    frame: int
    at: int


class Stretch(msgspec.Struct, frozen=True, tag="log", tag_field="is"):
    """Frames `first` to that of the last mark, of one generation; the first frame of a generation is 1. `stream` is the instant at which its stream began
    (ms since 1970), or comes after those that were there where the clock is behind them; `salt` tells generations apart that have the same number: drawn by lot, or, with a dot in it, a name (of small letters and digits). A frame has `frame_size` bytes:
    servers count bytes, so theirs is 1. `header` is what the log's file has before its first frame. `after` is the last frame of the generation before, so
    that a part which is missing at the end of that one is missed; -1 where nobody can tell.
    """

    database: str
    stream: int
    generation: int
    salt: str
    frame_size: int
    header: bytes
    first: int
    marks: tuple[Mark, ...]
    frames: bytes
    after: int = -1

    @property
    def name(self) -> str:
        """Under which it is kept."""
        place = f"{self.database}/{self.stream:013d}/{self.generation:08d}-{self.salt}"
        return f"{FOLDER}{place}/{self.first:012d}"

    @property
    def last(self) -> int:
        return self.marks[-1].frame

    @property
    def instants(self) -> list[int]:
        """By which something of it was committed."""
        return [mark.at for mark in self.marks if mark.at != NOT_YET]

    def up_to(self, at: int) -> int:
        """The last frame that was committed by then; 0 where none was."""
        return max((mark.frame for mark in self.marks if mark.at <= at), default=0)

    def cut(self, last: int) -> bytes:
        """The log's file with frames up to this one."""
        assert self.first == 1
        return self.header + self.frames[: last * self.frame_size]


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
    return decoded(name, vault.get(name))


def decoded(name: str, content: bytes) -> Stretch:
    """What was kept under this name. Raises Damaged."""
    try:
        return _decode(content)
    except msgspec.DecodeError as error:
        raise foreign(name) from error


def generations(vault: Vault, database: str) -> list[Generation]:
    """Of all streams, in the order in which they began."""
    return _generations(vault, f"{FOLDER}{database}/")


def newest_stream(vault: Vault, database: str = "") -> int:
    """The number of the youngest stream of this database, or of any; 0 where there is none."""
    prefix = f"{FOLDER}{database}/" if database else FOLDER
    return max((_place(name)[0] for name, _ in vault.shelf.names(prefix)), default=0)


def next_stream(vault: Vault, database: str) -> int:
    """The number of one that begins now."""
    return max(clock.now(), newest_stream(vault, database) + 1)


def grouped(names: Iterable[str]) -> list[Generation]:
    """The same, of parts that have these names."""
    return [Generation(*place, list(parts)) for place, parts in groupby(sorted(names), key=_place)]


def first_of(name: str) -> int:
    """The first frame of the part of this name."""
    return int(name.rpartition("/")[2])


def chains(all_: Sequence[Generation], position: str, last_stream: int) -> list[list[Generation]]:
    """What a copy that was taken at this position, when there was no younger stream than this, can go on with, the oldest first: its own generation, and all
    that follow it without a gap. There are several where a shipper that had been away found the same log again.
    """
    salt = position.partition(":")[0]
    own = [n for n, one in enumerate(all_) if one.salt == salt and _is_of_its_time(one, last_stream)]
    return [list(_without_gap(all_[n:])) for n in own]


def is_begun(generation: Generation) -> bool:
    """A log of SQLite that nothing was written to yet has no salt of its own."""
    return generation.salt.strip("0") != ""


def whole(vault: Vault, database: str, generation: Generation) -> Stretch:
    """All of a generation. Its parts are joined by the shipper now and then: those that went meanwhile are in another. Raises NotFound, Damaged."""
    names = generation.names
    for _ in range(_TRIES):
        try:
            return joined(vault, names)
        except NotFound as error:
            gone = error
        found = _generations(vault, f"{FOLDER}{database}/{generation.stream:013d}/{generation.number:08d}-")
        names = found[0].names if found else ()
        if not names:
            break
    raise gone


def begins(vault: Vault, database: str, chain: Sequence[Generation]) -> int | None:
    """The first instant that is known of it; None where that cannot be read."""
    for name in chain[0].names:
        part = _part(vault, database, chain[0], name)
        if part is None:
            return None
        if known := part.instants:
            return known[0]
    return chain[0].stream


def ends(vault: Vault, database: str, chain: Sequence[Generation]) -> int | None:
    """The last instant that is known of it, and can be read; None where nothing can."""
    for generation in reversed(chain):
        for name in reversed(generation.names):
            part = _part(vault, database, generation, name)
            if part is not None and (known := part.instants):
                return known[-1]
    return None


def until_damage(vault: Vault, database: str, chain: Sequence[Generation]) -> list[Generation]:
    """The beginning of it, up to the first part that cannot be read or is not there."""
    found: list[Generation] = []
    before = -1  # the last frame of the generation before; nobody can tell of the first
    for generation in chain:
        names, last = list[str](), 0
        for name in generation.names:
            part = _part(vault, database, generation, name)
            if part is None or part.first > last + 1 or -1 < before != part.after != -1:
                break
            names.append(name)
            last = max(last, part.last)
        if names:
            found.append(generation._replace(names=names))
        if len(names) < len(generation.names):
            break
        before = last
    return found


def joined(vault: Vault, names: Sequence[str]) -> Stretch:
    """Parts of a generation as one; what is in two of them is in it once. Raises NotFound, and Damaged where one is missing between them."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="log") as pool:
        first, *others = pool.map(lambda name: get(vault, name), names)
    marks, frames = list(first.marks), [first.frames]
    for other in others:
        if other.first > marks[-1].frame + 1:
            raise Damaged(
                f"The log of {first.database} has a gap.",
                why=f"Frames {marks[-1].frame + 1} to {other.first - 1} are not there.",
                try_=_INSTEAD,
            )
        new = [mark for mark in other.marks if mark.frame > marks[-1].frame]
        known = (marks[-1].frame + 1 - other.first) * first.frame_size
        frames += [other.frames[known:]] if new else []
        marks += new
    return msgspec.structs.replace(first, marks=tuple(marks), frames=b"".join(frames))


def _part(vault: Vault, database: str, generation: Generation, name: str) -> Stretch | None:
    """Nothing where it cannot be read."""
    try:
        return whole(vault, database, generation._replace(names=[name]))
    except (Damaged, NotFound):
        return None


def _generations(vault: Vault, prefix: str) -> list[Generation]:
    return grouped(name for name, _ in vault.shelf.names(prefix))


def _is_of_its_time(generation: Generation, last_stream: int) -> bool:
    """A log that nothing was written to has no salt yet, and a name may come again, so only who was there then can tell that it is the same one."""
    is_drawn = is_begun(generation) and "." not in generation.salt
    return is_drawn or generation.stream <= last_stream


def _without_gap(following: Sequence[Generation]) -> Iterator[Generation]:
    for number, generation in enumerate(following):
        if number and (generation.stream, generation.number) != (following[0].stream, following[0].number + number):
            return
        yield generation


def _place(name: str) -> tuple[int, int, str]:
    stream, generation, _ = name.split("/")[-3:]
    number, _, salt = generation.partition("-")
    return int(stream), int(number), salt
