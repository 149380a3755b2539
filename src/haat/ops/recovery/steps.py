"""What recoveries have in common: the shop rests, a copy is proved beside its database, takes its place, and the shop goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from haat.kernel import clock
from haat.kernel.errors import Refused, Unavailable
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.backups.engines import at_work, engine_of
from haat.ops.backups.swap import Ready
from haat.ops.health.processes import children
from haat.ops.procedure import Deed, Finding, Note, Program, Removal, Scene, Step
from haat.ops.procedure.lock import is_held
from haat.ops.procedure.step import never_done

_PATIENCE = 2.0  # seconds to wait for an answer, each time it is asked for
_LONG = 4 * 3600.0  # seconds that a large copy may take


def command(data: Path, *words: str) -> Program:
    """One of our own, on the stack in this folder."""
    return Program((sys.executable, "-m", "haat", *words, "--data", str(data)))


def hold() -> Step:
    """Nobody has the database open; visitors are told to come again."""
    return Step(
        "Let the shop rest; whoever comes is told to come again",
        never_done,  # Also where it rests already: whoever takes this back lets it go on.
        let_rest,
        _rests,
        wake,
        budget=10.0,
        timeout=180.0,  # Four groups of processes may be ended by force, each after its own patience.
    )


def prove_copy(words: Callable[[Scene], Sequence[str]]) -> Step:
    """The copy that these words of `haat backup restore --beside` make, proved."""
    return Step(
        "Restore a copy beside the database, and prove it",
        _is_ready,
        lambda scene: [command(scene.settings.data, "backup", "restore", "--beside", *words(scene))],
        _is_ready,
        _let_go,
        budget=900.0,
        timeout=_LONG,
    )


def put_in_place() -> Step:
    """The copy takes the place of what is there, which is kept."""
    return Step(
        "Set aside what is there, and put the copy in its place",
        _is_put,
        lambda scene: [command(scene.settings.data, "backup", "swap")],
        _is_put,
        _take_back,
        budget=10.0,
        timeout=_LONG,  # What a server cannot open is copied, where it is on another disk.
    )


def go_on() -> Step:
    """The shop has its new database."""
    return Step(
        "Let the shop go on",
        _goes_on,
        wake,
        _goes_on,
        lambda scene: [Note(str(running.hold_of(scene.settings.data)), "A recovery is taken back.")],
        budget=15.0,
        timeout=60.0,
    )


def lost(ready: Ready) -> str:
    """What the copy does not have, in a sentence."""
    gap = ready.asked_for - ready.kept_until
    said = f"it is as the shop was on {clock.in_utc(ready.as_of)}"
    if gap > running.KEPT_WITHIN:
        said += (
            f"; nothing is kept that was committed from {clock.in_utc(ready.kept_until)} until {clock.in_utc(ready.asked_for)}, "
            "unless the stack was down all that time"
        )
    if ready.missing is None:
        return f"{said}; which orders it lacks cannot be told, because what was there cannot be read"
    return f"{said}; {ready.missing} orders that were there are not in it"


def _rests(scene: Scene) -> Finding:
    """A plan may look at this while the shop goes on."""
    data = scene.settings.data
    if not running.hold_of(data).exists():
        return Finding(False, "nobody has said that the shop is to rest")
    if alive := sorted(_alive(data)):
        return Finding(False, f"{', '.join(alive)} still runs")
    if there := at_work(scene.settings):
        return Finding(False, f"the database is still open: by {', '.join(there)}")
    return Finding(True, "nobody has the database open")


def _alive(data: Path) -> list[str]:
    """The programs of a stack that has the database open."""
    told = running.told(data)
    names = children(told.pid).values() if told and is_held(running.lock_of(data)) else ()
    return [name for name in names if name.removeprefix("haat-").split("-")[0] in running.OF_THE_DATABASE]


def _is_ready(scene: Scene) -> Finding:
    put, ready = swap.what_was_put(scene.settings.data), swap.ready(scene.settings.data)
    for one in (ready, put):
        if one is not None and _is_meant(scene, one):
            return Finding(True, f"{'; '.join(one.looked)}; {lost(one)}")
    return Finding(False, "there is no copy of this run that was proved")


def _is_meant(scene: Scene, copy: Ready) -> bool:
    """Whether it was made for this run, and not by somebody for another instant than it was told."""
    return copy.made_at >= scene.began_at and copy.asked_for == scene.given.get("to", copy.asked_for)


def _is_put(scene: Scene) -> Finding:
    data = scene.settings.data
    done, put = swap.last(data), swap.what_was_put(data)
    if done is None or put is None or not _is_meant(scene, put):
        return Finding(False, "the copy is not in its place")
    return Finding(
        True, f"{lost(put)}; what was there before: {done.tells_where(data)}{_named(data / done.aside, put)}"
    )


def _named(aside: Path, put: Ready) -> str:
    damaged = swap.damaged_of(aside)
    said = f", without what its server could not open, whose files are in {damaged}" if damaged.exists() else ""
    return said + (f", and the orders are named in {swap.notes_in(aside)}" if put.missing else "")


def let_rest(scene: Scene, why: str = "A copy takes the place of the database.") -> Sequence[Deed]:
    """Nothing, where it rests already."""
    hold = running.hold_of(scene.settings.data)
    return [] if hold.exists() else [Note(str(hold), why)]


def _let_go(scene: Scene) -> Sequence[Deed]:
    """Of the copy; on a server that is a database there as well."""
    data = scene.settings.data
    on_server = [command(data, "backup", "swap", "--drop")] if scene.database_kind != "sqlite" else []
    return [*on_server, Removal(str(swap.copy_of(data)), 0)]


def _take_back(scene: Scene) -> Sequence[Deed]:
    """What this run has put in its place, and nothing that an earlier one has."""
    data = scene.settings.data
    return [command(data, "backup", "swap", "--back")] if swap.is_to_be_taken_back(data, scene.began_at) else []


def wake(scene: Scene) -> Sequence[Deed]:
    """Nobody has to rest any more."""
    return [Removal(str(running.hold_of(scene.settings.data)), 0)]


def _goes_on(scene: Scene) -> Finding:
    data = scene.settings.data
    if running.hold_of(data).exists():
        return Finding(False, "the shop rests")
    if not is_held(running.lock_of(data)):
        return Finding(True, f"nobody holds it; the stack does not run, and `haat up` starts it{_unkept(scene)}")
    told = running.told(data)
    if told is None:
        return Finding(False, "the stack is not up yet")
    if not _alive(data) or not running.answers(told.url, _PATIENCE):
        return Finding(False, f"{told.url} does not answer yet")
    return Finding(True, f"{told.url} answers{_unkept(scene)}")


def _unkept(scene: Scene) -> str:
    """An empty server that was put in the place of one that is lost may let nobody keep what is committed there."""
    if scene.settings.backup.ship != "yes":
        return ""
    try:
        engine_of(scene.settings).refuse_unless_followed()
    except Refused as error:
        return f"; what is committed from now on is not kept: {error.why} {error.try_}"
    except Unavailable:  # Whoever keeps it goes on trying, and complains where that stays so.
        return ""
    return ""
