"""What the repository of a stack has, as the console shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """A set in a line: `holds` says what its proof came to, None where it was never restored. `otherwise` is then what was proved since that makes up for it,
    in a sentence, "" where nothing was. It `is_damaged` when something that it needs cannot be trusted.
    """

    id: int
    taken_at: int
    took: int
    bytes: int
    added: int
    holds: bool | None
    proved_at: int
    why: str
    otherwise: str = ""
    is_damaged: bool = False


class Opened(NamedTuple):
    """All that is known of one set."""

    set: Set
    manifest: Manifest
    proof: Proof | None


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
    log = _log(vault, settings)
    return Backups(
        str(vault.shelf),
        [*_in_lines(vault, islice(sets.readable(vault), _MOST_SHOWN), log)],
        len(sets.all_ids(vault)),
        [*objectives(settings.objectives, lost, kept(drills))],
        behind,
        log,
        findings.of_reading(vault),
    )


def look_at(settings: Settings, id_: int) -> Opened:
    """One set of it. Raises as `newest` does, and Damaged."""
    vault = opened(settings, shelf_of(settings))
    manifest = sets.get(vault, id_)
    [one] = _in_lines(vault, [manifest], _log(vault, settings))
    return Opened(one, manifest, _proof(vault, manifest))


def _in_lines(vault: Vault, manifests: Iterable[Manifest], log: LogProof | None) -> Iterator[Set]:
    damaged, good = findings.damaged(vault), sets.good(vault)
    for manifest in manifests:
        proof = _proof(vault, manifest)
        otherwise = _otherwise(manifest, log, good) if proof is None else ""
        yield _set(manifest, proof)._replace(otherwise=otherwise, is_damaged=manifest.id in damaged)


def _otherwise(manifest: Manifest, log: LogProof | None, good: Manifest | None) -> str:
    if log and log.holds and log.since <= manifest.taken_at <= log.until:
        return "the proof of the log covers it"
    return "a newer one was" if good and good.id > manifest.id else ""


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
