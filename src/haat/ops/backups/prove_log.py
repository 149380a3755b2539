"""A proof of a set says nothing of the log that was shipped since: restore it, replay all of that, and look whether it is the shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.ops.backups import findings, log, sets
from haat.ops.backups.engine import Finding
from haat.ops.backups.engines import engine_in
from haat.ops.backups.findings import LogProof
from haat.ops.backups.log import Generation
from haat.ops.backups.prove import Looked, looked_at
from haat.ops.backups.replay import END, Way, way_to
from haat.ops.backups.restore import Tell
from haat.ops.backups.vault import Damaged, Vault
from haat.store.drivers import driver_of

Examine = Callable[[Path, Address, int], Sequence[Finding]]
"""Looks at a stack's folder that was just restored, and whose database is at this address for now: does the shop in it hold what it promised at this instant
(ms since 1970)?
"""


def newest_mark(database: Address) -> int:
    """When the worker was at a task last, as this database has it (ms since 1970; 0 for never). While it works it writes that down every two seconds. Raises
    Unavailable.
    """
    [(at,)] = driver_of(database).ask("SELECT max(last_at) FROM schedule")
    return at or 0


def prove_log(
    vault: Vault,
    scratch: Path,
    examine: Examine,
    mark: int | None,
    haat: str,
    tell: Tell = lambda done, total: None,
) -> LogProof:
    """Restore a proved set below `scratch`, replay all that was shipped after it, look at it, throw it away, and write down what came of that. `mark` is what
    `newest_mark` said of the shop before all of that was shipped: it has to be in the copy, or its end is missing. None where nobody knows. Raises NotFound
    where there is nothing to replay, and Unavailable when the proof cannot be made or written down.
    """
    ends = _ends(vault)  # Looked for first: while the shop runs the log goes on.
    way = _way(vault, ends, findings.of_log(vault))
    seen = _looked(vault, way, ends, scratch, examine, mark, tell)
    set_ = way.manifest
    proof = LogProof(set_.id, set_.taken_at, way.reaches, clock.now(), seen.holds, seen.looked, haat, seen.took)
    findings.note_log(vault, proof)
    return proof


def _ends(vault: Vault) -> dict[str, Generation]:
    """The newest that was shipped of each database."""
    databases = {name.split("/")[1] for name, _ in vault.shelf.names(log.FOLDER)}
    return {name: log.generations(vault, name)[-1] for name in databases}


def _looked(
    vault: Vault,
    way: Way,
    ends: Mapping[str, Generation],
    scratch: Path,
    examine: Examine,
    mark: int | None,
    tell: Tell,
) -> Looked:
    if torn := _torn(way, ends):
        return Looked(False, (("log", 0, torn),), 0, False)

    def all_of_it(stack: Path, database: Address) -> Sequence[Finding]:
        if mark is not None:
            _refuse_unless_there(mark, database)
        return examine(stack, database, max(way.reaches, way.manifest.taken_at))

    seen = looked_at(vault, way, engine_in(way.manifest), scratch, all_of_it, tell)
    if not (seen.holds and mark):
        return seen
    said = f"what the worker of the shop wrote down on {clock.in_utc(mark)} is in it"
    return seen._replace(looked=(*seen.looked, ("newest", 0, said)))


def _way(vault: Vault, ends: Mapping[str, Generation], last: LogProof | None) -> Way:
    """To the newest that was shipped, from the newest proved set that is older than the last proof, so that every part of the log is replayed once, though
    sets are taken in between. Where that proof did not hold, from the set that followed the one that it began with: what is missing stays missing. From the
    first set that comes to the newest where none is as old, and from the last where nothing was proved yet.
    """
    reached = None if last is None else last.until if last.holds else last.since
    found: Way | None = None
    for manifest in sets.proved(vault):
        way = way_to(vault, END, manifest)
        if not _is_of_the_newest_stream(way, ends):
            break  # Nothing was shipped since, or it and all that are older are of before a gap.
        is_old = reached is None or manifest.taken_at <= reached
        if found and is_old and last and not last.holds:
            break
        found = way
        if is_old:
            break
    if found is None:
        raise NotFound(
            "There is no log to prove.",
            why=f"What was shipped goes on from no set in {vault.shelf} that was proved to restore.",
            try_="`haat backup take` takes one; `backup.ship` says whether anything is shipped.",
        )
    return found


def _is_of_the_newest_stream(way: Way, ends: Mapping[str, Generation]) -> bool:
    """Whether what is shipped now goes on from this set, or would if nothing of it were missing."""
    end = ends.get(engine_in(way.manifest).name)
    if end is None:
        return False
    if not way.of_the_shop:
        return end.stream <= way.manifest.last_stream
    return way.of_the_shop[-1].stream >= end.stream


def _torn(way: Way, ends: Mapping[str, Generation]) -> str:
    """What is missing of the log between the set and the newest that was shipped."""
    if not way.of_the_shop:
        return "The log has a gap: what followed the set is not there"
    for name, over in way.over.items():
        end = ends.get(name)
        if end and over and over[-1].stream == end.stream and over[-1].number < end.number:
            return f"The log of {name} has a gap: generation {over[-1].number + 1} of {end.number} is not there"
    return ""


def _refuse_unless_there(mark: int, database: Address) -> None:
    there = newest_mark(database)
    if there < mark:
        raise Damaged(
            "The copy is not as new as the shop was when all of it had been shipped.",
            why=f"The worker wrote down {clock.in_utc(mark)}, and the copy ends with {clock.in_utc(there)}.",
        )
