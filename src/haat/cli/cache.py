"""`haat cache`: the pages that are kept for a while, for visitors who are nobody in particular."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, print_line, table
from haat.kernel.errors import Invalid, Refused

if TYPE_CHECKING:
    from haat.cache.watch import State
    from haat.ops.caches.glance import Server
    from haat.ops.caches.look import Caches, Look

_MOST_SHOWN = 15
_TOP = "20"


def _look(call: Call) -> Answer:
    from haat.ops.caches.look import look_at

    found = look_at(call.settings)
    return Answer(_data(found), "\n".join(_told(found)))


def _clear(call: Call) -> Answer:
    from haat.cli.runbook import carry_out
    from haat.ops.caches.clear_cache import CLEAR_CACHE

    pattern = _pattern(call)
    if pattern == "*" and not call.args.dry_run and not call.args.yes:
        _ask_first()
    return carry_out(call, CLEAR_CACHE, {"pattern": pattern}, is_dry_run=call.args.dry_run)


def _warm(call: Call) -> Answer:
    from haat.cli.runbook import carry_out
    from haat.ops.caches.warm_cache import WARM_CACHE

    return carry_out(call, WARM_CACHE, {"top": call.args.top or _TOP}, is_dry_run=call.args.dry_run)


def _pattern(call: Call) -> str:
    """Raises Invalid where it is not said which pages."""
    from haat.cache.pattern import EVERYTHING, Pattern

    wanted = call.args
    if sum(map(bool, (wanted.key, wanted.pattern, wanted.all))) != 1:
        raise Invalid("Which pages?", try_="Say --key PATH for one, --pattern GLOB for several, or --all.")
    if wanted.key:
        return Pattern.exactly(wanted.key).text
    return wanted.pattern or EVERYTHING


def _ask_first() -> None:
    """Raises Refused unless somebody says yes."""
    if not sys.stdin.isatty():
        raise Refused("Everything that is kept would go.", try_="Say --yes where nobody can be asked.")
    print_line("Everything that is kept goes, and is made anew when it is asked for. Is that so? [y/N]", to=sys.stderr)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused("Nothing was thrown away.")


def _told(found: Caches) -> Iterator[str]:
    if not found.kept_for_ms:
        yield "Nothing is kept: web.page_cache is 0."
        return
    where = "by each web process and on the server" if found.server else "by each web process for itself"
    yield f"A page is kept for {found.kept_for_ms / 1000:g} s, {where}; it goes by itself, and `haat cache clear` throws it away at once."
    yield from _told_of_saved(found.saved)
    if found.processes:
        yield "\nWeb processes"
        yield table([_process(state) for state in found.processes], indent=2)
    if found.server:
        yield f"\nThe server, {found.server.address}"
        yield table([*_told_of_server(found.server)], indent=2)
    if found.advice:
        yield "\nWhat to do next"
        yield table([(paint("!", "warning"), f"{one.because} {one.do}") for one in found.advice], indent=2)


def _told_of_saved(found: Look) -> Iterator[str]:
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


def _process(state: State) -> tuple[str, ...]:
    own, shared = state.own, state.shared
    room = f"{own.pages:,} of {own.most_pages:,} pages, {own.bytes / 1e6:.1f} of {own.most_bytes / 1e6:.0f} MB"
    said = f"{own.evicted:,} went for others"
    if shared is not None:
        said += f"; of the server {shared.hits:,} pages, {shared.misses:,} it had not, {shared.failures:,} failed"
        said += _pinged(state.pings)
        if shared.why_away:
            said += "; leaves it alone now"
    return f"process {state.pid}", room, said


def _pinged(pings: Sequence[float | None]) -> str:
    """How the server answered this process lately, which asks it twice a second."""
    answered = sorted(ping for ping in pings if ping is not None)
    if not answered:
        return ""
    silent = f", {len(pings) - len(answered)} not at all" if len(answered) < len(pings) else ""
    return (
        f"; the last {len(pings)} pings took {answered[len(answered) // 2]:.2f} ms, {answered[-1]:.2f} at most{silent}"
    )


def _told_of_server(server: Server) -> Iterator[tuple[str, str]]:
    if server.why_away:
        yield "answers", f"not: {server.why_away}"
        return
    least, most = min(server.pings), max(server.pings)
    yield (
        "answers",
        f"{server.version}, in {server.ping:.2f} ms ({least:.2f} to {most:.2f} over {len(server.pings)} pings)",
    )
    limit = f"of {server.limit / 1e6:.1f} MB, {server.policy}" if server.limit else "without a limit"
    yield "memory", f"{server.memory / 1e6:.1f} MB {limit}"
    yield "pages of this stack", f"{'at least ' if server.has_more else ''}{server.keys:,}"
    yield "hit rate", f"{server.hit_rate:.1%} of all that anybody asked it for"
    yield "evicted", f"{server.evicted:,} had to go for others"


def _data(found: Caches) -> dict[str, Any]:
    import msgspec

    saved = found.saved
    return {
        **saved._asdict(),
        "kept_for_ms": found.kept_for_ms,
        "answered": saved.answered,
        "from_cache": saved.from_cache,
        "hit_rate": round(saved.hit_rate, 4),
        "routes": [one._asdict() for one in saved.routes],
        "processes": [
            {
                **msgspec.to_builtins(state),
                "own": state.own._asdict(),
                "shared": state.shared and state.shared._asdict(),
            }
            for state in found.processes
        ],
        "server": found.server and {**found.server._asdict(), "hit_rate": round(found.server.hit_rate, 4)},
        "advice": [one._asdict() for one in found.advice],
    }


_RUN = (
    '{"id": "01h2xcejqtf2n", "procedure": "clear-cache", "given": {"pattern": "/category/*"}, "who": "ada", "way_in": "cli", "state": "done", '
    '"began_at": 1767225600000, "ended_at": 1767225600700, "evidence": {"ms": 640, "steps": [], "is_within_budget": true}, "entries": []}'
)

COMMANDS = {
    "look": Command(
        _look,
        shape='{"since": 1767222000000, "until": 1767225600000, "kept_for_ms": 1000, "answered": 12000, "from_cache": 9000, "hit_rate": 0.75, '
        '"ms": 4.1, "ms_from_cache": 0.2, "routes": [{"route": "/category/{slug}", "answered": 8000, "from_cache": 7000}], '
        '"processes": [{"pid": 812, "at": 1767225600000, "cleared": 3, "own": {"pages": 40, "bytes": 2100000, "evicted": 0, "most_pages": 1000, '
        '"most_bytes": 16000000}, "shared": null, "pings": []}], "server": {"address": "redis://127.0.0.1:6379/0", "version": "Redis 7.0.15", '
        '"pings": [0.08], "memory": 1500000, "limit": 100000000, "policy": "allkeys-lru", "hits": 900, "misses": 100, "evicted": 0, "keys": 40, '
        '"has_more": false, "why_away": "", "hit_rate": 0.9}, "advice": [{"because": "…", "do": "…"}]}',
    ),
    "clear": Command(_clear, shape=_RUN),
    "warm": Command(
        _warm, shape=_RUN.replace("clear-cache", "warm-cache").replace('"pattern": "/category/*"', '"top": "20"')
    ),
}
