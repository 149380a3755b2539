"""Let go of old sets, and of the pieces that only they needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from haat.kernel import faults
from haat.kernel.errors import Refused, Unavailable
from haat.kernel.ids import encode
from haat.ops.backups import findings, log, sets, spoilt
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.shelf import remove_all
from haat.ops.backups.vault import PIECES, Damaged, Vault


class Kept(NamedTuple):
    """How many sets are kept at least, and for how long (ms)."""

    sets: int
    age: int


class Pruned(NamedTuple):
    """What goes: sets, then contents that no set needs or goes on with, and how many bytes the repository shrinks by."""

    sets: Sequence[int]
    contents: Sequence[str]
    bytes: int


class _Known(NamedTuple):
    id: int
    taken_at: int
    last_stream: int
    positions: Mapping[str, str]


def plan(vault: Vault, kept: Kept, now: int) -> Pruned:
    """What `prune` would let go of: sets that are older than `kept.age` and not among the newest `kept.sets`. The newest set whose proof holds
    always stays, so does the newest of which nothing was found since that cannot be trusted, and so does what cannot be read, for it cannot be known what it needs. Raises Refused while there is such a one.
    """
    known = [_known(vault, id_) for id_ in sets.all_ids(vault)]
    good = sets.good(vault)
    stay = {next((one.id for one in reversed(known) if _is_proved(vault, one.id)), None), good and good.id}
    old = [one for one in known[: -kept.sets] if now - one.taken_at > kept.age and one.id not in stay]
    remaining = [one for one in known if one not in old]
    # One after the other: a manifest of many photos is large.
    needed = {name for one in remaining for name in _readable(vault, one.id).pieces()}
    contents = [(name, size) for name, size in vault.shelf.names(PIECES) if name not in needed]
    contents += _before(vault, remaining) if old else []
    return Pruned([one.id for one in old], [name for name, _ in contents], sum(size for _, size in contents))


def prune(vault: Vault, planned: Pruned) -> None:
    """Do it. Sets go first: whatever is interrupted leaves pieces that nobody needs, never a set that lacks some. That they go is written down before."""
    if planned.sets:
        with suppress(Unavailable):  # Where there is no room left, this is what makes some.
            findings.note_pruned(vault, planned.sets, sets.all_ids(vault))
    for id_ in planned.sets:
        sets.remove(vault, id_)
        faults.reach("prune.set")
    remove_all(vault.shelf, planned.contents)
    spoilt.forget(vault, spoilt.noted(vault).intersection(planned.contents))


def _before(vault: Vault, remaining: Sequence[_Known]) -> Iterator[tuple[str, int]]:
    """Parts of logs that no set which remains goes on with. What nobody has a set for yet may be of the stream that is being written: it stays."""
    sizes = dict(vault.shelf.names(log.FOLDER))
    newest = max(one.last_stream for one in remaining)
    for database in {name.split("/")[1] for name in sizes}:
        all_ = log.generations(vault, database)
        used = {
            name
            for one in remaining
            if database in one.positions
            for chain in log.chains(all_, one.positions[database], one.last_stream)
            for generation in chain
            for name in generation.names
        }
        for generation in all_:
            if generation.stream < newest:
                yield from ((name, sizes[name]) for name in generation.names if name in sizes and name not in used)


def _known(vault: Vault, id_: int) -> _Known:
    manifest = _readable(vault, id_)
    return _Known(id_, manifest.taken_at, manifest.last_stream, manifest.positions)


def _readable(vault: Vault, id_: int) -> Manifest:
    try:
        return sets.get(vault, id_)
    except Damaged as error:
        raise Refused(
            f"Set {encode(id_)} cannot be read, so nothing is let go of.",
            why=f"It cannot be known which pieces it needs. {error.why}",
            try_=f"`haat backup verify` says more. When it is lost for good, remove “sets/{encode(id_)}” from the repository by hand.",
        ) from error


def _is_proved(vault: Vault, id_: int) -> bool:
    try:
        proof = sets.proof_of(vault, id_)
    except Damaged:
        return False
    return proof is not None and proof.holds
