"""Whether somebody is at a run of this stack now: its two locks say so."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from haat.ops import running
from haat.ops.procedure.journal import Run
from haat.ops.procedure.lock import is_held, reading_beside
from haat.ops.runbook import only_reads


class Attendance(NamedTuple):
    """Whether somebody does something to the stack, and whether somebody reads its backups."""

    does: bool
    reads: bool

    @property
    def is_busy(self) -> bool:
        return self.does or self.reads

    def is_at(self, run: Run) -> bool:
        """Whether somebody may be at this run, which has no end."""
        return self.reads if only_reads(run.procedure) else self.does


def attendance(data: Path) -> Attendance:
    """That of the stack in this folder."""
    lock = running.operations_lock_of(data)
    return Attendance(is_held(lock), is_held(reading_beside(lock)))
