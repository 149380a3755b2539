"""What the last drills came to, each in a file of its own: written as a whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import msgspec

from haat.ops.drills.run import Report


def keep(folder: Path, report: Report) -> Path:
    """Write it down in place of the last one of the same drill, database and mutation; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join(filter(None, (report.drill, report.database, report.mutation)))
    file, draft = folder / f"{name}.json", folder / f".{name}.json"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    draft.rename(file)
    return file


def kept(folder: Path) -> list[Report]:
    """All that are in the folder: by drill and database, the drill as it is before its mutations."""
    found = [msgspec.json.decode(file.read_bytes(), type=Report) for file in folder.glob("[!.]*.json")]
    return sorted(found, key=lambda report: (report.drill, report.database, report.mutation))
