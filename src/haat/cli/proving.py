"""What of `haat backup` looks at the repository as a whole: how far the log can be replayed, and whether every byte is as it was written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from haat.cli import codes
from haat.cli.command import Answer, Call
from haat.cli.output import sign, table
from haat.cli.owning import whose
from haat.cli.repository import examine, moving, scratch_of, shelf_of, vault_of
from haat.kernel import clock, ids
from haat.kernel.text import some

if TYPE_CHECKING:
    from haat.ops.backups.findings import LogProof, Reading
    from haat.ops.backups.vault import Vault
    from haat.ops.backups.wrong import Wrong

_PATIENCE = 60.0  # seconds until all is shipped that the shop had
_BETWEEN_LOOKS = 0.1  # seconds


def prove_newest(call: Call, vault: Vault) -> LogProof:
    """All that was shipped after a proved set. Raises NotFound, Unavailable."""
    from haat import __version__
    from haat.cli.progress import progress
    from haat.ops.backups.prove_log import prove_log

    mark = _kept_mark(call, vault)
    with moving(call, progress) as tell:
        return prove_log(vault, scratch_of(call), examine, mark, __version__, tell)


def _kept_mark(call: Call, vault: Vault) -> int | None:
    """What the worker wrote down last in the shop, once it is in the repository for sure; None where nobody knows. Raises Unavailable where the shop runs and
    what it commits is not shipped.
    """
    from haat.ops import running
    from haat.ops.backups.repository import is_a_copy
    from haat.ops.procedure.lock import is_held

    is_of_another = is_a_copy(call.app.settings, shelf_of(call)) or whose(vault, call.data).other is not None
    mark = None if is_of_another else _mark(call)
    if mark is None:
        return None
    if is_held(running.lock_of(call.data)):
        _wait_until_shipped(call)
        return mark
    return mark if running.all_shipped_of(call.data).exists() else None


def _mark(call: Call) -> int | None:
    """A shop that is dead can say nothing, and its log is there all the same."""
    from haat.kernel.errors import Unavailable
    from haat.ops.backups.prove_log import newest_mark

    try:
        return newest_mark(call.app.settings.database)
    except Unavailable:
        return None


def _wait_until_shipped(call: Call) -> None:
    from haat.kernel.errors import Unavailable
    from haat.ops import running

    beat, now = running.shipped_of(call.data), time.time()
    until = time.monotonic() + _PATIENCE
    while not beat.exists() or beat.stat().st_mtime < now:
        if running.hold_of(call.data).exists():
            raise Unavailable(
                "The shop rests.", why="What it is to have in its log may be of another database in a moment."
            )
        if time.monotonic() > until:
            raise Unavailable(
                f"What the shop commits has not been shipped for {_PATIENCE:g} s.",
                why="A proof of the log would say nothing of how much of it is kept.",
                try_="`haat logs read shipper` says why.",
            )
        time.sleep(_BETWEEN_LOOKS)


def ships(call: Call) -> bool:
    """Whether what this stack commits is kept in the repository."""
    from haat.ops.backups.repository import is_a_copy

    settings = call.app.settings
    return settings.backup.ship == "yes" and not is_a_copy(settings, shelf_of(call))


def wrong_in(call: Call, vault: Vault, reading: Reading | None) -> Wrong:
    """What the last reading found and is so still."""
    from haat.ops.backups.wrong import still_wrong

    return still_wrong(vault, reading, keeps_versions=call.app.settings.backup.is_in_s3)


def standing(call: Call, proof: LogProof | None, reading: Reading | None, wrong: Wrong) -> Iterator[str]:
    """Lines for people about the log, if there is one, and about the last time that all was read."""
    if ships(call):
        yield log_verdict(proof)
    if reading is not None:
        state = "failed" if wrong.is_urgent else "attention" if wrong.places else "ok"
        yield f"{sign(state)}  the repository was read on {clock.in_utc(reading.at)}: {_found(wrong.places)}"
        yield from _helped(wrong, keeps_versions=call.app.settings.backup.is_in_s3)


def _helped(wrong: Wrong, *, keeps_versions: bool) -> Iterator[str]:
    """What of it costs whom what, and which command helps."""
    mark = sign("failed" if wrong.is_urgent else "attention")
    mend = "; `haat backup mend` puts it back from older versions, where the bucket has them" if keeps_versions else ""
    if wrong.damaged:
        helps = (
            "what the stack still has of it was stored again since"
            if wrong.is_followed
            else "`haat backup take` stores again what the stack still has of it"
        )
        yield f"{mark}  it is needed by {some([*map(ids.encode, wrong.damaged)])}: {helps}{mend}"
    if wrong.is_in_log:
        helps = (
            "instants after it cannot be had back with the sets before it; a good set was taken since"
            if wrong.is_followed
            else "`haat backup take` takes a set from which the log replays again"
        )
        yield f"{mark}  it is in the log: {helps}{mend}"
    if wrong.removed:
        yield f"{mark}  somebody removed {some([*map(ids.encode, wrong.removed)])}: `haat backup mend` brings back what the bucket has versions of"


def _found(places: int) -> str:
    match places:
        case 0:
            return "all of it is as it was written"
        case 1:
            return "it is not sound in 1 place: `haat backup verify` names it"
        case count:
            return f"it is not sound in {count:,} places: `haat backup verify` names them"


def log_verdict(proof: LogProof | None) -> str:
    if proof is None:
        return f"{sign('attention')}  the log was never proved: nobody knows whether what is shipped can be replayed"
    if not proof.holds:
        return f"{sign('failed')}  the log does not replay: {proof.looked[-1][2]}"
    return (
        f"{sign('ok' if proof.is_fresh else 'attention')}  the log is proved up to {clock.in_utc(proof.until)}, "
        f"from set {ids.encode(proof.set_id)} on, in {proof.took / 1000:.1f} s"
    )


def explained(proof: LogProof) -> Iterator[str]:
    """All that was looked at."""
    yield table([(what, f"{ms / 1000:.2f} s", said) for what, ms, said in proof.looked], indent=2, right=(1,))
    yield ""
    yield log_verdict(proof)


def log_data(proof: LogProof | None) -> dict[str, Any] | None:
    if proof is None:
        return None
    return {
        "set": ids.encode(proof.set_id),
        "since": proof.since,
        "until": proof.until,
        "at": proof.at,
        "holds": proof.holds,
        "looked": [*map(list, proof.looked)],
    }


def reading_data(reading: Reading | None) -> dict[str, Any] | None:
    return None if reading is None else {"at": reading.at, "took_ms": reading.took, "wrong": {**reading.wrong}}


def verify(call: Call) -> Answer:
    from haat.cli.progress import progress
    from haat.kernel.errors import Unavailable
    from haat.ops.backups import findings
    from haat.ops.backups.findings import Reading
    from haat.ops.backups.verify import removed, verify

    vault, began = vault_of(call), time.monotonic()
    with progress("pieces", is_silent=call.args.json) as tell:
        verdicts, not_looked = verify(vault, tell), ""
    try:
        verdicts += removed(vault, call.app.settings.backup.keep)
    except Unavailable as error:  # The key may not ask that, say: all that is there was read all the same.
        not_looked = f"whether sets were removed was not looked at: {error.why} {error.try_}"
    took = int((time.monotonic() - began) * 1000)
    with suppress(Unavailable):  # Of a repository that may only be read it is told all the same.
        wrong, needed_by = {one.name: one.why for one in verdicts}, {one.name: one.sets for one in verdicts if one.sets}
        findings.note_reading(vault, Reading(clock.now(), took, wrong, needed_by))
    rows = [(sign("failed"), one.name, one.why, ", ".join(map(ids.encode, one.sets))) for one in verdicts]
    data: dict[str, Any] = {
        "sound": not verdicts,
        "wrong": [{**one._asdict(), "sets": [*map(ids.encode, one.sets)]} for one in verdicts],
        "not_looked": not_looked,
    }
    text = table(rows) if rows else f"{sign('ok')}  everything in {vault.shelf} is as it was written"
    if not_looked:
        text += f"\n{sign('attention')}  {not_looked}"
    return Answer(data, text, codes.NOT_SO if verdicts else codes.DONE)


LOG = (
    '{"set": "01h2xcejqtf2n", "since": 1767225600000, "until": 1767312000000, "at": 1767312001000, "holds": true, '
    '"looked": [["restore", 210, "…"]]}'
)
READING = '{"at": 1767225600000, "took_ms": 9000, "wrong": {}}'
