"""The processes that there are: each a file, read and checked once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from haat.kernel.errors import NotFound, Refused
from haat.market.deals.process import Process, Side
from haat.market.deals.sound import problems

FOLDER = Path(__file__).parent / "processes"


@cache
def load(name: str, version: int) -> Process:
    """Read and check one process. Raises NotFound, or Refused with everything that is wrong with it."""
    path = FOLDER / f"{name}.{version}.toml"
    if not path.is_file():
        raise NotFound("There is no such process.", why=f"Nothing is known of {name}, version {version}.")
    return read(path)


def read(path: Path) -> Process:
    """Read and check a file. Raises Refused with everything that is wrong with it."""
    process = _decoded(path)
    found = list(problems(process, lambda name: _unchecked(name, path.parent)))
    if found:
        raise Refused(f"The process {process.name} cannot run.", why=" ".join(found), try_=f"Mend {path.name}.")
    return process


@cache
def newest(name: str) -> Process:
    """The version that new deals begin with."""
    return load(name, _newest_version(name, FOLDER) or 1)


def every() -> list[Process]:
    """All processes, each in its newest version."""
    return [newest(name) for name in sorted({rules.name for rules in all_versions()})]


@cache
def all_versions() -> tuple[Process, ...]:
    """All processes, in every version that a deal may still run by."""
    names = (path.name.split(".") for path in sorted(FOLDER.glob("*.toml")))
    return tuple(load(name, int(version)) for name, version, _ in names)


@cache
def states_of_turn(side: Side) -> tuple[str, ...]:
    """The states in which everybody waits for this side."""
    return tuple(
        dict.fromkeys(name for rules in all_versions() for name, state in rules.states.items() if state.turn == side)
    )


@cache
def under_way(side: Side) -> tuple[str, ...]:
    """The states past the beginning in which a deal goes on without this side."""
    return tuple(
        dict.fromkeys(
            name
            for rules in all_versions()
            for name, state in rules.states.items()
            if name != rules.start and not rules.is_final(name) and state.turn != side
        )
    )


@cache
def sold_by_market() -> tuple[str, ...]:
    """The processes of what the market itself sells."""
    return tuple(dict.fromkeys(rules.name for rules in all_versions() if rules.sold_by == "market"))


@cache
def hidden_from(side: Side) -> tuple[tuple[str, str], ...]:
    """The processes and states in which a deal is not in the lists of this side."""
    found = (
        (rules.name, name)
        for rules in all_versions()
        for name, state in rules.states.items()
        if state.only not in (None, side)
    )
    return tuple(dict.fromkeys(found))


def _decoded(path: Path) -> Process:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Process)
    except msgspec.DecodeError as error:
        raise Refused(
            f"{path.name} is not a process.", why=f"{error}.", try_="Compare it with purchase.1.toml."
        ) from error


def _unchecked(name: str, beside: Path) -> Process | None:
    """Another process that one speaks of: the newest beside it, else the newest of ours."""
    for folder in (beside, FOLDER):
        if version := _newest_version(name, folder):
            return _decoded(folder / f"{name}.{version}.toml")
    return None


def _newest_version(name: str, folder: Path) -> int | None:
    return max((int(path.name.split(".")[1]) for path in folder.glob(f"{name}.*.toml")), default=None)
