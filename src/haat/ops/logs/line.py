"""A line of a log, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

LEVELS = ("debug", "info", "warning", "error")

_LEVEL = re.compile(rb'"level": ?"([a-z]+)"')


class Line(NamedTuple):
    """What stands in one line. `at` is in ms since 1970, None where the line does not say it; `fields` is empty where it is damaged.

    A request that was refused is a warning and one that failed an error; so is what is no line of a log, such as the last words of a
    process that crashed.
    """

    part: str
    at: int | None
    level: str
    said: str
    fields: Mapping[str, Any]


def read(part: str, raw: bytes) -> Line:
    """The line, whatever became of it."""
    fields = _fields(raw)
    if fields is None:
        return Line(part, None, _level_of_damaged(raw), raw.decode("utf-8", "replace").strip(), {})
    return Line(part, instant_of(fields), _level(fields), _said(fields), fields)


def instant_of(fields: Mapping[str, Any]) -> int | None:
    """Milliseconds since 1970, or None."""
    try:
        at = datetime.fromisoformat(fields["at"])
    except (KeyError, TypeError, ValueError):
        return None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def level_of_status(status: int) -> str:
    return "error" if status >= 500 else "warning" if status >= 400 else "info"


def _fields(raw: bytes) -> dict[str, Any] | None:
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return fields if isinstance(fields, dict) else None


def _level(fields: Mapping[str, Any]) -> str:
    status = fields.get("status")
    if isinstance(status, int) and status >= 400:
        return level_of_status(status)
    level = str(fields.get("level", "error" if _refusal(fields) else "info"))
    return level if level in LEVELS else "error"


def _level_of_damaged(raw: bytes) -> str:
    found = _LEVEL.search(raw)
    level = found[1].decode() if found else ""
    return level if level in LEVELS else "error"


def _said(fields: Mapping[str, Any]) -> str:
    if fields.get("event") == "request" and "status" in fields:
        cached = ", from the cache" if fields.get("from_cache") else ""
        return f"{fields.get('method')} {fields.get('path')} {fields['status']} in {fields.get('ms')} ms{cached}"
    event = fields.get("event", _refusal(fields))
    return "\n".join(filter(None, (str(event), str(fields.get("traceback", "")))))


def _refusal(fields: Mapping[str, Any]) -> str:
    """What a command of ours that was begun by a process answered to it; nothing where this is no such line."""
    error = fields.get("error")
    if not isinstance(error, Mapping):
        return ""
    return " ".join(str(error[name]) for name in ("what", "why") if error.get(name))
