"""Read everything that is in a repository, and say what cannot be trusted any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from haat.kernel import ids
from haat.kernel.errors import HaatError, NotFound
from haat.ops.backups import log, sets
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.shelf import AT_ONCE
from haat.ops.backups.vault import Damaged, Vault

_PIECES = "pieces/"


class Verdict(NamedTuple):
    """What is wrong with one thing in the repository; `sets` are those that cannot be restored for it."""

    name: str
    why: str
    sets: tuple[int, ...]


Tell = Callable[[int, int], None]
"""Told how many pieces were read, of how many."""


def verify(vault: Vault, tell: Tell = lambda done, total: None) -> list[Verdict]:
    """Opens every manifest, every proof, every piece and every part of a log, whether a set needs it or not. Empty when everything is as it was
    written.
    """
    manifests: list[Manifest] = []
    verdicts = [*_unreadable(vault, manifests)]
    needed = _needed(manifests)
    there = [name for prefix in (_PIECES, log.FOLDER) for name, _ in vault.shelf.names(prefix)]
    verdicts += [_missing(name, needed[name]) for name in needed.keys() - set(there)]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="verify") as pool:
        for done, (name, why) in enumerate(zip(there, pool.map(lambda one: _wrong(vault, one), there), strict=True), 1):
            tell(done, len(there))
            if why:
                verdicts.append(Verdict(name, why, tuple(needed.get(name, ()))))
    return [*_of_what_stays(vault, verdicts)]


def _of_what_stays(vault: Vault, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Somebody may prune meanwhile: what only such sets needed is not missing."""
    there = set(sets.all_ids(vault))
    for one in verdicts:
        kept = tuple(id_ for id_ in one.sets if id_ in there)
        if kept or not one.sets:
            yield one._replace(sets=kept)


def _unreadable(vault: Vault, readable: list[Manifest]) -> Iterator[Verdict]:
    for id_ in sets.all_ids(vault):
        try:
            readable.append(sets.get(vault, id_))
            sets.proof_of(vault, id_)
        except NotFound:  # It was pruned meanwhile.
            continue
        except Damaged as error:
            yield Verdict(f"set {ids.encode(id_)}", error.why, (id_,))


def _needed(manifests: list[Manifest]) -> dict[str, list[int]]:
    """Who needs each piece."""
    needed: dict[str, list[int]] = {}
    for manifest in manifests:
        for name in set(manifest.pieces()):
            needed.setdefault(name, []).append(manifest.id)
    return needed


def _missing(name: str, needed_by: list[int]) -> Verdict:
    return Verdict(name, "It is not in the repository any more.", tuple(needed_by))


def _wrong(vault: Vault, name: str) -> str:
    """Why it cannot be trusted; empty when it can."""
    is_log = name.startswith(log.FOLDER)
    try:
        content = vault.get(name)
        if is_log:
            log.decoded(name, content)
    except NotFound:
        # Parts of a log are joined while the stack runs; whether one is missing is seen by whoever replays them.
        return "" if is_log else "It went while it was looked for."
    except HaatError as error:
        return error.why
    return "" if is_log or vault.name_of(content) == name else "Its content is not what its name says."
