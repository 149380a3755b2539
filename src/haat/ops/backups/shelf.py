"""Where a repository is kept: named contents, each of which is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

from haat.kernel.errors import HaatError

AT_ONCE = 16  # requests: a shelf elsewhere takes its time for each


class Version(NamedTuple):
    """What became of a content at an instant (ms since 1970): it was put, or, where `is_removal`, removed. `id` is the place's own."""

    name: str
    id: str
    at: int
    is_removal: bool


class Shelf(Protocol):
    """Names are relative paths of lower-case letters, digits, `-`, `.` and `/`. All methods may be called by several threads at once, and
    raise Unavailable when the place does not answer, has no room, or may not be used.
    """

    def put(self, name: str, content: bytes) -> None:
        """Keep it, in place of what was there. When this returns it outlives a power cut; until then what was there is untouched."""

    def put_first(self, name: str, content: bytes) -> None:
        """Keep it where nothing has this name yet: an empty shelf is begun so. Raises Conflict, and then what was there stays."""

    def draft(self, name: str, content: bytes) -> None:
        """Get it ready to be kept: it is there after the next `settle`, and may be there before. Where that fails, a later `draft` or `settle` raises."""

    def settle(self) -> None:
        """Keep all that was drafted. When this returns, it outlives a power cut."""

    def sweep(self) -> None:
        """Let go of what was drafted long ago and never kept, because whoever did it was killed."""

    def get(self, name: str) -> bytes:
        """Raises NotFound."""

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        """What is there whose name begins so, with its size in bytes, in no order."""

    def remove(self, name: str) -> None:
        """It need not be there."""

    def versions(self, prefix: str) -> Iterator[Version]:
        """Everything that became of contents whose names begin so, as far as the place still has it: by name, the newest first. Raises NotKept."""

    def get_version(self, version: Version) -> bytes:
        """What was put then. Raises NotFound."""

    def __str__(self) -> str:
        """Where it is, for people; without secrets."""


class NotKept(HaatError):
    """The place has nothing but what is there now."""

    code = "not_kept"


def remove_all(shelf: Shelf, names: Iterable[str]) -> None:
    """In no order."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="remove") as pool:
        for _ in pool.map(shelf.remove, names):
            pass
