"""The places where settings are written, each read into what is given there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from pwd import getpwuid
from typing import Any

from haat.config.kinds import SECRET_KINDS
from haat.config.lines import lines_of
from haat.config.origins import Given, Origin, Source
from haat.config.problems import Problem
from haat.config.schema import EXAMPLE, KINDS, PRESETS, SECTIONS
from haat.config.words import variable
from haat.kernel.errors import NotAllowed

_PREFIX = "HAAT_"
_IN_A_FILE = "_FILE"
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def defaults() -> Iterator[Given]:
    return _flat(tomllib.loads(EXAMPLE.read_text("utf-8")), lambda key: Origin("default"))


def preset(name: str) -> Iterator[Given]:
    return _flat(tomllib.loads(PRESETS[name].read_text("utf-8")), lambda key: Origin("preset", name))


def file(path: Path, source: Source) -> Iterator[Given | Problem]:
    """What a TOML file gives, with its lines; nothing when there is no such file. Raises NotAllowed where this user may not read it."""
    try:
        text = path.read_text("utf-8-sig")  # Some editors begin a file with a mark.
        tables = tomllib.loads(text)
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise _not_for_us(path) from error
    except OSError as error:
        yield Problem(str(path), f"this file cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        yield Problem(str(path), "this file is not UTF-8 text. Save it again as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        yield _not_toml(path, str(error))
    else:
        lines = lines_of(text)
        yield from _flat(tables, lambda key: Origin(source, _place(path, lines, key)))


def environment(environ: Mapping[str, str]) -> Iterator[Given | Problem]:
    """What the variables with two underscores give: HAAT_WEB__PORT, or HAAT_MAIL__PASSWORD_FILE for the content of a file."""
    for name in sorted(environ):
        if not name.startswith(_PREFIX) or "__" not in name:
            continue
        key = _key_of(name)
        if key not in KINDS and _is_secret(_key_of(name.removesuffix(_IN_A_FILE))):
            yield _from_file_named_by(name, environ)
        else:
            yield Given(key, environ[name], Origin("environment", name))


def flags(given: Mapping[str, object]) -> Iterator[Given]:
    """What the command line gives, by key: `{"web.port": "8001"}` is --port 8001, and None is a flag that was left out."""
    for key, value in given.items():
        if value is not None:
            yield Given(key, value, Origin("flag", f"--{key.rpartition('.')[2].replace('_', '-')}"))


def unread_variables(environ: Mapping[str, str]) -> list[str]:
    """Warnings of variables that look like a setting and are none, as HAAT_WEB_PORT. Some platforms set such by themselves."""
    settings = {variable(key).replace("__", "_"): variable(key) for key in KINDS}
    return [
        f"The variable {name} is not read. Did you mean {settings[name]}?"
        for name in sorted(environ)
        if name in settings
    ]


def _not_for_us(path: Path) -> NotAllowed:
    """The settings may all be right; this is not the user whose they are."""
    owner = _owner_of(path)
    return NotAllowed(
        "This user may not read the stack.",
        why=f"{path}: permission denied. It belongs to {owner}.",
        try_=f"Do it as {owner}.",
    )


def _owner_of(path: Path) -> str:
    """Of the file, or of the folder that it is in where nobody else may look into that."""
    for place in (path, *path.parents):
        with suppress(PermissionError):
            owner = place.stat().st_uid
            break
    try:
        return getpwuid(owner).pw_name
    except KeyError:
        return f"the user {owner}"


def _flat(tables: Mapping[str, Any], origin: Callable[[str], Origin]) -> Iterator[Given]:
    for section, settings in tables.items():
        if section in SECTIONS and isinstance(settings, dict):
            for name, value in settings.items():
                yield Given(f"{section}.{name}", value, origin(f"{section}.{name}"))
        else:
            yield Given(section, settings, origin(section))


def _place(path: Path, lines: Mapping[str, int], key: str) -> str:
    line = lines.get(key) or lines.get(key.split(".")[0])
    return f"{path} line {line}" if line else str(path)


def _not_toml(path: Path, error: str) -> Problem:
    place = _PLACE.search(error)
    where = f"{path} line {place[1]}, column {place[2]}" if place else str(path)
    reason = _PLACE.sub("", error)
    return Problem(
        where, f'this is not TOML: {reason[:1].lower()}{reason[1:]}. Text stands in double quotes: name = "Haat".'
    )


def _key_of(name: str) -> str:
    return name.removeprefix(_PREFIX).replace("__", ".").lower()


def _is_secret(key: str) -> bool:
    return isinstance(KINDS.get(key), SECRET_KINDS)


def _from_file_named_by(name: str, environ: Mapping[str, str]) -> Given | Problem:
    direct = name.removesuffix(_IN_A_FILE)
    if environ.get(direct):
        return Problem(name, f"{direct} is set as well. Keep one of the two.")
    try:
        content = Path(environ[name]).read_text("utf-8")
    except OSError as error:
        return Problem(name, f"the file {environ[name]} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        return Problem(name, f"the file {environ[name]} is not UTF-8 text.")
    secret = content.rstrip("\r\n")
    if not secret:
        return Problem(name, f"the file {environ[name]} is empty.")
    return Given(_key_of(direct), secret, Origin("environment", name))
