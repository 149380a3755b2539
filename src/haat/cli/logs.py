"""`haat logs`: what the parts of the stack wrote down. It reads their files, and needs neither settings nor anything alive."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, print_line, table
from haat.kernel import clock
from haat.kernel.errors import Invalid

if TYPE_CHECKING:
    from haat.ops.logs.files import Part
    from haat.ops.logs.line import Line
    from haat.ops.logs.patterns import Pattern, Patterns
    from haat.ops.logs.wanted import Wanted

_USUAL_LINES, _MOST_LINES = 200, 1_000_000
_USUAL_PATTERNS, _MOST_PATTERNS = 20, 1000
_USUAL_SPAN = clock.HOUR
_BETWEEN_NEWS = 0.2  # seconds
_COLOURS = {"debug": "quiet", "info": "good", "warning": "warning", "error": "bad"}


def _read(call: Call) -> Answer | None:
    from haat.ops.logs.files import parts_of
    from haat.ops.logs.search import newest

    wanted, most = _wanted(call), _most(call, _USUAL_LINES, _MOST_LINES)
    with parts_of(_folder(call), call.args.part) as parts:
        found = newest(parts, wanted, most)
        if call.args.follow:
            _follow(call, parts, wanted, found.lines)
    text = "\n".join(map(_row, found.lines)) or "Nothing was found."
    if found.has_more:
        text += f"\n{paint(f'These are the last {most}; --most N shows more of them.', 'quiet')}"
    return Answer({"lines": [_data(line) for line in found.lines], "has_more": found.has_more}, text)


def _follow(call: Call, parts: list[Part], wanted: Wanted, before: Any) -> None:
    """Until somebody interrupts it."""
    from haat.ops.logs.follow import Follower

    show = _row_of_data if call.args.json else _row
    follower = Follower(_folder(call), call.args.part, parts, wanted)
    lines = before
    while True:
        for line in lines:
            print_line(show(line))
        if not lines:
            time.sleep(_BETWEEN_NEWS)
        lines = follower.news()


def _row_of_data(line: Line) -> str:
    return json.dumps(_data(line), ensure_ascii=False)


def _patterns(call: Call) -> Answer:
    from haat.ops.logs.files import parts_of
    from haat.ops.logs.patterns import patterns

    wanted, most = _wanted(call), _most(call, _USUAL_PATTERNS, _MOST_PATTERNS)
    until = clock.now() if wanted.until is None else wanted.until
    since = until - _USUAL_SPAN if wanted.since is None else wanted.since
    with parts_of(_folder(call), call.args.part) as parts:
        found = patterns(parts, since, until, wanted.level or "debug")
    shown = found.patterns[:most]
    data = {
        "since": found.since,
        "until": found.until,
        "patterns": [vars(one) for one in shown],
        "answered": found.answered,
        "unnamed": found.unnamed + sum(one.count for one in found.patterns[most:]),
        "callers": [one._asdict() for one in found.callers],
    }
    return Answer(data, "\n".join(_told(found, shown)))


def _told(found: Patterns, shown: list[Pattern]) -> list[str]:
    span = f"{_moment(found.since)} to {_moment(found.until)}, UTC"
    lines = [paint(span, "quiet"), ""]
    if shown:
        head = tuple(paint(name, "quiet") for name in ("count", "before", "level", "part", "first", "last", "message"))
        lines.append(table([head, *map(_pattern_row, shown)], right=(0, 1)))
    else:
        lines.append("Nothing was said that wants attention.")
    if found.answered:
        lines += ["", f"{found.answered:,} requests were answered well."]
    if any(one.refused for one in found.callers):
        lines += ["", "Who asked most:"]
        rows = [(f"{one.requests:,}", f"{one.refused:,} refused", one.address) for one in found.callers]
        lines.append(table(rows, indent=2, right=(0, 1)))
    if request := next((one.request_id for one in shown if one.request_id and one.level == "error"), ""):
        lines += ["", f"`haat logs read --request {request}` tells all of the last one that failed."]
    return lines


def _pattern_row(one: Pattern) -> tuple[str, ...]:
    return (
        f"{one.count:,}",
        f"{one.before:,}",
        paint(one.level, _COLOURS[one.level]),
        one.part,
        f"{clock.as_datetime(one.first_at):%H:%M:%S}",
        f"{clock.as_datetime(one.last_at):%H:%M:%S}",
        one.said,
    )


def _row(line: Line) -> str:
    at = _moment(line.at, "milliseconds") if line.at is not None else "-"
    request = f"  {line.fields['request_id']}" if line.fields.get("request_id") else ""
    level = paint(f"{line.level:7}", _COLOURS[line.level])
    return f"{paint(at, 'quiet')}  {line.part:6}  {level}  {line.said}{paint(request, 'quiet')}"


def _moment(at: int, timespec: str = "seconds") -> str:
    return clock.as_datetime(at).replace(tzinfo=None).isoformat(" ", timespec)


def _data(line: Line) -> dict[str, Any]:
    return line._asdict()


def _wanted(call: Call) -> Wanted:
    """Raises Invalid, which names all that is wrong."""
    from haat.ops.logs import asked

    try:
        return asked.wanted(vars(call.args))
    except Invalid as error:
        raise Invalid(error.what, fields={f"--{name}": wrong for name, wrong in error.fields.items()}) from None


def _most(call: Call, usual: int, limit: int) -> int:
    from haat.config.kinds import Unfit, Whole

    try:
        return usual if call.args.most is None else int(Whole(1, limit).read(call.args.most))
    except Unfit as unfit:
        wrong = f"is “{call.args.most}”; expected {unfit.args[0]}"
        raise Invalid("That cannot be looked for.", fields={"--most": wrong}) from None


def _folder(call: Call) -> Path:
    return call.data / "logs"


_LINE = (
    '{"part": "web", "at": 1767225600000, "level": "error", "said": "GET /cart 500 in 3.1 ms", '
    '"fields": {"at": "2026-01-01T00:00:00Z", "level": "info", "event": "request", "request_id": "f0914b47df-1"}}'
)

COMMANDS = {
    "read": Command(_read, shape=f'{{"lines": [{_LINE}], "has_more": false}}'),
    "patterns": Command(
        _patterns,
        shape='{"since": 1767222000000, "until": 1767225600000, "patterns": [{"part": "web", "level": "error", "said": "GET /cart 500", '
        '"count": 12, "before": 0, "first_at": 1767223000000, "last_at": 1767225000000, "request_id": "f0914b47df-1"}], "answered": 31204, '
        '"unnamed": 0, "callers": [{"address": "203.0.113.7", "requests": 40, "refused": 12}]}',
    ),
}
