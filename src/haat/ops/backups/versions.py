"""What a place that keeps versions still has of contents that are not there any more, or not as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from typing import NamedTuple

from haat.kernel import clock, ids
from haat.kernel.errors import HaatError, NotFound
from haat.ops.backups import findings, log, sets
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.shelf import AT_ONCE, Shelf, Version
from haat.ops.backups.vault import PIECES, Damaged, Vault


class Whole(NamedTuple):
    """A version that opens, and is what its name says."""

    version: Version
    sealed: bytes
    content: bytes


class Removed(NamedTuple):
    """A set that is not there any more, and could be: `at` is when it was removed (ms since 1970)."""

    manifest: Manifest
    at: int


def of(shelf: Shelf, name: str) -> list[Version]:
    """The newest first. Raises NotKept."""
    return [one for one in shelf.versions(name) if one.name == name]


def of_each(shelf: Shelf, names: Sequence[str]) -> Mapping[str, list[Version]]:
    """The same of each of these. Of many they are found in one list of all that there is, a thousand at a time. Raises NotKept."""
    if len(names) <= AT_ONCE:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="versions") as pool:
            return dict(zip(names, pool.map(partial(of, shelf), names), strict=True))
    found: dict[str, list[Version]] = {name: [] for name in names}
    for folder in {name[: name.find("/") + 1] for name in names}:
        for one in shelf.versions(folder):
            if one.name in found:
                found[one.name].append(one)
    return found


def whole(vault: Vault, name: str) -> Whole | None:
    """The newest version of a content that can be trusted. Raises NotKept."""
    return whole_of(vault, of(vault.shelf, name))


def whole_of(vault: Vault, known: Sequence[Version]) -> Whole | None:
    """The first of these that can be trusted."""
    return next(_whole_ones(vault, known), None)


def checked(vault: Vault, version: Version) -> Whole:
    """Raises NotFound, and Damaged where it cannot be trusted."""
    name, sealed = version.name, vault.shelf.get_version(version)
    content = vault.unsealed(name, sealed)
    if not _is_what_it_says(vault, name, content):
        raise Damaged(f"A version of “{name}” cannot be trusted.", why="It is not what its name says.")
    return Whole(version, sealed, content)


def removed(vault: Vault) -> Iterator[Removed]:
    """Every set that was removed, by `haat backup prune` or by somebody, and of which a version can be trusted; the oldest first. Raises NotKept."""
    yield from _trusted(vault, [one for one in _lives(vault.shelf) if one.ended_at is not None])


def removed_before_their_time(vault: Vault, keep: int) -> Iterator[Removed]:
    """Those that were among the newest `keep` sets when they were, and that `haat backup prune` did not let go of: it may have kept fewer then. Raises
    NotKept.
    """
    lives, pruned = _lives(vault.shelf), _pruned(vault)
    gone = [one for one in lives if one.ended_at is not None and one.id not in pruned]
    yield from _trusted(vault, [one for one in gone if _followers(one, lives) < keep])


def told(shelf: Shelf, names: Sequence[str]) -> dict[str, str]:
    """What the place knows itself of contents that cannot be trusted or are missing, in a sentence for people; empty where that is nothing."""
    try:
        return {name: _told(known) for name, known in of_each(shelf, names).items()}
    except HaatError:  # It keeps none, or does not tell this key of them.
        return dict.fromkeys(names, "")


def _told(known: Sequence[Version]) -> str:
    older = [one for one in known[1:] if not one.is_removal]
    if not older:
        return ""
    what = "removed" if known[0].is_removal else "written over"
    return (
        f"It was {what} at {clock.in_utc(known[0].at)}, and a version of {clock.in_utc(older[0].at)} is still there: "
        "`haat backup mend` brings that back if it is whole."
    )


class _Life(NamedTuple):
    """Of a set: from when until when it was there, if it is not there any more."""

    id: int
    began_at: int
    ended_at: int | None
    versions: list[Version]


def _lives(shelf: Shelf) -> list[_Life]:
    """Of all sets, the oldest first."""
    found = []
    for name, known in groupby(shelf.versions(sets.SETS), key=lambda one: one.name):
        all_ = [*known]
        ended_at = all_[0].at if all_[0].is_removal else None
        found.append(_Life(ids.decode(name.removeprefix(sets.SETS)), all_[-1].at, ended_at, all_))
    return sorted(found)


def _pruned(vault: Vault) -> frozenset[int]:
    """Also where what was written of that was removed or changed since."""
    known = whole(vault, findings.PRUNED)
    return findings.pruned_in(known.content) if known else frozenset()


def _followers(one: _Life, lives: Sequence[_Life]) -> int:
    """How many sets that are newer were there when it went, and still after it."""
    assert one.ended_at is not None
    return sum(
        other.id > one.id and other.began_at <= one.ended_at < (other.ended_at or one.ended_at + 1) for other in lives
    )


def _trusted(vault: Vault, lives: Iterable[_Life]) -> Iterator[Removed]:
    for one in lives:
        found = next(_whole_ones(vault, one.versions), None)
        if found and one.ended_at is not None:
            yield Removed(sets.manifest_of(found.version.name, found.content), one.ended_at)


def _whole_ones(vault: Vault, known: Sequence[Version]) -> Iterator[Whole]:
    for version in known:
        if not version.is_removal:
            try:
                yield checked(vault, version)
            except (Damaged, NotFound):
                continue


def _is_what_it_says(vault: Vault, name: str, content: bytes) -> bool:
    """Raises Damaged where nobody can read it."""
    if name.startswith(PIECES):
        return vault.name_of(content) == name
    if name.startswith(log.FOLDER):
        return log.decoded(name, content).name == name
    if name.startswith(findings.FOLDER):
        return bool(findings.decoded(name, content))  # Its name is sealed with it, and nothing in it could say more.
    if name.startswith(sets.SETS):
        return sets.SETS + ids.encode(sets.manifest_of(name, content).id) == name
    return sets.PROOFS + ids.encode(sets.proof_in(name, content).set_id) == name
