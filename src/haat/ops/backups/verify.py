"""Read everything that is in a repository, and say what cannot be trusted any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

from haat.kernel import clock, ids
from haat.kernel.errors import HaatError, NotFound, Unavailable
from haat.kernel.text import some
from haat.ops.backups import findings, log, sets, spoilt, versions
from haat.ops.backups.log import Generation
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.shelf import AT_ONCE, NotKept
from haat.ops.backups.vault import HEADER, PIECES, Damaged, Vault


class Verdict(NamedTuple):
    """What is wrong with one thing in the repository; `sets` are those that cannot be restored for it."""

    name: str
    why: str
    sets: tuple[int, ...]


class _Part(NamedTuple):
    """Of a generation of a log."""

    first: int
    last: int
    after: int


Tell = Callable[[int, int], None]
"""Told how many pieces were read, of how many."""


class Examined(NamedTuple):
    """What came of reading all of a repository: what cannot be trusted or is missing, gaps in logs, the sets that can be read, and the last frame of each part
    of a log.
    """

    wrong: Sequence[Verdict]
    gaps: Sequence[Verdict]
    manifests: Sequence[Manifest]
    last_frames: Mapping[str, int]


def verify(vault: Vault, tell: Tell = lambda done, total: None) -> list[Verdict]:
    """What `examine` finds to be wrong. Empty when everything that is there is as it was written."""
    found = examine(vault, tell)
    return [*found.wrong, *found.gaps]


def removed(vault: Vault, keep: int) -> list[Verdict]:
    """Sets that are not there any more though they were among the newest `keep`, where the place keeps versions. Raises Unavailable where it does not tell."""
    try:
        gone = [*versions.removed_before_their_time(vault, keep)]
    except NotKept:
        return []
    return [
        Verdict(
            sets.SETS + ids.encode(one.manifest.id),
            f"It was removed at {clock.in_utc(one.at)}, and not by `haat backup prune`. `haat backup mend` brings it back.",
            (one.manifest.id,),
        )
        for one in gone
    ]


def examine(vault: Vault, tell: Tell = lambda done, total: None) -> Examined:
    """Opens every manifest, every proof, every piece and every part of a log, whether a set needs it or not, and looks for gaps in the logs that sets go on
    with. A piece that is not as it was written is noted, so that the next set mends it. Raises Unavailable, also for a repository that went away meanwhile.
    """
    before = _standing(vault)
    manifests: list[Manifest] = []
    verdicts = [*_unreadable(vault, manifests)]
    verdicts += [Verdict(name, why, ()) for name, why in findings.unreadable(vault).items()]
    needed = _needed(manifests)
    parts, gone = dict[str, _Part](), set[str]()
    there = [name for prefix in (PIECES, log.FOLDER) for name, _ in vault.shelf.names(prefix)]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="verify") as pool:
        for done, (name, why) in enumerate(
            zip(there, pool.map(lambda one: _wrong(vault, one, parts, gone), there), strict=True), 1
        ):
            tell(done, len(there))
            if why:
                spoilt.note(vault, name)
                verdicts.append(Verdict(name, why, tuple(needed.get(name, ()))))
    missing = needed.keys() - (set(there) - gone)
    verdicts += [Verdict(name, "It is not in the repository any more.", tuple(needed[name])) for name in missing]
    last_frames = {name: part.last for name, part in parts.items()}
    wrong = _with_fates(vault, [*_of_what_stays(vault, verdicts)])
    found = Examined(wrong, [*_gaps(vault, manifests, parts)], manifests, last_frames)
    _refuse_unless_it_stayed(vault, before)
    return found


class _Standing(NamedTuple):
    """Whether a repository has its first file, and its sets."""

    is_begun: bool
    sets: frozenset[int]


def _standing(vault: Vault) -> _Standing:
    try:
        vault.shelf.get(HEADER)
    except NotFound:
        return _Standing(False, frozenset(sets.all_ids(vault)))
    return _Standing(True, frozenset(sets.all_ids(vault)))


def _refuse_unless_it_stayed(vault: Vault, before: _Standing) -> None:
    """Raises Unavailable: of what went, nothing that was needed by it alone is missing any more."""
    now = _standing(vault)
    if before.is_begun and not now.is_begun:
        raise Unavailable(
            f"The repository in {vault.shelf} went away while it was read.",
            why="Its first file was there and is not any more, as where a disk is not mounted, or where somebody removes it all.",
            try_="Mount it, or bring it back: in a bucket that keeps versions by `haat backup mend`. Then do it again.",
        )
    if gone := before.sets - now.sets - findings.pruned(vault):
        raise Unavailable(
            f"Sets were removed from {vault.shelf} while it was read.",
            why=f"{some([*map(ids.encode, sorted(gone))])} went, and that `haat backup prune` let go of them is not written down.",
            try_="Do it again. In a bucket that keeps versions `haat backup list --removed` shows them, and `haat backup mend` brings them back.",
        )


def _of_what_stays(vault: Vault, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Somebody may prune meanwhile: what only such sets needed is not missing."""
    there = set(sets.all_ids(vault))
    for one in verdicts:
        kept = tuple(id_ for id_ in one.sets if id_ in there)
        if kept or not one.sets:
            yield one._replace(sets=kept)


def _unreadable(vault: Vault, readable: list[Manifest]) -> Iterator[Verdict]:
    for id_ in sets.all_ids(vault):
        name = sets.SETS + ids.encode(id_)
        try:
            readable.append(sets.get(vault, id_))
            name = sets.PROOFS + ids.encode(id_)
            sets.proof_of(vault, id_)
        except NotFound:  # It was pruned meanwhile.
            continue
        except Damaged as error:
            yield Verdict(name, error.why, (id_,))


def _needed(manifests: list[Manifest]) -> dict[str, list[int]]:
    """Who needs each piece."""
    needed: dict[str, list[int]] = {}
    for manifest in manifests:
        for name in set(manifest.pieces()):
            needed.setdefault(name, []).append(manifest.id)
    return needed


def _with_fates(vault: Vault, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """With what the place knows of each."""
    fates = versions.told(vault.shelf, [one.name for one in verdicts])
    return [one._replace(why=f"{one.why} {fates[one.name]}".rstrip()) for one in verdicts]


def _wrong(vault: Vault, name: str, parts: dict[str, _Part], gone: set[str]) -> str:
    """Why it cannot be trusted; empty when it can. What part of a log it is, is noted, and that it went since it was listed: whether that is missed, others
    know.
    """
    is_log = name.startswith(log.FOLDER)
    try:
        content = vault.get(name)
        if is_log:
            stretch = log.decoded(name, content)
            parts[name] = _Part(stretch.first, stretch.last, stretch.after)
    except NotFound:
        gone.add(name)
        return ""
    except Unavailable:  # Nobody knows what is in it.
        raise
    except HaatError as error:
        return error.why
    return "" if is_log or vault.name_of(content) == name else "Its content is not what its name says."


def _gaps(vault: Vault, manifests: Sequence[Manifest], parts: Mapping[str, _Part]) -> Iterator[Verdict]:
    """What is missing of a log between parts that are whole: a set can be restored as it was taken, and no instant beyond the gap."""
    for database in sorted({name for manifest in manifests for name in manifest.positions}):
        before: Generation | None = None
        last = -1
        for one in _gone_on_with(vault, database, manifests):
            if before is None or one.stream != before.stream:
                before, last = None, -1
            elif one.number != before.number + 1:
                yield _gap(one, f"Generations {before.number + 1} to {one.number - 1} of it are not there.")
                before, last = None, -1
            known = [parts[name] for name in one.names if name in parts]
            if len(known) < len(one.names) or not _fit(known, last):
                try:  # Parts may have been joined, and grown.
                    known = [_whole(vault, database, one)]
                    if not _fit(known, _whole(vault, database, before).last if before else -1):
                        yield _gap(one, "Its beginning, or the end of what came before it, is not there.")
                except HaatError as error:
                    yield _gap(one, error.why or error.what)
            before, last = one, known[-1].last if known else -1


def _whole(vault: Vault, database: str, generation: Generation) -> _Part:
    stretch = log.whole(vault, database, generation)
    return _Part(stretch.first, stretch.last, stretch.after)


def _gone_on_with(vault: Vault, database: str, manifests: Sequence[Manifest]) -> Iterator[Generation]:
    """Generations of streams that a set is of, from the first such set on; what is older is only not pruned yet."""
    all_, first = log.generations(vault, database), dict[int, int]()
    for manifest in manifests:
        for chain in log.chains(all_, manifest.positions.get(database, ""), manifest.last_stream):
            number = first.get(chain[0].stream, chain[0].number)
            first[chain[0].stream] = min(number, chain[0].number)
    return (one for one in all_ if one.number >= first.get(one.stream, one.number + 1))


def _fit(parts: Sequence[_Part], last: int) -> bool:
    """Whether nothing is missing between these parts of a generation, nor before it, where the one before ends so."""
    begins = parts[0].first == 1 and (last < 0 or parts[0].after in (-1, last))
    return begins and all(other.first <= one.last + 1 for one, other in pairwise(parts))


def _gap(generation: Generation, why: str) -> Verdict:
    where = generation.names[0].rpartition("/")[0]
    return Verdict(where, f"The log has a gap: {why} Instants after it cannot be had back with the sets before it.", ())
