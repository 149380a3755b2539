"""What was found of a repository as a whole: how far its log can be replayed, and whether every byte of it is as it was written; which sets were let go
of, and whose it is.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

import msgspec

from haat.kernel import clock
from haat.kernel.clock import HOUR
from haat.kernel.errors import NotFound
from haat.ops.backups import written
from haat.ops.backups.vault import Damaged, Vault

FOLDER = "findings/"
PRUNED = FOLDER + "pruned"
_LOG, _READING, _OWNER = FOLDER + "log", FOLDER + "reading", FOLDER + "owner"
_FRESH = 36 * HOUR  # a day, and the twelve hours after which what is done each day is overdue
_encode = msgspec.json.Encoder().encode


class LogProof(msgspec.Struct, frozen=True, tag="log-proof", tag_field="is"):
    """What came, at `at`, of restoring a set and replaying all that was shipped after it: `since` and `until` are between which instants that is (ms since
    1970); whether everything held, what was looked at, how long each part of it took (ms), and what did not hold. `took` is all of it (ms).
    """

    set_id: int
    since: int
    until: int
    at: int
    holds: bool
    looked: tuple[tuple[str, int, str], ...]
    haat: str
    took: int = 0

    @property
    def is_fresh(self) -> bool:
        """Whether the instant up to which it is proved is not longer ago than it may be where that is done each day."""
        return clock.now() - self.until < _FRESH


class Reading(msgspec.Struct, frozen=True, tag="reading", tag_field="is"):
    """All of the repository was read, until `at` (ms since 1970), in `took` ms. `wrong` is what cannot be trusted, each with why, and `needed_by` the
    sets that need it.
    """

    at: int
    took: int
    wrong: Mapping[str, str]
    needed_by: Mapping[str, Sequence[int]] = {}

    @property
    def damaged(self) -> set[int]:
        """Sets that need what cannot be trusted."""
        return {id_ for needed_by in self.needed_by.values() for id_ in needed_by}


class Pruned(msgspec.Struct, frozen=True, tag="pruned", tag_field="is"):
    """Sets that `haat backup prune` let go of: what is missing beside them was removed by somebody."""

    sets: frozenset[int]


class Owner(msgspec.Struct, frozen=True, tag="owner", tag_field="is"):
    """The stack that keeps its backups there: what it knows itself by, the machine and the folder in which it was when it began to (ms since 1970)."""

    stack: str
    host: str
    data: str
    since: int


_TYPES: Mapping[str, type[msgspec.Struct]] = {_LOG: LogProof, _READING: Reading, PRUNED: Pruned, _OWNER: Owner}


def note_log(vault: Vault, proof: LogProof) -> None:
    """Write down what came of the newest proof of the log."""
    vault.put(_LOG, _encode(proof))


def note_reading(vault: Vault, reading: Reading) -> None:
    """Write down what came of reading it all, in the place of the last time."""
    vault.put(_READING, _encode(reading))


def note_pruned(vault: Vault, old: Iterable[int], there: Iterable[int]) -> None:
    """Write down that these sets go because they are old. Those that came back since they did, and are `there`, are forgotten."""
    vault.put(PRUNED, _encode(Pruned(pruned(vault).difference(there).union(old))))


def pruned(vault: Vault) -> frozenset[int]:
    """The sets that were let go of, as far as that is written down and can be read."""
    try:
        return pruned_in(vault.get(PRUNED))
    except (Damaged, NotFound):
        return frozenset()


def note_owner(vault: Vault, owner: Owner) -> None:
    """From now on it is this stack's."""
    vault.put(_OWNER, _encode(owner))


def note_first_owner(vault: Vault, owner: Owner) -> None:
    """The same, where it is nobody's. Raises Conflict."""
    vault.put_first(_OWNER, _encode(owner))


def of_owner(vault: Vault) -> Owner | None:
    """Whose it is; None of a repository from before that was written down. Raises Damaged, for nobody may guess."""
    try:
        return written.read(vault, _OWNER, Owner)
    except NotFound:
        return None


def pruned_in(content: bytes) -> frozenset[int]:
    """The sets that a note of it names. Raises Damaged."""
    return written.decoded(PRUNED, content, Pruned).sets


def of_log(vault: Vault) -> LogProof | None:
    """The newest; None where the log was never replayed, and where what is written of that cannot be read: then it has to be proved anew."""
    try:
        return written.read(vault, _LOG, LogProof)
    except (Damaged, NotFound):
        return None


def of_reading(vault: Vault) -> Reading | None:
    """The last time; None where it was never read, and where what is written of that cannot be read."""
    try:
        return written.read(vault, _READING, Reading)
    except (Damaged, NotFound):
        return None


def damaged(vault: Vault) -> set[int]:
    """Sets that need what cannot be trusted, as far as is known."""
    reading = of_reading(vault)
    return reading.damaged if reading else set()


def mended(vault: Vault, names: Container[str]) -> None:
    """These are kept anew, as they should be."""
    reading = of_reading(vault)
    if reading is None or not any(name in names for name in reading.wrong):
        return
    wrong = {name: why for name, why in reading.wrong.items() if name not in names}
    needed_by = {name: needed for name, needed in reading.needed_by.items() if name in wrong}
    note_reading(vault, msgspec.structs.replace(reading, wrong=wrong, needed_by=needed_by))


def decoded(name: str, content: bytes) -> msgspec.Struct:
    """What was kept of this under this name. Raises Damaged."""
    return written.decoded(name, content, _TYPES[name])


def unreadable(vault: Vault) -> Mapping[str, str]:
    """What of this cannot be read, each with why."""
    found = {}
    for name in _TYPES:
        try:
            vault.get(name)
        except NotFound:
            continue
        except Damaged as error:
            found[name] = error.why
    return found
