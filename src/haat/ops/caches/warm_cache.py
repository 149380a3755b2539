"""Ask for the pages that are asked for most, so that they are kept before somebody waits for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from haat.config.kinds import Whole
from haat.kernel import clock
from haat.kernel.errors import NotFound, Refused
from haat.ops.caches import act
from haat.ops.logs.files import close, open_parts
from haat.ops.logs.search import blocks_in_time
from haat.ops.logs.wanted import Wanted
from haat.ops.procedure import Deed, Finding, Irreversible, Parameter, Procedure, Scene, Step, Visit

_SHORT = 5 * clock.SECOND  # What is kept for less is gone before anybody comes.
TOP = Whole(1, 500)


class _Request(msgspec.Struct, gc=False):
    at: datetime
    path: str
    route: str
    status: int
    request_id: str
    account: int | None
    from_cache: bool


def most_asked(scene: Scene) -> list[str]:
    """The paths of pages that are kept, those first that were asked for most in the last hour."""
    since, asked, kept = clock.now() - clock.HOUR, Counter[tuple[str, str]](), set()
    for request in _requests(scene, since):
        if request.from_cache:
            kept.add(request.route)
        if request.account is None and request.status == 200 and not request.request_id.startswith(act.WARMING):
            asked[request.route, request.path] += 1
    paths = [path for (route, path), _ in asked.most_common() if route in kept]
    return paths[: scene.given["top"]]


def _is_worth_it(scene: Scene) -> Finding:
    """Raises Refused where pages are kept for too short a time."""
    kept_for = scene.settings.web.page_cache
    if kept_for < _SHORT:
        raise Refused(
            "There is nothing to warm.",
            why=f"A page is kept for {kept_for / 1000:g} s, and would be gone before anybody comes.",
            try_="Write a longer time as `page_cache` under [web], such as “5m”.",
        )
    return Finding(False, "is done every time")


def _visit_all(scene: Scene) -> Sequence[Deed]:
    return [Visit(path, language) for path in most_asked(scene) for language in scene.settings.market.languages]


def _are_kept(scene: Scene) -> Finding:
    visits = [(visit.path, visit.language) for visit in _visit_all(scene) if isinstance(visit, Visit)]
    kept = _on_server(scene, visits) if scene.settings.cache.url else _in_processes(scene, visits)
    if cold := kept.count(False):
        return Finding(False, f"{cold} pages are not kept")
    return Finding(
        True, f"{len(kept)} pages are kept" if kept else "in the last hour nobody asked for a page that is kept"
    )


def _on_server(scene: Scene, visits: Sequence[tuple[str, str]]) -> list[bool]:
    """Of each page that may be kept, whether it is there for all processes."""
    wanted = [visit for visit in visits if act.visit(scene.settings, *visit).may_be_kept]
    return act.are_on_server(scene.settings, wanted) if wanted else []


def _in_processes(scene: Scene, visits: Sequence[tuple[str, str]]) -> list[bool]:
    """Of each page that may be kept, whether it was: each process keeps its own, and who asks does not know which one answers."""
    times = 2 * scene.settings.web.workers
    asked = [[act.visit(scene.settings, *visit) for _ in range(times)] for visit in visits]
    return [all(one.was_kept for one in answers) for answers in asked if any(one.may_be_kept for one in answers)]


def _requests(scene: Scene, since: int) -> Iterator[_Request]:
    try:
        parts = open_parts(scene.settings.data / "logs", ())
    except NotFound:  # Nothing was asked for yet.
        return
    try:
        for file in [file for part in parts if part.name == "web" for file in part.files]:
            for block in blocks_in_time([file], Wanted(since=since)):
                yield from _requests_in(block.content, since)
    finally:
        close(parts)


def _requests_in(content: bytes, since: int) -> Iterator[_Request]:
    for raw in content.split(b"\n"):
        if b'"from_cache"' in raw and (request := _read(raw)) and request.at.timestamp() * 1000 >= since:
            yield request


def _read(raw: bytes) -> _Request | None:
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):  # It is damaged, and counts for nothing.
        return None


_decoder = msgspec.json.Decoder(_Request)

WARM_CACHE = Procedure(
    name="warm-cache",
    purpose="Ask for the pages that were asked for most in the last hour, so that they are kept.",
    symptoms=("the cache was flushed, or is new", "pages are slow after everything was thrown away"),
    parameters=(Parameter("top", "how many pages, each in every language", TOP),),
    steps=(
        Step(
            "Ask for the pages that are wanted most",
            _is_worth_it,
            _visit_all,
            _are_kept,
            Irreversible("pages go by themselves when their time is up"),
            budget=30.0,
            timeout=30.0,
        ),
    ),
)
