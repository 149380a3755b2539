"""Ask for the pages that are asked for most, so that they are kept before somebody waits for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from haat.config.kinds import Whole
from haat.kernel import clock
from haat.kernel.errors import Refused
from haat.ops.caches import act
from haat.ops.caches.requests import requests, web_log
from haat.ops.procedure import Deed, Finding, Irreversible, Parameter, Procedure, Scene, Step, Visit

_SHORT = 5 * clock.SECOND  # What is kept for less is gone before anybody comes.
TOP = Whole(1, 500)


def most_asked(scene: Scene) -> Sequence[str]:
    """The paths of pages that are kept, those first that were asked for most in the hour before the run began."""
    return _most_asked(scene.settings.data, scene.given["top"], scene.began_at)


@lru_cache(
    maxsize=1
)  # Whether they are kept is asked again and again; that is of the pages that were visited, and no others.
def _most_asked(data: Path, top: int, before: int) -> Sequence[str]:
    asked, kept = Counter[tuple[str, str]](), set()
    with web_log(data) as parts:
        for request in requests(parts, before - clock.HOUR, before):
            if request.from_cache:
                kept.add(request.route)
            if request.account is None and request.status == 200 and not request.is_ours:
                asked[request.route, request.path] += 1
    return tuple(path for (route, path), _ in asked.most_common() if route in kept)[:top]


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
    """Of each page that may be kept, whether it is there for all processes. Only what is not is asked for once more."""
    are_there = act.are_on_server(scene.settings, visits) if visits else []
    return [
        is_there
        for visit, is_there in zip(visits, are_there, strict=True)
        if is_there or act.visit(scene.settings, *visit).may_be_kept
    ]


def _in_processes(scene: Scene, visits: Sequence[tuple[str, str]]) -> list[bool]:
    """Of each page that may be kept, whether it was: each process keeps its own, and who asks does not know which one answers."""
    times = 2 * scene.settings.web.workers
    asked = [[act.visit(scene.settings, *visit) for _ in range(times)] for visit in visits]
    return [all(one.was_kept for one in answers) for answers in asked if any(one.may_be_kept for one in answers)]


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
