"""What somebody looks for in logs, as they write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haat.config.kinds import OneOf, Unfit
from haat.kernel import clock
from haat.kernel.errors import Invalid
from haat.ops.logs import instant
from haat.ops.logs.line import LEVELS
from haat.ops.logs.wanted import Wanted

_READ = {"level": OneOf(LEVELS).read, "since": instant.read, "until": instant.read}


def wanted(words: Mapping[str, str | None]) -> Wanted:
    """`request`, `text`, `level`, `since` and `until`, of which each may be missing. Raises Invalid, which names all that is wrong."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, read in _READ.items():
        if (word := words.get(name)) is not None:
            try:
                values[name] = read(word)
            except Unfit as unfit:
                wrong[name] = f"is “{word}”; expected {unfit.args[0]}. {unfit.hint}".strip()
    if not wrong and values.get("since", 0) > values.get("until", clock.now()):
        wrong["since"] = "is later than the end of what is asked for"
    if wrong:
        raise Invalid("That cannot be looked for.", fields=wrong)
    return Wanted(words.get("request") or "", words.get("text") or "", **values)
