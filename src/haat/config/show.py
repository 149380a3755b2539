"""What is in force, for people to look at: every setting with its value and its origin, secrets hidden."""

from __future__ import annotations

from typing import NamedTuple

from haat.config.origins import Origin
from haat.config.schema import KINDS, Settings


class Shown(NamedTuple):
    """One setting. `value` is written as it would be in the environment."""

    key: str
    value: str
    origin: Origin


def effective(settings: Settings) -> list[Shown]:
    """All settings, in the order of the example."""
    return [Shown(key, _shown(settings, key), settings.origins[key]) for key in KINDS]


def _shown(settings: Settings, key: str) -> str:
    section, _, name = key.partition(".")
    return KINDS[key].show(getattr(getattr(settings, section), name))
