"""One photo or another file of people: its versions over all sets, and one of them back."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import NamedTuple

from haat.config.words import nearest
from haat.kernel import clock
from haat.kernel.durable import sync_file, sync_folder
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.ops.backups import sets
from haat.ops.backups.manifest import File, Manifest
from haat.ops.backups.owners import give_to_owner, make_folder
from haat.ops.backups.restore import write
from haat.ops.backups.vault import Vault


class Version(NamedTuple):
    """A file as it is in these sets, the newest of them first."""

    file: File
    sets: tuple[int, ...]


class Place(NamedTuple):
    """Where it is now. `was_there` says that it was as it should be already; `aside` is what was in its place."""

    path: Path
    was_there: bool
    aside: Path | None


def known(vault: Vault) -> list[str]:
    """The paths of all that any set has."""
    return sorted({file.path for manifest in sets.readable(vault) for file in manifest.part("media").files})


def versions(vault: Vault, path: str) -> list[Version]:
    """The newest first. Raises NotFound, with the path that was probably meant."""
    found: dict[str, tuple[File, list[int]]] = {}
    paths: set[str] = set()
    for manifest in sets.readable(vault):
        for file in manifest.part("media").files:
            paths.add(file.path)
            if file.path == path:
                found.setdefault(file.sha256, (file, []))[1].append(manifest.id)
    if not found:
        raise _unknown(path, paths)
    return [Version(file, tuple(in_)) for file, in_ in found.values()]


def put_back(vault: Vault, manifest: Manifest, path: str, data: Path, into: Path | None) -> Place:
    """The version of this set: to a file that is not there yet, or into its own place below `data`; what is damaged there is set aside, and what is as it
    should be stays. Raises NotFound, Refused, Damaged, Unavailable.
    """
    files = {file.path: file for file in manifest.part("media").files}
    if path not in files:
        raise _unknown(path, set(files))
    file, place = files[path], into or data / path
    if into is not None and into.exists():
        raise Refused(f"{into} is there already.", why="Nothing is written over.", try_="Name another file.")
    if into is None and is_whole(place, file):
        return Place(place, was_there=True, aside=None)
    try:
        return _bring(vault, file, place, data)
    except OSError as error:
        raise Unavailable(f"{place} could not be written.", why=f"{error.strerror or error}.") from error


def is_whole(path: Path, file: File) -> bool:
    """Whether it is as it was when the set was taken."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _bring(vault: Vault, file: File, place: Path, data: Path) -> Place:
    make_folder(place.parent, data)
    with tempfile.TemporaryDirectory(prefix=".bringing-", dir=place.parent) as folder:
        write(vault, [file], Path(folder), file.size, lambda done, total: None)
        new = Path(folder) / file.path
        give_to_owner(data, new)
        sync_file(new)
        aside = None
        if place.exists():
            aside = place.with_name(f".{place.name}.damaged-{clock.now()}")
            place.rename(aside)
        new.rename(place)
        sync_folder(place.parent)
    return Place(place, was_there=False, aside=aside)


def _unknown(path: str, known_: set[str]) -> NotFound:
    meant = nearest(path, known_)
    return NotFound(
        f"No set has “{path}”.",
        try_=f"Did you mean “{meant}”?" if meant else "`haat backup media` lists all that there are.",
    )
