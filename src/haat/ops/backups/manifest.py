"""What a set is made of: enough to restore it, and to know that it was restored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

PartName = Literal["database", "media", "configuration", "logs"]
PARTS: tuple[PartName, ...] = ("database", "media", "configuration", "logs")


class File(msgspec.Struct, frozen=True):
    """A file: its path below the data folder of its stack, its size in bytes, the SHA-256 of its content, the permissions and the instant of
    its last change (ns since 1970), and the names of the pieces that make it up, in order."""

    path: str
    size: int
    sha256: str
    mode: int
    changed_at: int
    pieces: tuple[str, ...]


class Part(msgspec.Struct, frozen=True):
    """What belongs together, and is restored together."""

    name: PartName
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(file.size for file in self.files)


class Manifest(msgspec.Struct, frozen=True, tag="set", tag_field="is"):
    """A set. It is written last: a set that was interrupted has none, and is not there.

    `database` is the address of the shop's, without its password. `positions` say of each database where in its log it was copied; `revision` is that
    of the shop's schema; `took` is in milliseconds, `added` the bytes that the repository grew by. Nothing that was committed before `copied_at` is
    missing in it, and whatever was committed after `taken_at` is (ms since 1970). `newest_stream` is the number of the youngest stream of any log that was
    there then: a clock that was set back since that began makes it larger than `taken_at`.
    """

    id: int
    taken_at: int
    took: int
    haat: str
    preset: str
    taken_from: str
    database: str
    database_version: str
    revision: str
    positions: Mapping[str, str]
    parts: tuple[Part, ...]
    added: int
    copied_at: int = 0
    newest_stream: int = 0

    @property
    def last_stream(self) -> int:
        """No stream with a larger number was there when it was taken."""
        return max(self.taken_at, self.newest_stream)

    @property
    def size(self) -> int:
        """Bytes of everything, as it is when it is restored."""
        return sum(part.size for part in self.parts)

    def part(self, name: PartName) -> Part:
        return next((part for part in self.parts if part.name == name), Part(name, ()))

    def pieces(self) -> Iterator[str]:
        """The names of all pieces, those of several files several times."""
        for part in self.parts:
            for file in part.files:
                yield from file.pieces


class Proof(msgspec.Struct, frozen=True, tag="proof", tag_field="is"):
    """What came of restoring a set into a scratch place: whether everything held, what was looked at, how long each part of it took (ms; some are
    looked at side by side), and what did not hold. `took` is all of it, in milliseconds; it is `thorough` where each row was looked for in each index."""

    set_id: int
    at: int
    holds: bool
    looked: tuple[tuple[str, int, str], ...]
    haat: str
    took: int = 0
    thorough: bool = False
