"""Make a stack of the files of a set, as it was when it was taken or at an instant after that: each engine brings its own log into its database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.ops.backups import log, sets
from haat.ops.backups.engine import FOR_GOOD, Engine
from haat.ops.backups.engines import engine_in
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.log import Generation, Stretch
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.vault import Damaged, Vault

END = 1 << 62  # an instant that is later than every other
_SECOND = 1000  # ms
_MOST_DROPPED = 3  # databases: one that was half made, and made anew, is among them


class Wanted(NamedTuple):
    """The instant whose database is wanted. Where `or_before`, the newest one before it that is sound will do; `is_gone` says that its server is
    without it.
    """

    at: int
    or_before: bool
    set_: Manifest | None = None
    is_gone: bool = False


class Way(NamedTuple):
    """How an instant is reached: from a set, over these generations of each database. `reaches` is the last instant up to which the shop's is kept."""

    manifest: Manifest
    over: dict[str, list[Generation]]
    reaches: int

    @property
    def of_the_shop(self) -> list[Generation]:
        """The generations of its own database."""
        return self.over.get(engine_in(self.manifest).name, [])


def way_to(vault: Vault, at: int, chosen: Manifest | None = None) -> Way:
    """The way to what the shop's database was at this instant: from the chosen set, or from the youngest before it that is not known to be bad. Raises
    NotFound, which says what can be had instead.
    """
    return next(ways_to(vault, at, chosen))


def ways_to(vault: Vault, at: int, chosen: Manifest | None = None) -> Iterator[Way]:
    """Every way there, that from the youngest set first. Raises NotFound where there is none, which says what can be had instead."""
    found = (
        one
        for one in ([chosen] if chosen else sets.readable(vault))
        if one.taken_at <= at and (chosen or _may_be_good(vault, one))
    )
    manifest = next(found, None)
    if manifest is None:
        raise NotFound(
            f"Nothing that was kept reaches back to {clock.in_utc(at)}.",
            why="This set is younger." if chosen else "There is no set that is older, and can be restored.",
            try_="`haat backup list` shows every set.",
        )
    while manifest is not None:
        yield _way_from(vault, at, manifest)
        manifest = next(found, None)


def _way_from(vault: Vault, at: int, manifest: Manifest) -> Way:
    database = engine_in(manifest).name
    over = {
        name: _chain(vault, name, position, manifest, at if name == database else END)
        for name, position in manifest.positions.items()
    }
    return Way(manifest, over, _reaches(vault, manifest, over[database]))


def _reaches(vault: Vault, manifest: Manifest, chain: Sequence[Generation]) -> int:
    return log.ends(vault, engine_in(manifest).name, chain) or manifest.taken_at


class Try(NamedTuple):
    """A way, the instant at which it ends, and before which time, from the end, that a database was dropped; 0 where that does not matter.
    See `Engine.recover`.
    """

    way: Way
    at: int
    before_dropped: int = 0


def tries(vault: Vault, wanted: Wanted) -> Iterator[Try]:
    """Everything that may lead to what is wanted, the newest first. What was damaged in memory before it was written is in the log too, and so is that
    somebody dropped the database of a server: then before that will do, or some seconds, if any will.
    """
    for number, way in enumerate(ways_to(vault, wanted.at, wanted.set_)):
        if wanted.is_gone and not number:
            # What was dropped has to be found so, and what was lost with its server otherwise.
            yield Try(way, wanted.at, FOR_GOOD)
        if not number or wanted.or_before or way.reaches >= wanted.at:
            yield Try(way, wanted.at)
        if not wanted.or_before:
            continue
        sound = _until_damage(vault, way)
        if sound != way:
            yield Try(sound, wanted.at)
        if sound.of_the_shop and engine_in(way.manifest).address.kind != "sqlite":
            yield from (Try(sound, wanted.at, times) for times in range(1, _MOST_DROPPED + 1))
        back, reaches = _SECOND, min(wanted.at, sound.reaches)
        while sound.of_the_shop and reaches - back > way.manifest.taken_at:
            yield Try(sound, reaches - back)
            back *= 2
        yield Try(as_taken(way.manifest), way.manifest.taken_at)


def _until_damage(vault: Vault, way: Way) -> Way:
    """The same way, as far as it can be read."""
    over = {name: log.until_damage(vault, name, chain) for name, chain in way.over.items()}
    sound = way._replace(over=over)
    return sound._replace(reaches=_reaches(vault, way.manifest, sound.of_the_shop))


def as_taken(manifest: Manifest) -> Way:
    """The way to what a set holds."""
    return Way(manifest, {}, manifest.taken_at)


def replay(vault: Vault, way: Way, folder: Path, engine: Engine, at: int, *, before_dropped: int = 0) -> None:
    """Bring the restored stack in this folder to the instant, or to before its database was dropped. What is not the shop's goes as far as is known: the
    gateway of the sandbox is the outside world, which no restore takes back. Raises Damaged, NotFound, Unavailable.
    """
    for name, position in way.manifest.positions.items():
        stretches = _stretches(vault, name, way.over.get(name, ()))
        if name == engine.name:
            engine.recover(folder, stretches, position, at, before_dropped=before_dropped)
        else:
            SQLite(Path(name)).recover(folder, stretches, position, END)


def _stretches(vault: Vault, name: str, generations: Iterable[Generation]) -> Iterator[Stretch]:
    """Raises Damaged where one ends earlier than the next one says."""
    last = -1
    for generation in generations:
        stretch = log.whole(vault, name, generation)
        if last >= 0 and stretch.after not in (-1, last):
            raise Damaged(
                f"The log of {name} has a gap.",
                why=f"Frames {last + 1} to {stretch.after} of generation {generation.number - 1} are not there.",
                try_="Restore an earlier instant, or the set as it is, without --to.",
            )
        last = stretch.last
        yield stretch


def _may_be_good(vault: Vault, manifest: Manifest) -> bool:
    try:
        proof = sets.proof_of(vault, manifest.id)
    except Damaged:
        return False
    return proof is None or proof.holds


def _chain(vault: Vault, database: str, position: str, manifest: Manifest, at: int) -> list[Generation]:
    """The last one that knows anything of the instant, or of one before it."""
    chains = log.chains(log.generations(vault, database), position, manifest.last_stream)
    chains = [chain for chain in chains if _follows(vault, database, chain, manifest)]
    begun = [(log.begins(vault, database, chain), chain) for chain in chains]
    known = [chain for began, chain in begun if began is not None and began <= at]
    return (known or chains[:1] or [[]])[-1]


def _follows(vault: Vault, database: str, chain: Sequence[Generation], manifest: Manifest) -> bool:
    """Whether it goes on from what was copied. A log that nothing was written to looks as any other such log: what followed it has to be younger than the
    copy, or it is that of a stack which was ended since, and all of it is in the copy already.
    """
    if log.is_begun(chain[0]) or len(chain) == 1:
        return True
    begins = log.begins(vault, database, chain[1:])
    return begins is None or begins >= (manifest.copied_at or manifest.taken_at)
