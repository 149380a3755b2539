"""`haat cache`: the pages that each web process keeps for a moment, for visitors who are nobody in particular."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from haat.cli.command import Answer, Call, Command
from haat.cli.output import table
from haat.kernel import clock

if TYPE_CHECKING:
    from haat.ops.caches.look import Look

_MOST_SHOWN = 15


def _look(call: Call) -> Answer:
    from haat.ops.caches.look import look
    from haat.ops.logs.files import close, open_parts

    kept_for = call.settings.web.page_cache
    parts = open_parts(call.data / "logs", ())
    try:
        until = clock.now()
        found = look([part for part in parts if part.name == "web"], until - clock.HOUR, until)
    finally:
        close(parts)
    data = {
        **found._asdict(),
        "kept_for_ms": kept_for,
        "answered": found.answered,
        "from_cache": found.from_cache,
        "hit_rate": round(found.hit_rate, 4),
        "routes": [one._asdict() for one in found.routes],
    }
    return Answer(data, "\n".join(_told(found, kept_for)))


def _told(found: Look, kept_for: int) -> Iterator[str]:
    if not kept_for:
        yield "Nothing is kept: web.page_cache is 0."
        return
    yield f"A page is kept for {kept_for / 1000:g} s, by each web process for itself; it goes by itself, and all go when the stack is started again."
    if not found.routes:
        yield "In the last hour no request was answered from what is kept."
        return
    yield (
        f"In the last hour {found.hit_rate:.0%} of {found.answered:,} such requests were answered from what is kept, in "
        f"{found.ms_from_cache:.1f} ms instead of {found.ms:.1f} ms."
    )
    yield ""
    rows = [(f"{one.answered:,}", f"{one.from_cache / one.answered:.0%}", one.route) for one in found.routes]
    yield table(rows[:_MOST_SHOWN], indent=2, right=(0, 1))


COMMANDS = {
    "look": Command(
        _look,
        shape='{"since": 1767222000000, "until": 1767225600000, "kept_for_ms": 1000, "answered": 12000, "from_cache": 9000, "hit_rate": 0.75, '
        '"ms": 4.1, "ms_from_cache": 0.2, "routes": [{"route": "/category/{slug}", "answered": 8000, "from_cache": 7000}]}',
    )
}
