"""Prove the log that was shipped, and read all of the repository: what the keeper does by itself beside taking sets."""

from __future__ import annotations

from collections.abc import Sequence

from haat.kernel.clock import DAY
from haat.ops.backups.take_backup import asked, command
from haat.ops.procedure import Deed, Finding, Procedure, Scene, Step
from haat.ops.procedure.step import nothing_to_undo

_LONG = 4 * 3600.0  # seconds that a large repository may take
_MONTH = 27 * DAY  # ms: a day less than four weeks, for a run begins when others have ended


def _needs_no_proof(scene: Scene) -> Finding:
    if scene.settings.backup.ship == "no":
        return Finding(True, "nothing is shipped, so there is no log to prove")
    return _is_proved(scene)


def _is_proved(scene: Scene) -> Finding:
    proof = asked(scene, "status").get("log")
    if proof is None or proof["at"] < scene.began_at:
        return Finding(False, "the log was not replayed since the run began")
    return Finding(proof["holds"], "; ".join(said for _, _, said in proof["looked"]))


def _prove(scene: Scene) -> Sequence[Deed]:
    return [command(scene, "prove", "--newest")]


def _was_read_lately(scene: Scene) -> Finding:
    """Whoever keeps sets for us elsewhere is paid for what is read of them."""
    within = _MONTH if scene.settings.backup.is_in_s3 else 0
    reading = asked(scene, "status").get("reading")
    if reading is None or reading["at"] < scene.began_at - within:
        return Finding(False, "not every byte was read lately")
    wrong = ", ".join(reading["wrong"])
    return Finding(not wrong, f"these cannot be trusted: {wrong}" if wrong else "every byte is as it was written")


def _read(scene: Scene) -> Sequence[Deed]:
    return [command(scene, "verify")]


def _is_known_to_its_rows(scene: Scene) -> Finding:
    proof = (asked(scene, "status").get("newest") or {}).get("proof")
    if proof is None or not proof["thorough"]:
        looked = "; ".join(said for _, _, said in proof["looked"]) if proof else "it was never restored"
        return Finding(False, f"nobody looked for each row of the newest set in each index: {looked}")
    return Finding(proof["holds"], "; ".join(said for _, _, said in proof["looked"]))


def _prove_thoroughly(scene: Scene) -> Sequence[Deed]:
    return [command(scene, "prove", "--thorough")]


PROVE_LOG = Procedure(
    name="prove-log",
    purpose="Restore a proved set in a scratch place, replay all that was shipped after it, and examine the shop in it.",
    symptoms=(
        "nobody knows whether what is shipped can be replayed",
        "the daily proof of the log is due, or did not hold",
    ),
    steps=(
        Step(
            "Restore a proved set in a scratch place, and replay all that was shipped after it",
            _needs_no_proof,
            _prove,
            _needs_no_proof,
            nothing_to_undo,
            budget=600.0,
            timeout=_LONG,
        ),
    ),
    gives_way=True,
    only_reads=True,
)

VERIFY_BACKUP = Procedure(
    name="verify-backup",
    purpose="Read every byte of the repository of backups, and name what cannot be trusted, and look for each row of the newest set in each index. "
    "In a bucket of S3, what was read within the last four weeks is left.",
    symptoms=(
        "a disk that has sets on it failed, or was copied",
        "a set does not restore",
        "the weekly reading of the backups is due, or found something",
    ),
    steps=(
        Step(
            "Read every byte of the repository",
            _was_read_lately,
            _read,
            _was_read_lately,
            nothing_to_undo,
            budget=3600.0,
            timeout=_LONG,
        ),
        Step(
            "Restore the newest set in a scratch place, and look for each row in each index",
            _is_known_to_its_rows,
            _prove_thoroughly,
            _is_known_to_its_rows,
            nothing_to_undo,
            budget=600.0,
            timeout=_LONG,
        ),
    ),
    gives_way=True,
    only_reads=True,
)
