"""The request that is being served, or whose job is being done: its id joins logs, jobs and answers."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
