"""On which line of a TOML text each setting stands; the parser does not say."""

from __future__ import annotations

import re

_SECTION = re.compile(r"\s*\[([^\[\]]+)\]")
_SETTING = re.compile(r"\s*([^\s#=\[\]{}][^#=\[\]{}]*?)\s*=")


def lines_of(text: str) -> dict[str, int]:
    """The line, from 1, on which each section and each setting is first named: `{"web": 1, "web.port": 2}`.

    Nothing deeper than that is told apart, and text over several lines is not looked into.
    """
    found: dict[str, int] = {}
    section: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := _SECTION.match(line):
            section = _names(match[1])
            path = section
        elif match := _SETTING.match(line):
            path = [*section, *_names(match[1])]
        else:
            continue
        found.setdefault(path[0], number)
        found.setdefault(".".join(path[:2]), number)
    return found


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]
