"""Put back what is missing or damaged in a repository from older versions, where its place keeps such: each is opened and looked at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import NamedTuple

from haat.kernel import faults
from haat.kernel.errors import NotFound, Refused
from haat.kernel.ids import encode
from haat.ops.backups import findings, log, sets, spoilt, versions
from haat.ops.backups.log import Generation
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.shelf import AT_ONCE, Shelf, Version
from haat.ops.backups.vault import HEADER, PIECES, Damaged, Key, Vault, open_vault, unlocked
from haat.ops.backups.verify import Examined

Tell = Callable[[int, int], None]
"""Told how many versions were opened, or how many contents are back, of how many."""


class Mending(NamedTuple):
    """What goes back, a set after all that it is made of; sets that had been removed and come back; what has no version that can be trusted."""

    back: Sequence[Version]
    bytes: int
    sets: Sequence[int]
    lost: Sequence[str]


class _Back(NamedTuple):
    """A version that can be trusted, and its size; of a part of a log its last frame."""

    version: Version
    bytes: int
    last: int


def opened(shelf: Shelf, key: Callable[[], Key]) -> tuple[Vault, Version | None]:
    """The repository. Where its first file is missing or was changed, with the version of that which fits the key. Raises NotKept, NotFound where there is
    none, nor was one, and else what `key` and `open_vault` do.
    """
    known = [one for one in versions.of(shelf, HEADER) if not one.is_removal]
    if not (known or any(name == HEADER for name, _ in shelf.names(HEADER))):
        raise _nothing_to_go_on_with(shelf)
    secret = key()
    try:
        return open_vault(shelf, secret), None
    except (NotFound, Damaged, Refused):
        for version in known:
            with suppress(NotFound, Damaged, Refused):
                return unlocked(shelf, secret, shelf.get_version(version)), version
        raise


def _nothing_to_go_on_with(shelf: Shelf) -> NotFound:
    is_empty = not any(True for _ in shelf.names(""))
    there = "Nothing is there" if is_empty else f"Other things are there, and “{HEADER}”, its first file, is not"
    return NotFound(
        f"There is no repository in {shelf}, and none that could come back.",
        why=f"{there}, and no older version of it either: there was never one, or the bucket did not keep versions when it was removed, or has let go of them.",
        try_="See that `backup.to` names the place. If it does, what was there is gone: `haat backup take` begins a new one.",
    )


def plan(vault: Vault, found: Examined, keep: int, tell: Tell = lambda done, total: None) -> Mending:
    """For all that was found to be missing or damaged, for sets that were removed though they are among the newest `keep`, and for what was removed of logs that
    sets go on with. Raises NotKept.
    """
    removed = [one.manifest for one in versions.removed_before_their_time(vault, keep)]
    planned = _planned(vault, [one.name for one in found.wrong], removed, found.manifests, found.last_frames, tell)
    streams = {one.name.rsplit("/", 2)[0] for one in planned.back}
    gaps = [one.name for one in found.gaps if one.name.rpartition("/")[0] not in streams]
    return planned._replace(lost=[*planned.lost, *gaps])


def plan_for(vault: Vault, set_id: int, tell: Tell = lambda done, total: None) -> Mending:
    """For one set that was removed, and all that it needs. Raises NotFound, Refused, NotKept."""
    if set_id in sets.all_ids(vault):
        raise Refused(f"Set {encode(set_id)} was not removed.", try_="`haat backup mend` mends what is wrong with it.")
    for one in versions.removed(vault):
        if one.manifest.id == set_id:
            return _planned(vault, [], [one.manifest], [], {}, tell)
    raise NotFound(
        f"There is no version of a set {encode(set_id)} in {vault.shelf}.",
        why="It was never there, or the place has let go of it, or it cannot be trusted.",
        try_="`haat backup list --removed` shows those that can come back.",
    )


def mend(vault: Vault, header: Version | None, planned: Mending, tell: Tell = lambda done, total: None) -> None:
    """Do it. Interrupted anywhere, it leaves contents that are whole, and no set that lacks some. Raises Damaged, NotFound and Unavailable."""
    if header:
        vault.shelf.put(HEADER, vault.shelf.get_version(header))
    contents = [one for one in planned.back if not one.name.startswith((sets.SETS, sets.PROOFS))]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mend") as pool:
        for done, _ in enumerate(pool.map(partial(_put_back, vault), contents), 1):
            tell(done, len(contents))
    spoilt.forget(vault, [one.name for one in contents if one.name.startswith(PIECES)])
    faults.reach("mend.contents")
    for one in planned.back[len(contents) :]:
        _put_back(vault, one)
    findings.mended(vault, {one.name for one in planned.back})


def _put_back(vault: Vault, version: Version) -> None:
    vault.shelf.put(version.name, versions.checked(vault, version).sealed)


def _planned(
    vault: Vault,
    wrong: Sequence[str],
    removed: Sequence[Manifest],
    there: Sequence[Manifest],
    last_frames: Mapping[str, int],
    tell: Tell,
) -> Mending:
    known = _backs(vault, wrong, tell)
    manifests = [*removed, *_manifests(vault, [one for one in known.values() if one])]
    kept = {name for name, _ in vault.shelf.names(PIECES)}
    known |= _backs(vault, {name for one in manifests for name in one.pieces()} - kept - known.keys(), tell)
    last_frames = {**last_frames, **{name: one.last for name, one in known.items() if one and one.last}}
    parts = [*_parts(vault, [*there, *manifests], last_frames)]
    come = [one for one in removed if all(known.get(name, True) for name in one.pieces())]
    marks = _backs(vault, [kind + encode(one.id) for kind in (sets.PROOFS, sets.SETS) for one in come], tell)
    back = [*filter(None, known.values()), *parts, *filter(None, marks.values())]
    back.sort(key=lambda one: one.version.name.startswith((sets.PROOFS, sets.SETS)))
    return Mending(
        [one.version for one in back],
        sum(one.bytes for one in back),
        [one.id for one in come],
        [name for name, one in known.items() if one is None],
    )


def _backs(vault: Vault, names: Iterable[str], tell: Tell) -> dict[str, _Back | None]:
    """Of each the newest version that can be trusted, where there is one."""
    known = versions.of_each(vault.shelf, [*names])
    backs: dict[str, _Back | None] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mend") as pool:
        for name, back in zip(known, pool.map(lambda name: _back(vault, name, known[name]), known), strict=True):
            backs[name] = back
            tell(len(backs), len(known))
    return backs


def _back(vault: Vault, name: str, known: Sequence[Version]) -> _Back | None:
    found = versions.whole_of(vault, known)
    if found is None:
        return None
    last = log.decoded(name, found.content).last if name.startswith(log.FOLDER) else 0
    return _Back(found.version, len(found.sealed), last)


def _manifests(vault: Vault, backs: Sequence[_Back]) -> Iterator[Manifest]:
    """Those among what comes back."""
    for one in backs:
        if one.version.name.startswith(sets.SETS):
            yield sets.manifest_of(one.version.name, versions.checked(vault, one.version).content)


def _parts(vault: Vault, manifests: Sequence[Manifest], last_frames: Mapping[str, int]) -> Iterator[_Back]:
    """What was removed of logs that these go on with, and is in no other part that is there."""
    for database in sorted({name for one in manifests for name in one.positions}):
        prefix = f"{log.FOLDER}{database}/"
        there = {name for name, _ in vault.shelf.names(prefix)}
        newest = (next(known) for _, known in groupby(vault.shelf.versions(prefix), key=lambda one: one.name))
        all_ = log.grouped(there | {one.name for one in newest if one.is_removal})
        needed = {
            (generation.stream, generation.number): generation
            for one in manifests
            for chain in log.chains(all_, one.positions.get(database, ""), one.last_stream)
            for generation in chain
        }
        for generation in needed.values():
            yield from _parts_of(vault, generation, there, last_frames)


def _parts_of(vault: Vault, generation: Generation, there: set[str], last_frames: Mapping[str, int]) -> Iterator[_Back]:
    """Parts are joined while a stack runs: those that were are in the first of them, which may have grown since it was examined."""
    if there.issuperset(generation.names):
        return
    reached, before = 0, generation.names[0]
    for name in generation.names:
        first = log.first_of(name)
        if name in there:
            reached, before = max(reached, last_frames.get(name) or _last_frame(vault, name)), name
        elif (
            first > reached
            and first > _last_frame(vault, before)
            and (found := _back(vault, name, versions.of(vault.shelf, name)))
        ):
            reached = max(reached, found.last)
            yield found


def _last_frame(vault: Vault, name: str) -> int:
    """0 where that cannot be known."""
    try:
        return log.get(vault, name).last
    except (Damaged, NotFound):
        return 0
