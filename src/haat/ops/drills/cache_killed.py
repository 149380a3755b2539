"""The server of the cache dies under load, and comes back with what it had: a page that is no longer true is thrown away everywhere."""

from __future__ import annotations

import time

from haat.cache.names import names_of
from haat.cache.page import Page
from haat.ops.caches.clear_cache import CLEAR_CACHE
from haat.ops.drills.broken import blind
from haat.ops.drills.cache_flushed import PAGES, are_kept, visited
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage, soon, wait_until
from haat.ops.procedure import Finding, Procedure

_AWAY = 1.0  # seconds
_PATIENCE = 20.0  # seconds
_PATH = "/search"
_ASKED = 20  # times
_BETWEEN = 0.2  # seconds
_TAKEN_UP = 1.0  # seconds, beyond those for which the server is left alone
_STALE = b"<p>This was true yesterday.</p>"


def _kill(stage: Stage) -> Finding:
    found = visited(stage)
    if not found.holds:
        return found
    _plant(stage)
    shown = soon(lambda: _is_shown(stage), 10.0)
    if not shown.holds:
        return shown
    assert stage.cache is not None
    stage.cache.kill()
    time.sleep(_AWAY)
    failed = stage.notes["visitors"].failed
    return Finding(not failed, f"the server is away; {failed} visitors were turned away")


def _plant(stage: Stage) -> None:
    """The server has a page that is no longer true, and gives it to every process that asks. Raises Unavailable."""
    visitors = stage.notes["visitors"]
    visitors.paths[:] = ["/"]
    wait_until(lambda: _is_planted(stage), "a page was planted", _PATIENCE)
    visitors.paths[:] = PAGES


def _is_planted(stage: Stage) -> bool:
    """It is not while the true page is being made for somebody who was on the way to it."""
    from haat.cache.server import Server
    from haat.cache.shared import SharedPages

    assert stage.cache is not None
    stage.run(CLEAR_CACHE, {"pattern": "*"})
    shared = SharedPages(Server(stage.cache.address, 5.0), names_of(stage.settings), 60.0)
    key = (f"127.0.0.1:{stage.port}", _PATH, "", stage.settings.market.languages[0])
    _, claim = shared.seek(key)
    page = Page.made(_PATH, _STALE, [("Content-Type", "text/html; charset=utf-8")])
    return claim is not None and shared.keep(claim, page)


def _is_shown(stage: Stage) -> Finding:
    is_stale = stage.notes["visitors"].ask(_PATH).content == _STALE
    return Finding(is_stale, f"{_PATH} is {'shown as it was yesterday' if is_stale else 'true'}")


def _start_and_clear(stage: Stage, procedure: Procedure = CLEAR_CACHE) -> None:
    assert stage.cache is not None
    stage.cache.start()
    stage.run(procedure, {"pattern": "*"})


def _start_alone(stage: Stage) -> None:
    _start_and_clear(stage, blind(CLEAR_CACHE))


def _is_over(stage: Stage) -> Finding:
    found = _is_true_everywhere(stage)
    return are_kept(stage) if found.holds else found


def _is_true_everywhere(stage: Stage) -> Finding:
    """Whoever asks meets one of the processes, and so often nearly surely each. They make pages themselves until they take up the server again."""
    from haat.cache.shared import AWAY

    until = time.monotonic() + AWAY + _TAKEN_UP
    while time.monotonic() < until:
        if any(_is_shown(stage).holds for _ in range(_ASKED)):
            return Finding(False, f"{_PATH} is still shown as it was yesterday")
        time.sleep(_BETWEEN)
    return Finding(True, f"{_PATH} is true, however often it is asked for")


CACHE_KILLED = Drill(
    name="cache-killed",
    purpose="The server of the cache dies under load, and comes back with a page that is no longer true, which is thrown away everywhere.",
    fault=_kill,
    answer=_start_and_clear,
    verify=_is_over,
    budget=Budget(gap=1.5, failed=0, seconds=15.0, proof=5.0),
    mutations=(
        Mutation("not-started", "Nobody starts the server again.", by_itself),
        Mutation(
            "not-cleared",
            "The procedure says that it throws pages away, and throws none.",
            _start_alone,
            verify=_is_true_everywhere,
            breaks=CLEAR_CACHE.name,
        ),
    ),
    procedures=(CLEAR_CACHE.name,),
    databases=("sqlite",),
    has_cache=True,
)
