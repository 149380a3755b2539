"""What the last reading of a repository found and is so still, and so what somebody has to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haat.kernel import ids
from haat.ops.backups import log, sets
from haat.ops.backups.findings import Reading
from haat.ops.backups.vault import Vault


class Wrong(NamedTuple):
    """In `places` so many something cannot be trusted or is missing. `damaged` are the sets that need it, `removed` those that somebody removed, and
    `is_in_log` says that it is a part of a log as well. It `is_followed` when a good set was taken since: what the stack still has of it is kept anew, and a
    log goes on from there.
    """

    places: int
    damaged: Sequence[int]
    removed: Sequence[int]
    is_in_log: bool
    is_followed: bool

    @property
    def is_urgent(self) -> bool:
        """Whether somebody has to do something about it today."""
        return bool(self.removed) or (self.places > 0 and not self.is_followed)


def still_wrong(vault: Vault, reading: Reading | None, *, keeps_versions: bool) -> Wrong:
    """As far as is known without reading it again. What was needed by sets alone that were pruned since is not missed."""
    if reading is None or not reading.wrong:
        return Wrong(0, (), (), is_in_log=False, is_followed=False)
    there = set(sets.all_ids(vault))
    removed = {
        name: id_
        for name, needed in reading.needed_by.items()
        for id_ in needed
        if keeps_versions and name == sets.SETS + ids.encode(id_) and id_ not in there
    }
    needed_by = {name: there.intersection(needed) for name, needed in reading.needed_by.items()}
    left = [name for name in reading.wrong if name in removed or needed_by.get(name, True)]
    damaged = {id_ for name in left for id_ in needed_by.get(name, ())}
    is_in_log = any(name.startswith(log.FOLDER) for name in left)
    good = sets.good(vault)
    return Wrong(
        len(left),
        sorted(damaged),
        sorted(removed.values()),
        is_in_log,
        is_followed=good is not None and good.taken_at > reading.at,
    )
