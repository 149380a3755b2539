"""Take a set: everything of the stack into the repository, and last of all the manifest that makes it a set."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from threading import BoundedSemaphore, Lock
from typing import NamedTuple

from haat.kernel import clock, faults, ids
from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups import findings, log, sets, spoilt
from haat.ops.backups.engine import Found
from haat.ops.backups.gather import Gathered
from haat.ops.backups.manifest import PARTS, File, Manifest, Part
from haat.ops.backups.sqlite import opened
from haat.ops.backups.vault import PIECES, Vault

PIECE = 1 << 20  # bytes
_AT_ONCE = 6 + max(2, os.cpu_count() or 1)  # pieces: some are packed while others are on their way to the disk
_SETTLED = 256  # pieces that may be lost when it is interrupted
_WAITING = 2 * _AT_ONCE  # pieces that are read and not yet written

Tell = Callable[[int, int], None]
"""Told how many bytes are done, of how many."""


class Stack(NamedTuple):
    """Whose set it is."""

    haat: str
    preset: str
    taken_from: str
    database: str
    database_version: str
    revision: str


def take(
    vault: Vault,
    stack: Stack,
    gathered: Gathered,
    tell: Tell = lambda done, total: None,
    refuse: Callable[[], None] = lambda: None,
) -> Manifest:
    """Returns the set that is now in the repository. Raises Unavailable, and what `refuse` raises, which is asked last; then there is none. What was written is
    found by the next, but for the last pieces of one that was killed.
    """
    taken_at = clock.now()
    vault.shelf.sweep()
    keeper = _Keeper(vault, sum(found.size for found in gathered.files), tell)
    before = photos(sets.newest(vault))
    newest_stream = log.newest_stream(vault)
    with _settled(vault):
        with keeper.working():
            files = [(found.part, keeper.keep_again(found, before) or keeper.keep(found)) for found in gathered.files]
        parts = tuple(Part(name, tuple(done() for part, done in files if part == name)) for name in PARTS)
    keeper.forget_mended()
    faults.reach("backup.pieces")
    manifest = Manifest(
        id=max([ids.new_id(), *(id_ + 1 for id_ in sets.all_ids(vault)[-1:])]),  # The clock may have been set back.
        taken_at=taken_at,
        took=int((time.monotonic() - gathered.began) * 1000),
        positions=gathered.positions,
        parts=parts,
        added=keeper.added,
        copied_at=gathered.began_at,
        newest_stream=newest_stream,
        **stack._asdict(),
    )
    refuse()
    sets.put(vault, manifest)
    return manifest


def is_kept(found: Found, file: File | None) -> bool:
    """Whether this is the photo that an earlier set has: they never change."""
    return file is not None and (file.size, file.changed_at) == (found.size, found.changed_at)


@contextmanager
def _settled(vault: Vault) -> Iterator[None]:
    """What was drafted meanwhile is kept: where there is no room for more, what fitted takes none in vain."""
    try:
        yield
    except HaatError:
        with suppress(HaatError):
            vault.shelf.settle()
        raise
    vault.shelf.settle()


def photos(before: Manifest | None) -> Mapping[str, File]:
    """Those that an earlier set has, by their paths."""
    return {file.path: file for file in before.part("media").files} if before else {}


class _Keeper:
    """Reads files piece by piece, and lets several threads compress, seal and write what is not in the repository yet."""

    def __init__(self, vault: Vault, total: int, tell: Tell) -> None:
        self._vault = vault
        self._spoilt = spoilt.noted(vault)
        self._there = {name for name, _ in vault.shelf.names(PIECES)} - self._spoilt
        self._room = BoundedSemaphore(_WAITING)
        self._total = total
        self._tell = tell
        self._done = 0
        self._lock = Lock()
        self._unsettled = 0
        self._drafted: set[str] = set()
        self._failure: BaseException | None = None
        self.added = 0
        self._pool: ThreadPoolExecutor | None = None

    @contextmanager
    def working(self) -> Iterator[None]:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="backup") as self._pool:
            yield

    def keep_again(self, found: Found, before: Mapping[str, File]) -> Callable[[], File] | None:
        """Photos are named by what they show, and never change: one that an earlier set has is not read again."""
        file = before.get(found.path) if found.handle is None else None
        if file is None or not is_kept(found, file) or not self._there.issuperset(file.pieces):
            return None
        self._move_on(file.size)
        return lambda: file

    def keep(self, found: Found) -> Callable[[], File]:
        """Returns what gives the file's entry, once all its pieces are kept."""
        assert self._pool is not None
        pieces: list[Future[str]] = []
        sha = hashlib.sha256()
        for content in _read(found):
            if self._failure is not None:
                raise self._failure
            sha.update(content)
            self._room.acquire()
            pieces.append(self._pool.submit(self._keep, content))
            self._move_on(len(content))
            self._settle_now_and_then()
        found.release()
        digest = sha.hexdigest()

        def entry() -> File:
            names = tuple(piece.result() for piece in pieces)
            return File(found.path, found.size, digest, found.mode, found.changed_at, names)

        return entry

    def forget_mended(self) -> None:
        """What was spoilt or lost is there again as it should be."""
        spoilt.forget(self._vault, self._spoilt & self._there)
        findings.mended(self._vault, self._drafted)

    def _move_on(self, by: int) -> None:
        self._done += by
        self._tell(self._done, self._total)

    def _settle_now_and_then(self) -> None:
        """What has its name is found by the next, if this one is interrupted."""
        if self._unsettled >= _SETTLED:
            self._unsettled = 0
            self._vault.shelf.settle()

    def _keep(self, content: bytes) -> str:
        try:
            name = self._vault.name_of(content)
            if self._is_new(name):
                added = self._vault.draft(name, content)
                with self._lock:
                    self.added += added
                    self._drafted.add(name)
                    self._unsettled += 1
        except BaseException as error:
            self._failure = error
            raise
        else:
            return name
        finally:
            self._room.release()

    def _is_new(self, name: str) -> bool:
        """Whether nobody has it, nor is at it; from now on this thread is."""
        with self._lock:
            is_new = name not in self._there
            self._there.add(name)
            return is_new


def _read(found: Found) -> Iterator[bytes]:
    """Exactly its size. Raises Unavailable where there is less, and where it cannot be read."""
    try:
        with ExitStack() as stack:
            handle = found.handle if found.handle is not None else opened(stack, found.source)
            at = 0
            while at < found.size:
                content = os.pread(handle, min(PIECE, found.size - at), at)
                if not content:
                    raise _shorter(found)
                yield content
                at += len(content)
    except OSError as error:
        raise Unavailable(
            f"{found.source} could not be read.",
            why=f"{error.strerror}.",
            try_="See that this user may read it, and take the backup again.",
        ) from error


def _shorter(found: Found) -> Unavailable:
    return Unavailable(
        f"{found.source} became shorter while it was read.",
        why=f"It had {found.size} bytes when the backup began.",
        try_="Take the backup again.",
    )
