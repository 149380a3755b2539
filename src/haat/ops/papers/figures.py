"""What the last run of every drill came to, as the project keeps it:

haat drill run --all --data DIR && python -m haat.ops.papers.figures DIR > docs/reference/drills.json
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from haat.ops.drills.records import kept
from haat.ops.drills.run import Report

_FOLDERS = re.compile(r"/(?:[\w.-]+/)+")
FILE = Path(__file__).parents[4] / "docs" / "reference" / "drills.json"


def of_the_project() -> Sequence[Report]:
    """By drill and database, broken ones included; none where there is no such file."""
    return msgspec.json.decode(FILE.read_bytes(), type=list[Report]) if FILE.exists() else []


def written(reports: Sequence[Report]) -> bytes:
    """As it is kept: what a drill came to, without the picture, and without what names files of the machine."""
    shown = [
        msgspec.structs.replace(one, reasons=tuple(map(_short, one.reasons)), moments=(), slices=()) for one in reports
    ]
    return msgspec.json.format(msgspec.json.encode(shown)) + b"\n"


def _short(reason: str) -> str:
    """Its first sentence, without the folders of the machine that it was seen on."""
    return _FOLDERS.sub("", reason.partition(". ")[0].partition("\n")[0])


if __name__ == "__main__":
    sys.stdout.buffer.write(written(kept(Path(sys.argv[1]) / "drills")))
