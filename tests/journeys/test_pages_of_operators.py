"""The pages of the console, in their worst states, for those who see badly, use a keyboard, have a phone, or like it light."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser

from haat.config.load import load
from haat.console.console import Console
from haat.kernel import clock
from haat.kernel.ids import encode
from haat.ops.drills.records import keep
from haat.ops.drills.run import Figures, Report
from haat.ops.operators import roster, sign_in
from haat.ops.operators.codes import code_of
from tests.journeys import looks
from tests.journeys.states import show_on
from tests.support.chromium import SCREENS, THEMES, Window

PAGES = ("/sign-in", "/", "/runbook", "/runbook/upkeep-database/plan", "/runs", "/runs/{run}", "/drills", "/operators")


class _Silent(WSGIRequestHandler):
    def log_message(self, *words: object) -> None:
        """Whoever tests looks for themselves."""


class _Server(ThreadingMixIn, WSGIServer):
    """Browsers open connections on which they say nothing yet: each has a thread."""

    daemon_threads = True


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One at which everything is dead, a run was killed, and a drill failed."""
    data = tmp_path_factory.mktemp("console")
    console = Console(load(data, {"HAAT_WEB__PORT": "1"}, {}))
    journal = console.desk.journal
    run = journal.begin("upkeep-database", {}, "ada", "console")
    journal.note(run, 0, "already", "every page is sound")
    journal.note(run, 1, "intended", '[{"kind": "statement", "sql": "ANALYZE"}]')
    figures = Figures(orders=9, acknowledged=7, failed=2, lost=0, usual_gap=0.1, gap=0.7, seconds=1.2)
    for drill, reasons in (("run-killed", ()), ("web-killed", ("It was late.",)), ("long-gone", ())):
        keep(data / "drills", Report(drill, "sqlite", "", clock.now(), reasons, (), figures, ()))
    yield console
    console.desk.close()


@pytest.fixture(scope="module")
def window(browser: Browser, console: Console) -> Iterator[Window]:
    """An administrator's, at the console."""
    server = make_server("127.0.0.1", 0, console, server_class=_Server, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    window = Window(browser, f"http://127.0.0.1:{server.server_port}")
    window.take_cookies([{"name": "haat_operator", "value": _session(console), "url": window.url}])
    yield window
    window.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_console_is_there_for_every_operator(console: Console, window: Window, path: str) -> None:
    [run] = console.desk.journal.newest(1)
    page = window.open(path.format(run=encode(run.id)))
    found = [*looks.flaws(page), *looks.too_heavy(page), *looks.unmarked(page)]
    for screen in SCREENS:
        for theme in THEMES:
            show_on(page, screen, theme)
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
            found += [f"{screen.name}, {theme}: {one}" for one in looks.barriers(page)]
        found += [f"{screen.name}: {one}" for one in looks.too_wide(page) + looks.too_wide_with_large_text(page)]
    assert [*window.look_for_trouble(), *found] == []


def _session(console: Console) -> str:
    desk = console.desk
    keys = roster.add(desk.store, "ada", "administer")
    code = code_of(keys.factor, clock.now() // 30_000)
    return sign_in.sign_in(desk.store, desk.settings.accounts, "ada", keys.password, code, "127.0.0.1")
