"""What a run cost, as its journal tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haat.ops.procedure.journal import Entry
from haat.ops.procedure.step import Step

_BEGUN = ("intended", "undoing")
_ENDED = ("verified", "undone", "failed")


def evidence_of(entries: Sequence[Entry], steps: Sequence[Step]) -> dict[str, Any]:
    """Milliseconds of each step, from intent to proof, beside its budget; of a step that was done again, the last time counts."""
    began: dict[int, int] = {}
    took: dict[int, int] = {}
    for entry in entries:
        if entry.event in _BEGUN:
            began[entry.step] = entry.at
        elif entry.event in _ENDED and entry.step in began:
            took[entry.step] = entry.at - began[entry.step]
        elif entry.event == "already":
            took.setdefault(entry.step, 0)
    each = [
        {"step": step, "ms": ms, "budget_ms": round(steps[step].budget * 1000)} for step, ms in sorted(took.items())
    ]
    return {
        "ms": sum(took.values()),
        "steps": each,
        "is_within_budget": all(one["ms"] <= one["budget_ms"] for one in each),
    }
