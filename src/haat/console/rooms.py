"""The rooms of the console, in the order in which an operator walks through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haat.ops.operators.operator import ADMINISTER, VIEW


class Room(NamedTuple):
    """Where a room is, what it is called, the letter that leads there after “g”, and what is in it; `more` are paths of its other pages."""

    path: str
    name: str
    key: str
    said: str
    more: Sequence[str] = ()
    needs: str = VIEW

    def has(self, path: str) -> bool:
        """Whether a page is one of this room."""
        return path == self.path or any(path == one or path.startswith(f"{one}/") for one in self.more)


ROOMS = (
    Room("/", "Wall", "w", "Every part in a word, a shape and a figure, and its last hour"),
    Room("/health/detailed", "Health", "h", "Every check, and what answers what it finds"),
    Room("/services", "Services", "s", "Every process of the stack, and what it takes of the machine"),
    Room(
        "/logs", "Logs", "l", "What the parts wrote down: by request, text, level, time; what is said most", ("/logs",)
    ),
    Room("/database", "Database", "d", "Sizes, connections, who waits for whom, slow statements, ways", ("/database",)),
    Room("/cache", "Cache", "c", "What the pages that are kept for a while save, and how their server is"),
    Room(
        "/backups",
        "Backups",
        "k",
        "Whether there is a good one, what would be lost now, and how soon all would be back",
        ("/backups",),
    ),
    Room(
        "/maintenance",
        "Maintenance",
        "m",
        "What is due each day, week and month, when it was done last, and profiles that are kept",
        ("/maintenance",),
    ),
    Room("/runbook", "Runbook", "b", "Every procedure, found by what one sees", ("/runbook",)),
    Room("/runs", "Runs", "r", "What was done, by whom, and what is to be decided", ("/runs",)),
    Room(
        "/evidence",
        "Evidence",
        "e",
        "What runs cost beside their budgets, and what drills proved",
        ("/evidence", "/drills"),
    ),
    Room("/operators", "Operators", "o", "Who may sign in", ("/operators",), ADMINISTER),
)
