"""The profiles that are kept in the folder of the stack: a page each, with what other tools read beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.ops.profiles.flame import folded, page
from haat.ops.profiles.sampler import Profile

_NAME = re.compile(r"(?P<program>[a-z][a-z0-9-]*)-(?P<pid>[0-9]+)-(?P<at>[0-9]{8}-[0-9]{6})\.html")
_AT = "%Y%m%d-%H%M%S"


class Kept(NamedTuple):
    """A page: the name of its file, of which program and which process it is, and when it was taken, in UTC."""

    name: str
    program: str
    pid: int
    at: str


def keep(data: Path, profile: Profile) -> Path:
    """Write it down; returns the file of its page."""
    folder = _folder_of(data)
    folder.mkdir(exist_ok=True)
    file = folder / f"{profile.program}-{profile.pid}-{clock.as_datetime(profile.at):{_AT}}.html"
    file.write_text(page(profile), "utf-8")
    file.with_suffix(".folded").write_text(folded(profile), "utf-8")
    return file


def kept(data: Path) -> list[Kept]:
    """All of them, the youngest first."""
    folder = _folder_of(data)
    names = [_NAME.fullmatch(file.name) for file in folder.iterdir()] if folder.is_dir() else []
    found = [Kept(one[0], one["program"], int(one["pid"]), _written(one["at"])) for one in names if one]
    return sorted(found, key=lambda one: (one.at, one.name), reverse=True)


def page_of(data: Path, name: str) -> bytes:
    """The page that has this name. Raises NotFound."""
    try:
        if _NAME.fullmatch(name):
            return (_folder_of(data) / name).read_bytes()
    except FileNotFoundError:
        pass
    raise NotFound("There is no such profile.", why="It was never taken here, or is kept no more.")


def _folder_of(data: Path) -> Path:
    return data / "profiles"


def _written(at: str) -> str:
    return f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[9:11]}:{at[11:13]}:{at[13:]}"
