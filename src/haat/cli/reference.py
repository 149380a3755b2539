"""docs/reference/cli.md, from the table and the commands: `python -m haat.cli.reference > docs/reference/cli.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from haat.cli.codes import MEANINGS
from haat.cli.dispatch import commands_of
from haat.cli.overview import usage_of
from haat.cli.table import EVERYWHERE, NOUNS, Takes

_LONGEST_LINE = 120
_OPENING = """\
# Commands

*This page is made from the commands themselves: `python -m haat.cli.reference > docs/reference/cli.md`.*

Every command is `haat NOUN VERB`, or `haat NOUN` where there is only one thing to do. What is in brackets may be left out. What a
command answers goes to standard output, what went wrong to standard error, as what happened, why, and what to try. Colours are
used on a terminal only, and never when `NO_COLOR` is set.

Every command takes
"""
_ERRORS = """
With `--json` a command answers as shown below each, and `haat up` with a line for everything that happens. More keys may come, none
will change. An error is, on standard error:

```json
{"error": {"code": "not_found", "what": "There is no stack in /srv/shop.", "why": "…", "try": "…"}}
```

## Exit codes
"""


def reference() -> str:
    """The page, in Markdown."""
    return "\n".join([_OPENING, *_taken(EVERYWHERE), _ERRORS, *_codes(), *_nouns()]) + "\n"


def _codes() -> Iterator[str]:
    yield from ("| Code | Meaning |", "| ---: | :--- |")
    for code, meaning in MEANINGS.items():
        yield f"| {code} | {meaning} |"


def _nouns() -> Iterator[str]:
    for noun, (purpose, verbs) in NOUNS.items():
        yield from ("", f"## haat {noun}", "", f"{purpose}.")
        for verb in verbs:
            yield from _command(noun, verb)


def _command(noun: str, verb: str) -> Iterator[str]:
    purpose, takes = NOUNS[noun][1][verb]
    if verb:
        yield from ("", f"### haat {noun} {verb}", "", f"{purpose}.")
    yield from ("", "```", usage_of(noun, verb), "```")
    if takes:
        yield from ("", *_taken(takes))
    yield from ("", "```json", _pretty(commands_of(noun)[verb].shape), "```")


def _taken(takes: Takes) -> Iterator[str]:
    for form, text in takes.items():
        yield f"- `{form.strip('[]')}`: {text}"


def _pretty(shape: str) -> str:
    """On several lines where one is too long; where there are several already, each is an answer of its own."""
    is_short = "\n" in shape or len(shape) <= _LONGEST_LINE
    return shape if is_short else json.dumps(json.loads(shape), ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.stdout.write(reference())
