"""An operator, and what their role allows."""

from __future__ import annotations

from typing import NamedTuple

from haat.config.kinds import OneOf, Text

VIEW, OPERATE, ADMINISTER = "view", "operate", "administer"
ROLES = (VIEW, OPERATE, ADMINISTER)  # each may what those before it may

NAME = Text("a name of 2 to 40 small letters, figures and “.-_”, which begins with a letter", r"[a-z][a-z0-9._-]{1,39}")
ROLE = OneOf(ROLES)


class Operator(NamedTuple):
    """Somebody who may sign in to the console."""

    id: int
    name: str
    role: str
    added_at: int

    def may(self, needed: str) -> bool:
        """Whether their role is the needed one, or one above it."""
        return ROLES.index(self.role) >= ROLES.index(needed)
