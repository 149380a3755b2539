"""A job: something to do later, at least once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import msgspec

from haat.kernel.errors import HaatError

Payload: TypeAlias = dict[str, Any]

# Does a job. It may be called again with the same payload, also after it has succeeded: the second time must change nothing.
Handler: TypeAlias = Callable[[Payload], None]


class GiveUp(HaatError):
    """Raised by a handler when trying again cannot help: the job goes to the dead letters at once."""

    code = "gave_up"


class Job(NamedTuple):
    """A job that a worker has claimed. `attempts` counts this one too, and so tells one claim of it from the next."""

    id: int
    topic: str
    body: str
    attempts: int
    request_id: str
    created_at: int

    @property
    def payload(self) -> Payload:
        return msgspec.json.decode(self.body, type=dict[str, Any])
