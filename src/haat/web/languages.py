"""Which languages a browser asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


@lru_cache(maxsize=512)
def preferred(accept: str, offered: Sequence[str]) -> str:
    """The offered language that an `Accept-Language` header likes best; the first one where it likes none."""
    for wanted in _by_preference(accept):
        for language in offered:
            if wanted == language.lower() or wanted.partition("-")[0] == language.lower().partition("-")[0]:
                return language
    return offered[0]


def _by_preference(accept: str) -> list[str]:
    weighed = [_weighed(part) for part in accept[:500].lower().split(",")]
    return [language for language, weight in sorted(weighed, key=lambda pair: -pair[1]) if language and weight > 0]


def _weighed(part: str) -> tuple[str, float]:
    language, _, quality = part.partition(";")
    try:
        return language.strip(), float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        return language.strip(), 0.0
