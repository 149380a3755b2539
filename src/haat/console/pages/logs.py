"""What the parts of the stack wrote down, read from their files alone: lines, page by page, and what is said most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import urlencode

from haat.console.desk import Desk
from haat.console.order import Columns
from haat.console.patience import found_or
from haat.console.request import Answer, Request, page
from haat.kernel import clock
from haat.kernel.errors import Invalid
from haat.ops.logs import asked
from haat.ops.logs.files import ages_of, parts_of
from haat.ops.logs.line import LEVELS, Line
from haat.ops.logs.patterns import Pattern, Patterns, patterns
from haat.ops.logs.search import newest

_MOST = 100  # lines on a page
_MOST_PATTERNS = 100
_PATIENCE = 8.0  # seconds, in which more than a gigabyte is read
_USUAL_SPAN = clock.HOUR
_FIELDS = ("part", "level", "since", "until", "text", "request")
_SAID_ALREADY = {"at", "level", "event", "request_id", "traceback"}


class Shown(NamedTuple):
    """Lines, the youngest first, and where the older ones are."""

    lines: Sequence[Line]
    older: str


_COLUMNS: Columns[Pattern] = Columns(
    {
        "count": lambda one: one.count,
        "before": lambda one: one.before,
        "level": lambda one: LEVELS.index(one.level),
        "part": lambda one: one.part,
        "first": lambda one: one.first_at,
        "last": lambda one: one.last_at,
    },
    usual="-count",
)


def show(ask: Request) -> Answer:
    words = _words(ask)
    shown, problem = found_or(Shown((), ""), lambda: _read(ask.desk, words, *_place(ask)), _PATIENCE)
    return page(
        ask,
        "logs.html",
        status=422 if isinstance(problem, Invalid) else 200,
        words=words,
        parts=sorted(ages_of(ask.desk.logs)),
        levels=LEVELS,
        shown=shown,
        fields_of=_fields_of,
        is_live="follow" in ask.query and problem is None,
        follow=f"/logs?{urlencode(words | {'follow': '1'})}",
        still=f"/logs?{urlencode(words)}",
        problem=problem,
    )


def show_patterns(ask: Request) -> Answer:
    words = _words(ask)
    found, problem = found_or(Patterns(0, 0), lambda: _counted(ask.desk, words), _PATIENCE)
    rows, order = _COLUMNS.put(found.patterns[:_MOST_PATTERNS], ask.query)
    return page(
        ask,
        "patterns.html",
        status=422 if isinstance(problem, Invalid) else 200,
        words=words,
        parts=sorted(ages_of(ask.desk.logs)),
        levels=LEVELS,
        rows=rows,
        order=order,
        found=found,
        unnamed=found.unnamed + sum(one.count for one in found.patterns[_MOST_PATTERNS:]),
        problem=problem,
    )


def _words(ask: Request) -> dict[str, str]:
    """What is asked for, as it was written."""
    return {name: word for name in _FIELDS if (word := ask.query.get(name).strip())}


def _place(ask: Request) -> tuple[int | None, int]:
    """Before which instant the page begins, and how many lines of that very millisecond were on the pages before it. Raises Invalid."""
    before, skip = ask.query.get("before"), ask.query.get("skip", "0")
    if not before:
        return None, 0
    if not (before.isdigit() and skip.isdigit() and len(before) < 16 and len(skip) < 5):
        raise Invalid("There is no such page of the log.", try_="Go back to its first page.")
    return int(before), int(skip)


def _read(desk: Desk, words: Mapping[str, str], before: int | None, skip: int) -> Shown:
    wanted = asked.wanted(words)
    if before is not None:
        wanted = wanted._replace(until=before)
    with parts_of(desk.logs, _part_of(words)) as parts:
        found = newest(parts, wanted, _MOST + skip)
    lines = list(reversed(found.lines))[skip:]
    if not found.has_more or not lines or lines[-1].at is None:
        return Shown(lines, "")
    return Shown(lines, f"/logs?{urlencode({**words, **_end_of(lines, before, skip)})}")


def _end_of(lines: Sequence[Line], before: int | None, skip: int) -> dict[str, int]:
    """Where the next page begins."""
    end = lines[-1].at or 0
    shown = sum(1 for _ in takewhile(lambda line: line.at == end, reversed(lines)))
    return {"before": end, "skip": shown + (skip if end == before else 0)}


def _counted(desk: Desk, words: Mapping[str, str]) -> Patterns:
    wanted = asked.wanted(words)
    until = clock.now() if wanted.until is None else wanted.until
    since = until - _USUAL_SPAN if wanted.since is None else wanted.since
    with parts_of(desk.logs, _part_of(words)) as parts:
        return patterns(parts, since, until, wanted.level or "debug")


def _part_of(words: Mapping[str, str]) -> Sequence[str]:
    return [words["part"]] if "part" in words else ()


def _fields_of(line: Line) -> Mapping[str, object]:
    """What else stands in a line."""
    return {name: value for name, value in line.fields.items() if name not in _SAID_ALREADY}
