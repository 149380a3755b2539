"""What would be lost if the stack were gone now, disks and all: what is in no set that was proved to restore, and was not shipped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.sets import good
from haat.ops.backups.vault import Vault

_NS = 1_000_000  # in a millisecond


class Exposure(NamedTuple):
    """How far back that which is lost would reach (ms), None where all of it would be; and why, in a sentence."""

    lost: int | None
    said: str


class Exposures(NamedTuple):
    """Of what the database was told, of photos and other files, and of settings."""

    data: Exposure
    files: Exposure
    settings: Exposure


def exposures(vault: Vault, data: Path, shipped: float | None) -> Exposures:
    """Those of the stack in this folder. `shipped` is how many seconds ago everything that was committed was in the repository, None where nothing is
    shipped.

    What is shipped counts as kept where there is any good set, though the newest one, from which it goes on, may not be proved yet: a recovery of the
    database goes on from such a set too, and proves what comes of it.
    """
    manifest = good(vault)
    if manifest is None:
        nothing = Exposure(None, "there is no set that was proved to restore")
        return Exposures(nothing, nothing, nothing)
    return Exposures(_of_data(manifest, shipped), _of_files(manifest, data), _of_settings(manifest, data))


def _of_data(manifest: Manifest, shipped: float | None) -> Exposure:
    if shipped is not None:
        return Exposure(int(shipped * 1000), "what is committed is shipped")
    return Exposure(clock.now() - manifest.taken_at, "nothing is kept that was committed after the newest good set")


def _of_files(manifest: Manifest, data: Path) -> Exposure:
    kept = {file.path for file in manifest.part("media").files}
    lacking = [changed for path, changed in _files_below(data, "media", "evidence") if path not in kept]
    if not lacking:
        return Exposure(0, f"all {len(kept):,} are in a good set")
    return Exposure(max(0, clock.now() - min(lacking)), f"{len(lacking):,} are in no good set")


def _files_below(data: Path, *folders: str) -> Iterator[tuple[str, int]]:
    """Path below the stack's folder, and when it was changed. Names that begin with a dot, of folders too, are of what is half written."""
    for name in folders:
        for folder, below, files in os.walk(data / name):
            below[:] = [one for one in below if not one.startswith(".")]
            for file in files:
                path = Path(folder) / file
                with suppress(FileNotFoundError):  # Another picture is thrown away meanwhile.
                    if not file.startswith("."):
                        yield path.relative_to(data).as_posix(), path.stat().st_mtime_ns // _NS


def _of_settings(manifest: Manifest, data: Path) -> Exposure:
    kept = {file.path: file.sha256 for file in manifest.part("configuration").files}
    changed = [path for name in ("haat.toml", "secrets.toml") if _differs(path := data / name, kept.get(name, ""))]
    if not changed:
        return Exposure(0, "they are as a good set has them")
    oldest = min(path.stat().st_mtime_ns // _NS for path in changed)
    names = " and ".join(path.name for path in changed)
    return Exposure(max(0, clock.now() - oldest), f"{names} changed since, and is in no good set")


def _differs(path: Path, sha256: str) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != sha256
