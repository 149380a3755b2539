"""What would be lost if the stack were gone now, disks and all: what is in no set that was proved to restore, and was not shipped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.ops.backups import findings, log
from haat.ops.backups.engines import engine_in
from haat.ops.backups.log import Generation
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.replay import END, Way, way_to
from haat.ops.backups.sets import good
from haat.ops.backups.vault import Damaged, Vault

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

    What is shipped counts as kept where there is any good set, as far as a recovery would come: it goes on from the newest set that is not known to be bad,
    though that may not be proved yet, and proves what comes of it.
    """
    manifest = good(vault)
    if manifest is None:
        nothing = Exposure(None, "there is no set that was proved to restore")
        return Exposures(nothing, nothing, nothing)
    return Exposures(_of_data(vault, manifest, shipped), _of_files(manifest, data), _of_settings(manifest, data))


def _of_data(vault: Vault, good_: Manifest, shipped: float | None) -> Exposure:
    database = engine_in(good_).name
    proof = findings.of_log(vault)
    if shipped is not None and proof is not None and not proof.holds and good_.taken_at < proof.at:
        return Exposure(clock.now() - good_.taken_at, "what was shipped after the newest good set does not replay")
    newest = log.generations(vault, database)[-1:]
    try:
        if shipped is not None and all(_comes_to(way_to(vault, END), database, one) for one in newest):
            return Exposure(int(shipped * 1000), "what is committed is shipped")
        reaches = way_to(vault, END, good_).reaches
    except (Damaged, NotFound):  # Part of what was shipped cannot be read.
        reaches = good_.taken_at
    where = "the newest good set" if reaches == good_.taken_at else "what was shipped after the newest good set"
    return Exposure(clock.now() - reaches, f"nothing is kept that was committed after {where}")


def _comes_to(way: Way, database: str, newest: Generation) -> bool:
    """Whether nothing is missing on the way to what was shipped last."""
    last = way.over.get(database, [])[-1:]
    return any(one.stream == newest.stream and one.number >= newest.number for one in last)


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
