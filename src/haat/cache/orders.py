"""Orders to throw pages away, which every process follows: numbered, and the last of them by name.

Those of one machine are in a file below `run/`; a server has its own, for all machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from haat.cache.pattern import EVERYTHING

_MOST = 20


class Orders(NamedTuple):
    """The number of the newest, and what the last ones were, by number."""

    number: int
    last: Mapping[int, str]

    def since(self, known: int) -> list[str]:
        """What was ordered after the one that is known; everything, where that cannot be said any more."""
        if known == self.number:
            return []
        missed = range(known + 1, self.number + 1)
        if not 0 < len(missed) <= len(self.last) or not all(number in self.last for number in missed):
            return [EVERYTHING]
        return [self.last[number] for number in missed]


NONE = Orders(0, {})


def of_machine(file: Path) -> Orders:
    """The last ones; NONE where there were none, or they cannot be read."""
    try:
        return Orders(*_decoder.decode(file.read_bytes()))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return NONE


def give(file: Path, pattern: str) -> int:
    """Order all processes of this machine to throw away what fits; returns the number of the order. One at a time may do this."""
    known = of_machine(file)
    number = known.number + 1
    last = {each: text for each, text in known.last.items() if each > number - _MOST} | {number: pattern}
    draft = file.with_name(f".{file.name}")
    draft.write_bytes(msgspec.json.encode((number, last)))
    draft.rename(file)
    return number


_decoder = msgspec.json.Decoder(tuple[int, dict[int, str]])
