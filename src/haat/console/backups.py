"""What the repository of a stack has, as the console shows it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from haat.adapters.processes.heart import since_last_beat
from haat.config.schema import Settings
from haat.kernel.clock import SECOND
from haat.ops import running
from haat.ops.backups import findings, sets
from haat.ops.backups.exposure import exposures
from haat.ops.backups.findings import LogProof, Reading
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.repository import opened
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.drills.objectives import Objective, objectives
from haat.ops.drills.records import kept
from haat.shelves import shelf_of

_MOST_SHOWN = 30


class Set(NamedTuple):
    """A set in a line: `holds` says what its proof came to, None where it was never restored."""

    id: int
    taken_at: int
    took: int
    bytes: int
    added: int
    holds: bool | None
    proved_at: int
    why: str


class Newest(NamedTuple):
    """The newest set that can be read, if there is one, and how far the log is proved, if it ever was; it `is_damaged` when something that it needs cannot
    be trusted.
    """

    set: Set | None
    log: LogProof | None
    is_damaged: bool


class Backups(NamedTuple):
    """What a repository has: the newest sets first, of `how_many`; `behind` is since when (s) nothing more was shipped, None where nothing is. `log` is the
    last proof of what was shipped, and `reading` the last time that all was read; None where there never was one.
    """

    place: str
    sets: Sequence[Set]
    how_many: int
    objectives: Sequence[Objective]
    behind: float | None
    log: LogProof | None
    reading: Reading | None

    @property
    def is_behind(self) -> bool:
        return self.behind is not None and self.behind * SECOND >= running.KEPT_WITHIN


def newest(settings: Settings) -> Newest:
    """As they are now. Raises NotFound where there is no repository, Refused, Unavailable."""
    vault = opened(settings, shelf_of(settings))
    found = sets.newest(vault)
    is_damaged = found is not None and found.id in findings.damaged(vault)
    return Newest(_set(found, _proof(vault, found)) if found else None, _log(vault, settings), is_damaged)


def look(settings: Settings, drills: Path) -> Backups:
    """All of it. Raises as `newest` does."""
    vault = opened(settings, shelf_of(settings))
    behind = since_last_beat(running.shipped_of(settings.data))
    lost = exposures(vault, settings.data, behind)
    return Backups(
        str(vault.shelf),
        [_set(manifest, _proof(vault, manifest)) for manifest in islice(sets.readable(vault), _MOST_SHOWN)],
        len(sets.all_ids(vault)),
        [*objectives(settings.objectives, lost, kept(drills))],
        behind,
        _log(vault, settings),
        findings.of_reading(vault),
    )


def _log(vault: Vault, settings: Settings) -> LogProof | None:
    """Of what is shipped no longer nobody asks."""
    return findings.of_log(vault) if settings.backup.ship == "yes" else None


def _proof(vault: Vault, manifest: Manifest) -> Proof | None:
    try:
        return sets.proof_of(vault, manifest.id)
    except Damaged:
        return None


def _set(one: Manifest, proof: Proof | None) -> Set:
    shown = (one.id, one.taken_at, one.took, one.size, one.added)
    if proof is None:
        return Set(*shown, None, 0, "")
    return Set(*shown, proof.holds, proof.at, "" if proof.holds else proof.looked[-1][2])
