"""Which pages are meant: by their path and query, in which `*` stands for anything."""

from __future__ import annotations

import re
from fnmatch import translate

EVERYTHING = "*"


class Pattern:
    """`*`, `?` and `[abc]` as in names of files; `*` alone is everything."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_everything = text == EVERYTHING
        self._fits = re.compile(translate(text)).match

    @classmethod
    def exactly(cls, address: str) -> Pattern:
        """One page, whatever signs are in its address."""
        return cls(re.sub(r"([*?[])", r"[\1]", address))

    def fits(self, address: str) -> bool:
        return self.is_everything or self._fits(address) is not None

    def __str__(self) -> str:
        return self.text
