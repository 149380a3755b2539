"""Bring a set back: into a folder of its own, or in the place of what is there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from threading import Event, Thread

import msgspec

from haat.kernel import clock, faults
from haat.kernel.errors import Refused, Unavailable
from haat.ops.backups.manifest import File, Manifest, PartName
from haat.ops.backups.shelf import AT_ONCE
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.workplace import forget_dead, workplace

_NOTE = "restored.json"
_UNFINISHED = ".restoring"
_BETWEEN_SYNCS = 0.1  # seconds
_ORDER: tuple[PartName, ...] = ("logs", "configuration", "media", "database")
"""What makes a stack start comes last."""

Tell = Callable[[int, int], None]
"""Told how many bytes are done, of how many."""


def restore_into(
    vault: Vault,
    manifest: Manifest,
    folder: Path,
    tell: Tell = lambda done, total: None,
    finish: Callable[[Path], None] = lambda folder: None,
) -> None:
    """The whole set, into a folder that is not there yet, and what `finish` does to it. It gets its name last: a restore that is killed leaves a folder
    of another name, which nobody starts, and one that fails leaves nothing. Raises Refused where something is there, Conflict
    while another restore is on its way there, Damaged, NotFound for what the repository lacks, Unavailable. What restores that were killed have left
    beside it goes.
    """
    with _told(folder):
        if folder.exists():
            raise Refused(
                f"{folder} is there already.",
                why="A restore never writes over what lives.",
                try_="Name a folder that does not exist, start the shop there, and move it when it is as it should be.",
            )
    forget_dead(folder.parent, f".*{_UNFINISHED}")
    with _told(folder), workplace(folder.with_name(f".{folder.name}{_UNFINISHED}")) as unfinished:
        with _gone_when_it_fails(unfinished), _on_its_way_to_the_disk():
            _fill(vault, manifest, unfinished, tell, finish)
        os.sync()
        faults.reach("restore.written")
        unfinished.rename(folder)
        os.sync()


def restore_to_look(
    vault: Vault, manifest: Manifest, folder: Path, tell: Tell, finish: Callable[[Path], None] = lambda folder: None
) -> None:
    """The whole set, and what `finish` does to it, into a folder that is made for it and thrown away again: it need not outlive a power cut, so nobody
    waits for the disk. Raises Damaged, NotFound for what the repository lacks, Unavailable.
    """
    with _told(folder):
        folder.mkdir(mode=0o700)
        _fill(vault, manifest, folder, tell, finish)
        faults.reach("restore.written")


def _fill(vault: Vault, manifest: Manifest, folder: Path, tell: Tell, finish: Callable[[Path], None]) -> None:
    write(vault, in_order(manifest), folder, manifest.size, tell)
    finish(folder)


@contextmanager
def _gone_when_it_fails(folder: Path) -> Iterator[None]:
    """Where there was no room, what is half restored would take the rest of it; and nobody comes back for what was interrupted."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _on_its_way_to_the_disk() -> Iterator[None]:
    """What is written meanwhile is, so that little is left to wait for at the end: the system by itself would begin when half a minute is over."""
    done = Event()

    def bring() -> None:
        while not done.wait(_BETWEEN_SYNCS):
            os.sync()

    bringing = Thread(target=bring, name="sync")
    try:
        bringing.start()  # Interrupted in here it has begun all the same.
        yield
    finally:
        done.set()
        if bringing.is_alive():
            bringing.join()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the system says of the place, in words."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The set could not be restored into {folder}.",
            why=f"{error.strerror or error}.",
            try_="See that there is room and that this user may write there; then do it again.",
        ) from error


class Restored(msgspec.Struct, frozen=True):
    """What is written down in a folder that a set was restored into: which, when, and as of which instant (ms since 1970)."""

    set_id: int
    at: int
    as_of: int


def note(folder: Path, manifest: Manifest, as_of: int) -> None:
    """Write down in a folder that a set was restored into it, now, as it was then."""
    (folder / _NOTE).write_bytes(msgspec.json.encode(Restored(manifest.id, clock.now(), as_of)))


def restored(folder: Path) -> Restored | None:
    """What was restored into this folder; nothing where it came to be otherwise."""
    try:
        return msgspec.json.decode((folder / _NOTE).read_bytes(), type=Restored)
    except FileNotFoundError:
        return None


def in_order(manifest: Manifest) -> list[File]:
    """All files of a set, what makes a stack start at the end."""
    return [file for name in _ORDER for file in manifest.part(name).files]


def write(vault: Vault, files: Sequence[File], folder: Path, total: int, tell: Tell) -> None:
    """Write files below a folder, each whole and with the SHA-256 that it had. Raises Damaged, NotFound and OSError."""
    done = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="restore") as pool:
        contents = _fetched(pool, vault, (name for file in files for name in file.pieces))
        for file in files:
            path = folder / _inside(file)
            path.parent.mkdir(parents=True, exist_ok=True)
            sha = hashlib.sha256()
            with path.open("xb") as out:
                for content in islice(contents, len(file.pieces)):
                    sha.update(content)
                    out.write(content)
                    done += len(content)
                    tell(done, total)
            if sha.hexdigest() != file.sha256:
                raise Damaged(f"{file.path} is not what it was when the set was taken.", why="Its SHA-256 differs.")
            path.chmod(file.mode)
            os.utime(path, ns=(file.changed_at, file.changed_at))
            faults.reach("restore.file")


def _fetched(pool: ThreadPoolExecutor, vault: Vault, names: Iterable[str]) -> Iterator[bytes]:
    """The pieces in their order, some of them fetched ahead."""
    left = iter(names)
    coming = [pool.submit(vault.get, name) for name in islice(left, AT_ONCE)]
    while coming:
        content = coming.pop(0).result()
        coming += [pool.submit(vault.get, name) for name in islice(left, 1)]
        yield content


def _inside(file: File) -> PurePosixPath:
    """A manifest is sealed, so this path was written by us; it is looked at all the same before anything is written there."""
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts:
        raise Damaged(f"“{file.path}” is no path below a stack's folder.", why="The set was not made by Haat.")
    return path
