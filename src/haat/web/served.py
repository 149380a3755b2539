"""What is noted of a request, for the log and for the figures."""

from __future__ import annotations

import msgspec


class Served(msgspec.Struct, gc=False, frozen=True):
    """One request: `began` is of perf_counter, `account` None for a stranger and where nobody asked who it is."""

    began: float
    seconds: float
    method: str
    path: str
    route: str
    status: int
    size: int
    request_id: str
    address: str
    account: int | None
    from_cache: bool
