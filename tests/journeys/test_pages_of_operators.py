"""The pages of the console, in their worst states, for those who see badly, use a keyboard, have a phone, or like it light."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser

from haat.adapters.files.shelf import FolderShelf
from haat.config.load import load
from haat.config.schema import Settings
from haat.console.console import Console
from haat.kernel import clock
from haat.kernel.ids import encode, new_id
from haat.ops.backups import sets
from haat.ops.backups.manifest import PARTS, File, Manifest, Part, Proof
from haat.ops.backups.repository import opened_or_made
from haat.ops.drills.records import keep
from haat.ops.drills.run import Figures, Report
from haat.ops.operators import roster, sign_in
from haat.ops.operators.codes import code_of
from tests.journeys import looks
from tests.journeys.states import show_on
from tests.support.chromium import PHONE, SCREENS, THEMES, Window
from tests.support.operator import EVE

PAGES = (
    *("/sign-in", "/", "/health/detailed", "/services", "/logs?follow=1", "/logs/patterns?since=soon", "/database"),
    *(
        "/database/explain?statement=SELECT+*+FROM+haat",
        "/cache",
        "/maintenance",
        "/runbook",
        "/runbook/upkeep-database/plan",
        "/runs",
    ),
    *("/backups", "/backups/{set_}", "/runs/{run}", "/evidence", "/drills", "/operators", "/find?q=data"),
)

# Tables of which a phone would show only a part.
_CUT = """() => [...document.querySelectorAll(".wide")].filter((node) => node.scrollWidth > node.clientWidth + 1)
  .map((node) => `${node.ariaLabel}: ${node.scrollWidth} of ${node.clientWidth}`)"""
# Values in a card beside which another word stands than at the head of their column.
_UNLABELLED = """() => [...document.querySelectorAll(".cards")].flatMap((table) => {
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
  return [...table.tBodies[0].rows].flatMap((row) => [...row.cells].filter((cell) => cell.dataset.label && heads[cell.cellIndex] !== "of")
    .filter((cell) => cell.dataset.label !== heads[cell.cellIndex]).map((cell) => `${cell.dataset.label}, below ${heads[cell.cellIndex]}`));
})"""


class _Silent(WSGIRequestHandler):
    def log_message(self, *words: object) -> None:
        """Whoever tests looks for themselves."""


class _Server(ThreadingMixIn, WSGIServer):
    """Browsers open connections on which they say nothing yet: each has a thread."""

    daemon_threads = True


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One at which everything is dead, a run was killed, a drill failed, and the newest set does not restore."""
    data = tmp_path_factory.mktemp("console")
    console = Console(load(data, {"HAAT_WEB__PORT": "1"}, {}))
    journal = console.desk.journal
    run = journal.begin("upkeep-database", {}, "ada", "console")
    journal.note(run, 0, "already", "every page is sound")
    journal.note(run, 1, "intended", '[{"kind": "statement", "sql": "ANALYZE"}]')
    figures = Figures(orders=9, acknowledged=7, failed=2, lost=0, usual_gap=0.1, gap=0.7, seconds=1.2)
    for drill, reasons in (("run-killed", ()), ("web-killed", ("It was late.",)), ("long-gone", ())):
        keep(data / "drills", Report(drill, "sqlite", "", clock.now(), reasons, (), figures, ()))
    _write_logs(data / "logs")
    for holds in (True, None, False):
        _make_set(console.desk.settings, holds)
    for _ in range(2):
        console.desk.samples.take()
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
    page = window.open(path.format(run=encode(run.id), set_=encode(_newest_set(console))))
    found = [*looks.flaws(page), *looks.too_heavy(page), *looks.unmarked(page)]
    for screen in SCREENS:
        for theme in THEMES:
            show_on(page, screen, theme)
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
            found += [f"{screen.name}, {theme}: {one}" for one in looks.barriers(page)]
        found += [f"{screen.name}: {one}" for one in looks.too_wide(page) + looks.too_wide_with_large_text(page)]
    assert [*window.look_for_trouble(), *found] == []


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_no_table_is_cut_and_each_value_says_what_it_is(console: Console, window: Window, path: str) -> None:
    [run] = console.desk.journal.newest(1)
    page = window.open(path.format(run=encode(run.id), set_=encode(_newest_set(console))))
    show_on(page, PHONE, "dark")
    assert page.evaluate(_CUT) == []
    for row in page.get_by_role("table").get_by_role("row").all():
        if row.is_visible():
            assert row.get_by_role("cell").count() or row.get_by_role("columnheader").count()
    assert page.evaluate(_UNLABELLED) == []


def test_on_a_phone_nothing_lies_below_what_opens_the_rooms_once_the_page_is_at_its_end(window: Window) -> None:
    page = window.open("/backups")
    show_on(page, PHONE, "dark")
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    assert page.evaluate(
        "() => document.querySelector('footer').getBoundingClientRect().bottom <= document.querySelector('.fold').getBoundingClientRect().top + 1"
    )


def test_everything_is_reached_by_keyboard(window: Window) -> None:
    page = window.open("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("upkeep")
    page.locator("#palette li:first-child", has_text="upkeep-database").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbook/upkeep-database")
    page.keyboard.type("gl")
    page.wait_for_url("**/logs")
    page.keyboard.type("jj")
    assert page.evaluate("() => document.activeElement.closest('tr').rowIndex") == 2
    page.keyboard.type("k?")
    assert page.locator("#keys").is_visible()
    assert looks.barriers(page) == []
    page.keyboard.press("Escape")
    page.locator("#f-text").focus()
    page.keyboard.type("gj?/")
    assert page.locator("#f-text").input_value() == "gj?/"
    assert window.look_for_trouble() == []


def test_what_is_live_changes_where_it_differs_and_whoever_has_the_focus_keeps_it(
    console: Console, window: Window
) -> None:
    page = window.open("/logs?follow=1")
    page.get_by_role("link", name="Stop following").focus()
    page.evaluate("() => { document.querySelector('thead').kept = true }")
    _write(console.desk.logs, "web", "And one more.")
    page.get_by_text("And one more.").wait_for()
    assert page.evaluate("() => document.activeElement.textContent") == "Stop following"
    assert page.evaluate("() => document.querySelector('thead').kept")


def test_on_a_phone_the_rooms_are_folded_away_and_open_without_a_script(browser: Browser, window: Window) -> None:
    phone = Window(browser, window.url, PHONE, has_scripts=False)
    phone.take_cookies(window.cookies())
    page = phone.open("/services")
    assert not page.get_by_role("link", name="Evidence").is_visible()
    page.get_by_role("button", name="Rooms").click()
    page.get_by_role("link", name="Evidence").click()
    assert phone.path == "/evidence"
    phone.close()


def _make_set(settings: Settings, holds: bool | None) -> None:
    """As `haat backup take` leaves one; one that was never restored holds None."""
    vault = opened_or_made(settings, FolderShelf(settings.data / "backups"))
    parts = tuple(Part(name, (File(f"{name}/one", 1_234_567, "ab" * 32, 0o600, 1, ()),)) for name in PARTS)
    of = ("ecommerce", "/srv/shop", "sqlite:///haat.db", "SQLite 3.40.1", "0016")
    manifest = Manifest(new_id(), clock.now(), 800, "0.1", *of, {"haat.db": "d814bf688558dd50:6"}, parts, 4_000)
    sets.put(vault, manifest)
    if holds is not None:
        looked = (("restore", 70, "4 files are what they were"), ("integrity", 150, "a page of it " + "long" * 40))
        sets.note(vault, Proof(manifest.id, clock.now(), holds, looked, "0.1"))


def _newest_set(console: Console) -> int:
    settings = console.desk.settings
    return sets.all_ids(opened_or_made(settings, FolderShelf(settings.data / "backups")))[-1]


def _write_logs(folder: Path) -> None:
    folder.mkdir()
    for number in range(30):
        answered = {
            "method": "GET",
            "path": "/cart",
            "route": "/category/{slug}",
            "status": 200 if number else 500,
            "ms": 2.5,
        }
        _write(folder, "web", "request", **answered, from_cache=number % 2 == 1, address="203.0.113.7")
    _write(folder, "worker", "A job failed.", level="error", traceback="Traceback:\n  ValueError: " + "long" * 60)


def _write(folder: Path, part: str, event: str, **more: object) -> None:
    stamp = clock.as_datetime(clock.now()).isoformat().replace("+00:00", "Z")
    with (folder / f"{part}.log").open("a") as file:
        file.write(
            json.dumps({"at": stamp, "level": "info", "event": event, "request_id": "f0914b47df-1", **more}) + "\n"
        )


def _session(console: Console) -> str:
    desk = console.desk
    keys = roster.add(desk.store, "ada", "administer", EVE)
    code = code_of(keys.factor, clock.now() // 30_000)
    return sign_in.sign_in(desk.store, desk.settings.accounts, "ada", keys.password, code, "127.0.0.1")
