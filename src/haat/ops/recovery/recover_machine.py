"""The machine is gone: on another one, the repository and the key become a shop that sells."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from haat.config.kinds import Text
from haat.config.load import load
from haat.config.schema import Settings
from haat.kernel.errors import Refused
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.backups.engines import engine_at
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.repository import copy_note_of, no_copy_note_of
from haat.ops.backups.restore import restored
from haat.ops.logs import instant
from haat.ops.procedure import Deed, Finding, Parameter, Procedure, Program, Renaming, Scene, Start, Step
from haat.ops.procedure.lock import is_held
from haat.ops.procedure.step import never_done, nothing_to_undo
from haat.ops.recovery import steps
from haat.ops.recovery.recover_database import wrong_on_server

_FOLDER = Text("the whole path of a folder that does not exist yet, such as “/srv/shop”", r"(/[^/\x00-\x1f]+)+")
_PATIENCE = 2.0  # seconds to wait for an answer, each time it is asked for
_NEWEST = ("--newest",)


def _into(scene: Scene) -> Path:
    return Path(scene.given["into"])


def _own(scene: Scene) -> Settings:
    """The settings of the stack that came back."""
    return load(_into(scene), {}, {})


def _is_at_hand(scene: Scene) -> Finding:
    """Raises Refused where something else is there already: waiting would not change that."""
    folder = _into(scene)
    if folder.exists() and not _is_restored(scene).holds:
        raise Refused(
            f"{folder} is there already.",
            why="It did not come from this run, and a recovery never writes over what lives.",
            try_="Name a folder that does not exist with `into`.",
        )
    return Finding(True, f"the repository opens, and {folder} is to be made")


def _is_restored(scene: Scene) -> Finding:
    note = restored(_into(scene))
    is_of_this_run = note is not None and note.at >= scene.began_at
    return Finding(is_of_this_run, f"{_into(scene)} {'is restored' if is_of_this_run else 'is not restored'}")


def _set_aside(scene: Scene) -> Sequence[Deed]:
    folder = _into(scene)
    return [Renaming(str(folder), f"{folder.name}.undone-{scene.began_at}", 0)] if folder.exists() else ()


def _give_key(scene: Scene) -> Sequence[Deed]:
    """A plan is made before there is a stack: then its settings are not known yet."""
    desk, folder = scene.settings, _into(scene)
    place = folder / _own(scene).backup.key_file if folder.exists() else folder / desk.backup.key_file
    key = Program(("install", "-D", "-m", "600", str(desk.data / desk.backup.key_file), str(place)))
    adopt = steps.command(desk.data, "backup", "adopt", str(folder))
    return [adopt] if desk.backup.passphrase else [key, adopt]


def _call_a_copy_again(scene: Scene) -> Sequence[Deed]:
    """Nothing of it is backed up: the repository waits for whoever adopts it."""
    folder = _into(scene)
    note, was = copy_note_of(folder), no_copy_note_of(folder)
    return [Renaming(str(was), note.name, was.stat().st_size)] if was.exists() else ()


def _has_key(scene: Scene) -> Finding:
    if not _into(scene).exists():
        return Finding(False, "there is no stack yet")
    if copy_note_of(_into(scene)).exists():
        return Finding(False, "it is a copy, of which nothing is backed up")
    if scene.settings.backup.passphrase:
        return Finding(True, "the repository opens by a passphrase")
    own = _own(scene)
    file = own.data / own.backup.key_file
    return Finding(file.exists(), f"{file} {'is' if file.exists() else 'is not'} there")


def _has_database(scene: Scene) -> Finding:
    if not _into(scene).exists():
        return Finding(False, "there is no stack yet")
    own, named = _own(scene).database, scene.settings.database
    if own.kind == "sqlite":
        return Finding(True, f"it is a file, {own.database}")
    has_copy = (_into(scene) / engine_at(own).name).exists()
    is_there = own.reveal() == named.reveal() and not has_copy
    return Finding(is_there, f"the stack has its database at {own}")


def _take_database_back(scene: Scene) -> Sequence[Deed]:
    desk = scene.settings.data
    return [steps.command(desk, "backup", "swap", "--back")] if swap.is_to_be_taken_back(desk, scene.began_at) else []


def _is_proved(scene: Scene) -> Finding:
    own = _own(scene).database
    if own.kind == "sqlite":
        found = SQLite(own.path).sound(own.path.parent, own)
        return Finding(found.holds, found.said)
    return Finding(not (wrong := wrong_on_server(own)), wrong or f"all that is in {own.database} was read")


def _examine(scene: Scene) -> Sequence[Deed]:
    """As it was then: the gateway may know more by now, and whoever works in the shop settles that when it runs."""
    note = restored(_into(scene))
    at = ("--at", instant.written(note.as_of)) if note else ()
    return [steps.command(_into(scene), "truth", *at)]


def _start(scene: Scene) -> Sequence[Deed]:
    folder = _into(scene)
    argv = (sys.executable, "-m", "haat", "up", "--data", str(folder))
    return [Start(argv, str(folder / "logs" / "start.out"))]


def _runs(scene: Scene) -> Finding:
    folder = _into(scene)
    told = running.told(folder) if is_held(running.lock_of(folder)) else None
    if told is None or not running.answers(told.url, _PATIENCE):
        return Finding(False, f"the stack in {folder} does not answer")
    return Finding(True, f"{told.url} answers")


def _end(scene: Scene) -> Sequence[Deed]:
    folder = _into(scene)
    told = running.told(folder)
    if told is None or not is_held(running.lock_of(folder)):
        return ()
    pid = str(told.pid)
    return [Program(("kill", pid)), Program(("timeout", "60", "tail", f"--pid={pid}", "-f", "/dev/null"))]


RECOVER_MACHINE = Procedure(
    name="recover-machine",
    purpose="Make a shop that sells from nothing but the repository and the key, on a machine that has Haat. It is run in a folder of its own, whose "
    "haat.toml names the repository as `backup.to` and which has the key. Where the shop has its database on a server, `store.url` there names an empty one to use.",
    symptoms=(
        "the machine is gone, or its disk",
        "the folder of the stack was removed",
        "the shop is to move to another machine",
    ),
    parameters=(Parameter("into", "the folder of the stack that comes back", _FOLDER),),
    steps=(
        Step(
            "See that the repository and the key are at hand",
            never_done,
            lambda scene: [
                steps.command(scene.settings.data, "backup", *words, "--dry-run")
                for words in (
                    ("restore", "--into", str(_into(scene)), *_NEWEST),
                    ("carry", str(_into(scene))),
                )
            ],
            _is_at_hand,
            nothing_to_undo,
            budget=30.0,
            timeout=120.0,
        ),
        Step(
            "Restore the newest that is kept",
            _is_restored,
            lambda scene: [
                steps.command(scene.settings.data, "backup", "restore", "--into", str(_into(scene)), *_NEWEST)
            ],
            _is_restored,
            _set_aside,
            budget=900.0,
            timeout=4 * 3600.0,
        ),
        Step(
            "Bring its database to the server that is named here, where it has one",
            _has_database,
            lambda scene: [steps.command(scene.settings.data, "backup", "carry", str(_into(scene)))],
            _has_database,
            _take_database_back,
            budget=900.0,
            timeout=4 * 3600.0,
        ),
        Step(
            "Give the stack the key, and call it the shop whose the repository is",
            _has_key,
            _give_key,
            _has_key,
            _call_a_copy_again,
            budget=5.0,
        ),
        Step(
            "Look at every page of the database, and at every promise of the shop",
            never_done,
            _examine,
            _is_proved,
            nothing_to_undo,
            budget=300.0,
            timeout=3600.0,
        ),
        Step("Start the stack", _runs, _start, _runs, _end, budget=30.0, timeout=180.0),
        Step(
            "Buy and pay one thing, where the gateway is the sandbox",
            never_done,
            lambda scene: [steps.command(_into(scene), "probe", "--order")],
            _runs,
            nothing_to_undo,
            budget=10.0,
            timeout=60.0,
        ),
    ),
)
