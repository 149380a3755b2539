"""Throw away pages that are kept, wherever they are: the next who asks gets them made anew."""

from __future__ import annotations

from collections.abc import Sequence

from haat.cache.orders import of_machine
from haat.cache.watch import orders_of, states
from haat.config.kinds import Text
from haat.ops import running
from haat.ops.caches import act
from haat.ops.procedure import Clearing, Deed, Finding, Irreversible, Parameter, Procedure, Scene, Step

PATTERN = Text("“*” for everything, or a path like “/category/*” in which “*” stands for anything", r"\*|/[!-~]{0,300}")


def _has_no_server(scene: Scene) -> Finding:
    """Raises Unavailable where there is one that does not answer."""
    if scene.settings.cache.url is None:
        return Finding(True, "no server keeps pages")
    server, _ = act.server_of(scene.settings)
    server.ping()
    return Finding(False, "is done every time")


def _clear_server(scene: Scene) -> Sequence[Deed]:
    return [Clearing("server", scene.given["pattern"])]


def _is_gone_from_server(scene: Scene) -> Finding:
    left = act.left_on_server(scene.settings, scene.given["pattern"])
    return Finding(
        left == 0, f"{left:,} pages from before are left" if left else "no page from before is on the server"
    )


def _keeps_nothing(scene: Scene) -> Finding:
    if scene.settings.web.page_cache == 0:
        return Finding(True, "web processes keep no pages")
    return Finding(False, "is done every time")


def _clear_processes(scene: Scene) -> Sequence[Deed]:
    return [Clearing("processes", scene.given["pattern"])]


def _have_followed(scene: Scene) -> Finding:
    run = running.folder_of(scene.settings.data)
    newest, there = of_machine(orders_of(run)).number, states(run)
    behind = [state.pid for state in there if state.cleared < newest]
    if behind:
        return Finding(False, f"process {', '.join(map(str, behind))} has not followed")
    return Finding(True, f"{len(there)} web processes have followed" if there else "no web process runs here")


_MADE_ANEW = Irreversible("what was kept is made anew when somebody asks for it")

CLEAR_CACHE = Procedure(
    name="clear-cache",
    purpose="Throw away pages that are kept, on the server of the cache and in every web process.",
    symptoms=("visitors see what is no longer true", "a page is wrong for strangers and right for members"),
    parameters=(Parameter("pattern", "which pages, by their path and query", PATTERN),),
    steps=(
        Step("Clear the server", _has_no_server, _clear_server, _is_gone_from_server, _MADE_ANEW, 30.0, 120.0),
        Step("Clear every web process", _keeps_nothing, _clear_processes, _have_followed, _MADE_ANEW, 3.0, 15.0),
    ),
)
