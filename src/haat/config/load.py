"""Read the settings of a stack: defaults, preset, the stack's own keys, haat.toml, environment, flags; the later wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from haat.config import secrets, sources
from haat.config.kinds import CacheServer, Database, Hidden, Unfit
from haat.config.origins import Given
from haat.config.problems import Problem, WrongSettings, unknown, wrong_value
from haat.config.schema import KINDS, PRESETS, SECTIONS, Settings
from haat.config.secrets import Secret

FILE = "haat.toml"


def load(data: Path, environ: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    """The settings of the stack in this folder, each with its origin.

    `flags` are keys with what the command line gives for them, and None where it gives nothing: `{"web.port": "8001"}`.
    Raises WrongSettings with everything that is wrong, wherever it is written, and NotAllowed where this user may not read it.
    """
    data = data.absolute()
    found = _found(data, environ, flags)
    values, problems = _settled(found)
    if problems := problems or _missing_keys(data, values):
        raise WrongSettings(problems)
    return Settings(
        data=data,
        **_sections(values),
        origins={key: values[key].origin for key in KINDS},
        warnings=(*_exposed_files(data, found), *sources.unread_variables(environ)),
    )


def _found(data: Path, environ: Mapping[str, str], flags: Mapping[str, object]) -> list[Given | Problem]:
    """All that is written anywhere, the weakest first."""
    defaults = [*sources.defaults()]
    own_keys = sources.file(data / secrets.FILE, "secrets")
    written = [*sources.file(data / FILE, "file"), *sources.environment(environ), *sources.flags(flags)]
    return [*defaults, *_preset([*defaults, *written]), *own_keys, *written]


def _preset(found: Iterable[Given | Problem]) -> Iterator[Given]:
    names = [item.value for item in found if isinstance(item, Given) and item.key == "market.preset"]
    name = names[-1]
    return sources.preset(name) if isinstance(name, str) and name in PRESETS else iter(())


def _settled(found: Iterable[Given | Problem]) -> tuple[dict[str, Given], list[Problem]]:
    """The strongest value of each setting, and all that is wrong with any, the outvoted included."""
    values: dict[str, Given] = {}
    problems: list[Problem] = []
    for item in found:
        judged = _judged(item)
        if isinstance(judged, Problem):
            problems.append(judged)
        elif judged.value != Secret("") or judged.key not in values:  # An empty secret is one that is not given.
            values[judged.key] = judged
    return values, problems


def _judged(item: Given | Problem) -> Given | Problem:
    if isinstance(item, Problem):
        return item
    if item.key not in KINDS:
        return unknown(item)
    try:
        return item._replace(value=KINDS[item.key].read(item.value))
    except Unfit as unfit:
        return wrong_value(item, unfit)


def _missing_keys(data: Path, values: Mapping[str, Given]) -> list[Problem]:
    path = data / secrets.FILE
    remedy = "Put its line back from a backup; or remove the file, and the next start makes new keys."
    missing = [key for key in secrets.OWN if not values[key].value] if path.exists() else []
    return [Problem(str(path), f"{key} is missing, and not given elsewhere. {remedy}") for key in missing]


def _sections(values: Mapping[str, Given]) -> dict[str, Any]:
    return {
        name: section(**{field: values[f"{name}.{field}"].value for field in section._fields})
        for name, section in SECTIONS.items()
    }


def _exposed_files(data: Path, found: Iterable[Given | Problem]) -> list[str]:
    secret = {item.origin.source for item in found if isinstance(item, Given) and item.value and _is_secret(item)}
    paths = {"secrets": data / secrets.FILE, "file": data / FILE}
    warnings = (secrets.exposed(path) for source, path in paths.items() if source in secret)
    return [warning for warning in warnings if warning]


def _is_secret(item: Given) -> bool:
    kind = KINDS[item.key]
    if isinstance(kind, Database | CacheServer):
        address = kind.read(item.value)
        return address is not None and bool(address.password)
    return isinstance(kind, Hidden)
