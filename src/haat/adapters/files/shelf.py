"""A repository in a folder, which may be on another disk or on another machine's."""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from haat.kernel.durable import sync_folder
from haat.kernel.errors import Conflict, NotFound, Unavailable
from haat.ops.backups.shelf import NotKept, Version

_UNFINISHED = ".unfinished-"
_SURELY_DEAD = 3600.0  # seconds: what is drafted is kept within minutes


class FolderShelf:
    """Contents as files of a folder; see `haat.ops.backups.shelf.Shelf`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: deque[tuple[Path, Path]] = deque()

    def put(self, name: str, content: bytes) -> None:
        path = self._folder / name
        draft = self._write(path, content)
        try:
            draft.rename(path)
            sync_folder(path.parent)
        except OSError as error:
            _let_go([draft])
            raise self._unavailable(f"“{name}” could not be written.", error) from error

    def put_first(self, name: str, content: bytes) -> None:
        path = self._folder / name
        with suppress(OSError):  # What is wrong is said by whoever writes.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._write(path, content)
        try:
            _rename_unless_there(draft, path)
            os.sync()  # It is the first there: the folders above may be new as well.
        except FileExistsError as error:
            raise Conflict(f"“{name}” is in {self._folder} already.", why="Somebody else was there first.") from error
        except OSError as error:
            raise self._unavailable(f"“{name}” could not be written.", error) from error
        finally:
            _let_go([draft])

    def draft(self, name: str, content: bytes) -> None:
        path = self._folder / name
        self._drafts.append((self._write(path, content), path))

    def settle(self) -> None:
        written = [self._drafts.popleft() for _ in range(len(self._drafts))]
        try:
            # A content has its name only when it is on disk: whoever finds the name may rely on what is under it.
            for draft, path in written:
                draft.rename(path)
            for folder in self._above(path for _, path in written):
                sync_folder(folder)
        except OSError as error:
            _let_go(draft for draft, _ in written)
            raise self._unavailable("What was written could not be given its names.", error) from error

    def sweep(self) -> None:
        self._drafts.clear()
        until = time.time() - _SURELY_DEAD
        try:
            for folder, _, names in os.walk(self._folder):
                for draft in (Path(folder, name) for name in names if name.startswith(_UNFINISHED)):
                    with suppress(FileNotFoundError):
                        if draft.stat().st_mtime < until:
                            draft.unlink()
                # Whoever was killed may have given names that are not on disk yet; what has one is relied on from now on.
                if Path(folder).stat().st_mtime >= until:
                    sync_folder(Path(folder))
        except OSError as error:
            raise self._unavailable("It could not be tidied.", error) from error

    def get(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(f"“{name}” is not in {self._folder}.") from error
        except OSError as error:
            raise self._unavailable(f"“{name}” could not be read.", error) from error

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        folder = self._folder / prefix[: prefix.rfind("/") + 1]
        try:
            if folder.exists():
                yield from self._below(folder, prefix)
        except OSError as error:
            raise self._unavailable("It could not be looked through.", error) from error

    def remove(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._unavailable(f"“{name}” could not be removed.", error) from error

    def versions(self, prefix: str) -> Iterator[Version]:
        raise self._keeps_none()

    def get_version(self, version: Version) -> bytes:
        raise self._keeps_none()

    def __str__(self) -> str:
        return str(self._folder)

    def _above(self, paths: Iterable[Path]) -> list[Path]:
        """The folders that these are in, and those that they are in, any of which may be new; the innermost first."""
        folders = {folder for path in paths for folder in path.parents if folder.is_relative_to(self._folder)}
        return sorted(folders, key=lambda folder: -len(folder.parts))

    def _write(self, path: Path, content: bytes) -> Path:
        """Write it beside where it is to be. It is on disk when this returns, so that nothing has to be waited for which others write."""
        draft = path.with_name(f"{_UNFINISHED}{os.getpid()}-{os.urandom(6).hex()}")
        try:
            handle = self._create(draft)
            try:
                _write_all(handle, content)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            _let_go([draft])
            raise self._unavailable(f"“{path.name}” could not be written.", error) from error
        return draft

    def _create(self, path: Path) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o600)
        except FileNotFoundError:
            self._refuse_unless_begun()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(path, flags, 0o600)

    def _refuse_unless_begun(self) -> None:
        """Raises OSError: under a disk that is not mounted any more there is an empty folder, and nothing is to be kept in that."""
        if not self._folder.is_dir() or not any(os.scandir(self._folder)):
            raise FileNotFoundError(errno.ENOENT, "Nothing is there at all, as where a disk is not mounted")

    def _below(self, folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from self._below(Path(entry.path), prefix)
                elif not entry.name.startswith(_UNFINISHED):
                    name = os.path.relpath(entry.path, self._folder)
                    with suppress(FileNotFoundError):  # It may go while others are looked at.
                        if name.startswith(prefix):
                            yield name, entry.stat().st_size

    def _keeps_none(self) -> NotKept:
        return NotKept(
            f"There are no older versions in {self._folder}.",
            why="A folder keeps what is there, and nothing that was there before.",
            try_="A new set stores again what is damaged, and so mends older ones: `haat backup take`. A bucket of S3 can keep versions.",
        )

    def _unavailable(self, what: str, error: OSError) -> Unavailable:
        return Unavailable(
            f"The repository in {self._folder} cannot be used. {what}",
            why=f"{error.strerror or error}.",
            try_="See that the folder is there, belongs to this user, and has room left; then do it again.",
        )


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _let_go(drafts: Iterable[Path]) -> None:
    """Those that are there still."""
    for draft in drafts:
        with suppress(OSError):
            draft.unlink()


def _rename_unless_there(draft: Path, path: Path) -> None:
    """Raises FileExistsError."""
    try:
        path.hardlink_to(draft)  # Unlike a new name, a link never takes the place of anything.
    except PermissionError:  # So says a file system that has no links.
        if path.exists():
            raise FileExistsError from None
        draft.rename(path)
