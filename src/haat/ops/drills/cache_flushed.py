"""Somebody empties the server of the cache (FLUSHALL) under load. Pages are made anew, and those that are wanted most are asked for."""

from __future__ import annotations

from haat.cache.names import address_in
from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.ops.caches import act
from haat.ops.caches.warm_cache import WARM_CACHE, most_asked
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage, soon
from haat.ops.drills.visitors import Visitors
from haat.ops.procedure import Finding, Procedure, Scene

_PATIENCE = 30.0  # seconds; whoever is slow on a busy machine leaves the server alone for a while
PAGES = ("/", "/search", "/help/buying", "/help/test-cards")


def visited(stage: Stage) -> Finding:
    """People look at all pages until the server keeps them, and the log tells that others got what was kept."""
    stage.notes["visitors"] = visitors = Visitors(stage.port, PAGES, stage.is_over)
    visitors.start()
    kept = soon(lambda: are_kept(stage), _PATIENCE)
    return soon(lambda: _are_in_the_log(stage), _PATIENCE) if kept.holds else kept


def are_kept(stage: Stage) -> Finding:
    """Whether the server keeps every page, and no visitor was turned away."""
    failed = stage.notes["visitors"].failed
    if failed:
        return Finding(False, f"{failed} visitors were turned away")
    server, names = act.server_of(stage.settings)
    try:
        kept = {address_in(name) for portion in server.names(names.pages) for name in portion}
    except Unavailable as error:
        return Finding(False, error.what)
    return Finding(kept >= set(PAGES), f"the server keeps {len(kept & set(PAGES))} of {len(PAGES)} pages")


def _flush(stage: Stage) -> Finding:
    """Afterwards people look at the front page alone: nobody but the answer asks for the others."""
    found = visited(stage)
    if not found.holds:
        return found
    assert stage.cache is not None
    stage.notes["visitors"].paths[:] = ["/"]
    stage.cache.ask("FLUSHALL")
    return soon(lambda: _has_lost(stage), 5.0)


def _has_lost(stage: Stage) -> Finding:
    found = are_kept(stage)
    return Finding(not found.holds, f"it was emptied: {found.said}")


def _are_in_the_log(stage: Stage) -> Finding:
    asked = most_asked(Scene(stage.settings, {"top": len(PAGES)}, began_at=clock.now()))
    return Finding(set(asked) == set(PAGES), f"the log tells of {len(asked)} pages")


def _warm(stage: Stage, procedure: Procedure = WARM_CACHE) -> None:
    stage.run(procedure, {"top": len(PAGES)})


def _warm_nothing(stage: Stage) -> None:
    _warm(stage, blind(WARM_CACHE))


CACHE_FLUSHED = Drill(
    name="cache-flushed",
    purpose="All pages on the server of the cache are thrown away (FLUSHALL) under load, and those that are wanted most are asked for.",
    fault=_flush,
    answer=_warm,
    verify=are_kept,
    budget=Budget(gap=1.5, failed=0, seconds=15.0, proof=2.0),
    mutations=(
        Mutation(
            "not-warmed",
            "The procedure says that it asks for pages, and asks for none.",
            _warm_nothing,
            breaks=WARM_CACHE.name,
        ),
    ),
    procedures=(WARM_CACHE.name,),
    databases=("sqlite", "postgresql"),
    has_cache=True,
)
