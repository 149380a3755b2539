"""Throw away what nobody needs any more: it is set aside by a new name, looked at once more, and only then gone."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from haat.config.kinds import Whole
from haat.ops.logs.files import LOG
from haat.ops.procedure import Deed, Finding, Irreversible, Parameter, Procedure, Removal, Renaming, Scene, Step
from haat.ops.procedure.step import only_looks

_DAY = 86_400  # seconds
_DRAFT_IS_DEAD = _DAY  # what is written is whole within seconds
_KEPT_PARTS = 1  # of each log, beside the one that is written, whatever its age

_PICTURE = re.compile(r"(?P<sha>[0-9a-f]{64})(-[0-9]+\.webp|\.original)")
_DRAFT_OF_PICTURE = re.compile(rf"\.{_PICTURE.pattern}\.[0-9a-f]{{8}}")
_DRAFT_OF_NOTE = re.compile(r"\.[a-z0-9.-]+\.json")
_PROFILE = re.compile(r"[a-z]+-[0-9]+-[0-9]{8}-[0-9]{6}\.(html|folded)")
_OF_A_DRILL = re.compile(r"haat-drill-\w+")
_ASIDE = re.compile(r"\.(?P<name>.+)\.unused")
_BROUGHT = re.compile(r"\.bringing-\w+")  # the folder of a photo that was to come back
_DRAFTS = (_DRAFT_OF_PICTURE, _DRAFT_OF_NOTE, _BROUGHT)


class Waste(NamedTuple):
    """A file or a folder, and how many bytes it takes."""

    path: Path
    size: int


def waste(scene: Scene) -> list[Waste]:
    """All that nobody needs, and is not yet set aside. What would get a name that is taken has to wait until that one is gone."""
    found = [
        *_old_logs(scene),
        *_old_profiles(scene),
        *_drafts(scene),
        *_left_by_drills(scene),
        *_pictures_in_no_use(scene),
    ]
    return sorted(_weighed(path) for path in found if not path.with_name(_aside(path.name)).exists())


def set_aside(scene: Scene) -> list[Waste]:
    """All that was set aside, by this run or by one that did not come to its end."""
    found = (
        path
        for folder, shapes in _places(scene)
        for path in _entries(folder)
        if _ASIDE.fullmatch(path.name) and any(shape.fullmatch(_own_name(path)) for shape in shapes) and _is_ours(path)
    )
    return sorted(_weighed(path) for path in found)


def _places(scene: Scene) -> Iterator[tuple[Path, Sequence[re.Pattern[str]]]]:
    """Every folder in which there may be something to throw away, and how that is called there. Nothing else is ever touched."""
    data = scene.settings.data
    yield data / "logs", [LOG]
    yield data / "run", [_DRAFT_OF_NOTE]
    yield data / "drills", [_DRAFT_OF_NOTE]
    yield data / "profiles", [_PROFILE]
    yield Path(tempfile.gettempdir()), [_OF_A_DRILL]
    for folder in _folders_of_pictures(scene):
        yield folder, [_PICTURE, _DRAFT_OF_PICTURE, _BROUGHT]


def _old_logs(scene: Scene) -> Iterator[Path]:
    """Full parts of logs that are too old, or more than are kept since fewer are."""
    for path in _entries(scene.settings.data / "logs"):
        number = _number_of_part(path.name)
        if number > _KEPT_PARTS and (number > scene.settings.logs.keep or _is_old(path, scene)):
            yield path


def _number_of_part(name: str) -> int:
    """Of a log; 0 for the one that is written, and for what is no log."""
    named = LOG.fullmatch(name)
    return int(named["age"] or 0) if named else 0


def _old_profiles(scene: Scene) -> Iterator[Path]:
    for path in _entries(scene.settings.data / "profiles"):
        if _PROFILE.fullmatch(path.name) and _is_old(path, scene):
            yield path


def _drafts(scene: Scene) -> Iterator[Path]:
    """What somebody began to write, and died."""
    for folder, shapes in _places(scene):
        for path in _entries(folder):
            is_draft = any(shape.fullmatch(path.name) for shape in shapes if shape in _DRAFTS)
            if is_draft and _age(path) > _DRAFT_IS_DEAD:
                yield path


def _left_by_drills(scene: Scene) -> Iterator[Path]:
    """Folders of drills that were killed. One in which a disk is still mounted cannot be thrown away, and is left."""
    for path in _entries(Path(tempfile.gettempdir())):
        is_left = _OF_A_DRILL.fullmatch(path.name) and path.is_dir() and _is_ours(path) and _is_old(path, scene)
        if is_left and not any(os.path.ismount(one) for one in path.rglob("*")):
            yield path


def _pictures_in_no_use(scene: Scene) -> Iterator[Path]:
    in_use = scene.pictures_in_use()
    for folder in _folders_of_pictures(scene):
        for path in _entries(folder):
            named = _PICTURE.fullmatch(path.name)
            if named and named["sha"] not in in_use and _is_old(path, scene):
                yield path


def _needed_after_all(scene: Scene) -> list[Waste]:
    """What was set aside while somebody began to refer to it, or sent it again, which made it young; and a young part of a log that had got
    the name of an old one, because the log was turned over just then.
    """
    in_use = scene.pictures_in_use()

    def is_needed(path: Path) -> bool:
        if named := _PICTURE.fullmatch(_own_name(path)):
            return named["sha"] in in_use or not _is_old(path, scene)
        return 0 < _number_of_part(_own_name(path)) <= scene.settings.logs.keep and not _is_old(path, scene)

    return [one for one in _can_go_back(scene) if is_needed(one.path)]


def _can_go_back(scene: Scene) -> list[Waste]:
    """All that is set aside and whose own name nothing else has got meanwhile, as a part of a log gets it."""
    return [one for one in set_aside(scene) if not one.path.with_name(_own_name(one.path)).exists()]


def _nothing_to_set_aside(scene: Scene) -> Finding:
    found = waste(scene)
    return Finding(not found, f"{_counted(found)} can go" if found else "nothing is left that nobody needs")


def _set_aside(scene: Scene) -> Sequence[Deed]:
    return [Renaming(str(one.path), _aside(one.path.name), one.size) for one in waste(scene)]


def _take_all_back(scene: Scene) -> Sequence[Deed]:
    return [Renaming(str(one.path), _own_name(one.path), one.size) for one in _can_go_back(scene)]


def _none_is_needed(scene: Scene) -> Finding:
    needed = _needed_after_all(scene)
    if needed:
        return Finding(False, f"{_counted(needed)} are needed after all")
    return Finding(True, f"of {_counted(set_aside(scene))} that are set aside none is needed")


def _give_back(scene: Scene) -> Sequence[Deed]:
    return [Renaming(str(one.path), _own_name(one.path), one.size) for one in _needed_after_all(scene)]


def _all_are_gone(scene: Scene) -> Finding:
    """A plan looks at this before anything is set aside: what will be counts as well."""
    left = [*set_aside(scene), *waste(scene)]
    return Finding(not left, f"{_counted(left)} are still there" if left else "nothing is left of it")


def _throw_away(scene: Scene) -> Sequence[Deed]:
    now = [Removal(str(one.path), one.size) for one in set_aside(scene)]
    coming = [Removal(str(one.path.with_name(_aside(one.path.name))), one.size) for one in waste(scene)]
    return [*now, *coming]


def _none_is_aside(scene: Scene) -> Finding:
    left = set_aside(scene)
    return Finding(not left, f"{_counted(left)} are still there" if left else "all of it is gone")


def _folders_of_pictures(scene: Scene) -> Iterator[Path]:
    for name in ("media", "evidence"):
        yield from (path for path in _entries(scene.settings.data / name) if path.is_dir())


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _aside(name: str) -> str:
    return f".{name}.unused"


def _own_name(path: Path) -> str:
    """What it was called before it was set aside."""
    named = _ASIDE.fullmatch(path.name)
    return named["name"] if named else path.name


def _is_old(path: Path, scene: Scene) -> bool:
    days: int = scene.given["days"]
    return _age(path) > days * _DAY


def _age(path: Path) -> float:
    """Seconds since it was changed; of what is gone meanwhile, none."""
    try:
        return time.time() - path.lstat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_ours(path: Path) -> bool:
    """Whether it belongs to the user that this is: the folder for what is temporary is everybody's."""
    try:
        return path.lstat().st_uid == os.getuid()
    except FileNotFoundError:
        return False


def _weighed(path: Path) -> Waste:
    inside = path.rglob("*") if path.is_dir() else [path]
    return Waste(path, sum(map(_bytes, inside)))


def _bytes(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _counted(found: Sequence[Waste]) -> str:
    size = sum(one.size for one in found)
    return f"{len(found):,} files with {size:,} bytes" if len(found) != 1 else f"1 file with {size:,} bytes"


CLEAN_UP = Procedure(
    name="clean-up",
    purpose="Throw away old logs and profiles, pictures that nothing refers to, half-written files, and what killed drills left.",
    symptoms=(
        "the disk fills up",
        "a backup takes longer every month",
        "the weekly clean-up is due",
    ),
    parameters=(Parameter("days", "how many days old a log, a picture or a drill has to be", Whole(7, 3650)),),
    steps=(
        Step(
            "Set aside what nobody needs",
            _nothing_to_set_aside,
            _set_aside,
            _nothing_to_set_aside,
            _take_all_back,
            60.0,
            60.0,
        ),
        Step(
            "Give back what is needed after all", _none_is_needed, _give_back, _none_is_needed, only_looks, 60.0, 60.0
        ),
        Step(
            "Throw away what is set aside",
            _all_are_gone,
            _throw_away,
            _none_is_aside,
            Irreversible("what is thrown away is in no copy but those that you made of the folder"),
            60.0,
            60.0,
        ),
    ),
)
