"""What is wrong with the settings, each in one line, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haat.config.kinds import Unfit
from haat.config.origins import Given
from haat.config.schema import EXAMPLE, KINDS, SECTIONS
from haat.config.words import nearest, quoted, variable
from haat.kernel.errors import HaatError


class Problem(NamedTuple):
    """Something that keeps the settings from being used: where it is written, and what it is."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class WrongSettings(HaatError):
    """The settings cannot be used. `problems` holds all there are."""

    code = "wrong_settings"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "A setting is wrong." if len(problems) == 1 else f"{len(problems)} settings are wrong.",
            why="\n".join(map(str, problems)),
            try_=f"Correct what is named above. Every setting is explained in {EXAMPLE}.",
        )
        self.problems = tuple(problems)


def wrong_value(given: Given, unfit: Unfit) -> Problem:
    text = f"{given.key} {unfit.verb} {quoted(unfit.value)}; expected {unfit.expected}. {unfit.hint}"
    return Problem(given.origin.where, text.rstrip())


def unknown(given: Given) -> Problem:
    """A key that no setting has: what was probably meant, or what there is."""
    if given.key in SECTIONS:
        text = f"{given.key} is a section and has no value. Write [{given.key}], and its settings below it."
    elif "." not in given.key and isinstance(given.value, dict):
        text = f"there is no section [{given.key}]. {_nearest_section(given.key)}"
    else:
        text = f"there is no setting {given.key}. {_nearest_setting(given)}"
    return Problem(given.origin.where, text)


def _nearest_section(name: str) -> str:
    meant = nearest(name, SECTIONS)
    return f"Did you mean [{meant}]?" if meant else _all_sections()


def _nearest_setting(given: Given) -> str:
    section = given.key.rpartition(".")[0]
    if meant := _meant(given.key):
        by_variable = given.origin.source == "environment"
        return f"Did you mean {' or '.join(variable(key) if by_variable else key for key in meant)}?"
    if section in SECTIONS:
        return f"The settings of [{section}] are {', '.join(SECTIONS[section]._fields)}."
    return _all_sections()


def _meant(key: str) -> list[str]:
    """A near name in the same section; else the same name in others; for an unknown section, what is near as a whole."""
    section, _, name = key.rpartition(".")
    if section in SECTIONS and (near := nearest(name, SECTIONS[section]._fields)):
        return [f"{section}.{near}"]
    if section and section not in SECTIONS and (near := nearest(key, KINDS)):
        return [near]
    return [known for known in KINDS if known.endswith(f".{name}")]


def _all_sections() -> str:
    return f"Settings stand in sections: {', '.join(f'[{name}]' for name in SECTIONS)}."
