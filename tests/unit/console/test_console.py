"""The console: who may see and do what, and that it answers when nothing else does."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.support.browser import Answer, Browser
from tests.support.operator import EVE, LISTS, Room

from haat.adapters.files.shelf import FolderShelf
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.console.backups import newest
from haat.console.glance import Glance
from haat.console.pages.wall import look
from haat.console.patience import PATIENCE
from haat.console.request import own_path
from haat.console.rooms import ROOMS
from haat.console.routes import PAGES, Page
from haat.kernel import clock
from haat.kernel.ids import decode, encode, new_id
from haat.ops.backups import findings, sets
from haat.ops.backups.findings import LogProof, Reading
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.repository import opened_or_made
from haat.ops.drills.loss import NOTHING, Loss, Losses
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.records import keep
from haat.ops.drills.run import Figures, Report
from haat.ops.maintenance.records import get_to_know, tick
from haat.ops.maintenance.task import tasks_of
from haat.ops.operators import roster
from haat.ops.operators.codes import code_of
from haat.ops.procedure import pause
from haat.ops.procedure.lock import held, held_to_read
from haat.ops.profiles.sampler import Profile
from haat.ops.profiles.shelf import keep as keep_profile

INSIDE = [line for line in PAGES if line.needs is not None]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.console.desk.close()


def path_of(line: Page) -> str:
    return line.path.replace("{name}", "upkeep-database").replace("{run}", encode(1)).replace("{id_}", encode(1))


def run_of(answer: Answer) -> str:
    """The id of the run to which an answer leads."""
    assert answer.status == 303, answer.text
    return (answer.header("Location") or "").removeprefix("/runs/")


def buttons(answer: Answer) -> list[str]:
    """Forms that change something, by where they go; those of the frame left out."""
    found = re.findall(r'method="post" action="([^"]+)"|formaction="([^"]+)"', answer.text)
    return [a or b for a, b in found if (a or b) not in ("/theme", "/keys", "/sign-out")]


def test_with_shop_worker_and_database_dead_the_wall_says_so_and_what_to_do(room: Room) -> None:
    wall = room.operator("view").get("/")
    assert wall.status == 200
    assert "Something is wrong" in wall.text
    assert "comes back from a backup" in wall.text  # What the error itself says is the next thing to do.
    states = {tile.name: (tile.state, tile.next is not None) for tile in look(room.console.desk)}
    for name in ("Shop", "Database", "Worker", "Queue"):
        assert states[name] == ("failed", True), name
    assert states["Disk"][0] != "failed"


def test_a_keeper_that_has_never_looked_and_drills_that_were_not_carried_out_are_not_green(room: Room) -> None:
    def words() -> dict[str, str]:
        return {tile.name: tile.word for tile in look(room.console.desk)}

    figures = Figures(orders=9, acknowledged=9, failed=0, lost=0, usual_gap=0.1, gap=0.1, seconds=1.0)
    keep(room.data / "drills", Report("web-killed", "sqlite", "", clock.now(), (), (), figures))
    assert (words()["Maintenance"], words()["Drills"]) == ("unknown", "in part")
    get_to_know(room.console.desk.store, tasks_of("ecommerce"))
    for name in DRILLS:
        keep(room.data / "drills", Report(name, "sqlite", "", clock.now(), (), (), figures))
    assert (words()["Maintenance"], words()["Drills"]) == ("in time", "proved")


def test_every_page_opens_while_shop_and_database_are_dead(room: Room) -> None:
    browser = room.operator("administer")
    assert {path: browser.get(path).status for path in LISTS} == dict.fromkeys(LISTS, 200)
    assert browser.get("/runbook/upkeep-database").status == 200
    assert browser.get("/runbook/upkeep-database/plan").status == 503


@pytest.mark.parametrize("path", LISTS)
def test_who_may_only_look_is_shown_every_page_without_a_button_that_changes_something(room: Room, path: str) -> None:
    room.make_database()
    answer = room.operator("view").get(path)
    assert (answer.status, buttons(answer)) == (403 if path == "/operators" else 200, [])


def test_every_room_is_reached_from_every_page_by_a_link_and_a_key_of_its_own(room: Room) -> None:
    frame = room.operator("administer").get("/runs").text
    keys = re.findall(r'<li><a href="([^"]+)" data-go="(.)"', frame)
    assert [path for path, _ in keys] == [one.path for one in ROOMS]
    assert len({key for _, key in keys}) == len(ROOMS)
    assert "g" not in {key for _, key in keys}
    assert "/operators" not in room.operator("view").get("/runs").text


def test_keys_of_one_letter_are_turned_off_and_on(room: Room) -> None:
    browser = room.operator("view")
    assert "data-keys" in browser.get("/").text
    assert browser.post("/keys", keys="off", to="/runs").header("Location") == "/runs"
    assert "data-keys" not in browser.get("/").text
    browser.post("/keys", keys="on", to="/runs")
    assert "data-keys" in browser.get("/").text


@pytest.mark.parametrize("line", INSIDE, ids=lambda line: f"{line.method} {line.path}")
def test_a_stranger_sees_nothing_and_does_nothing(room: Room, line: Page) -> None:
    browser = Browser(room.console)
    if line.method == "GET":
        answer = browser.get(path_of(line))
        assert answer.status == 303
        assert (answer.header("Location") or "").startswith("/sign-in?to=")
    else:
        assert browser.post(path_of(line)).status == 401


def test_each_role_may_do_what_it_says_and_is_shown_no_button_for_more(room: Room) -> None:
    room.make_database()
    run = encode(room.console.desk.journal.begin("upkeep-database", {}, "eve", "cli"))
    view, operate = room.operator("view"), room.operator("operate")
    for line in INSIDE:
        if line.needs != "view":
            path = path_of(line)
            assert (view.get(path) if line.method == "GET" else view.post(path)).status == 403, path
    for path in ("/runbook/upkeep-database", f"/runs/{run}"):
        assert buttons(view.get(path)) == []
        assert buttons(operate.get(path)) != []
    assert operate.get("/operators").status == 403
    assert room.operator("administer").get("/operators").status == 200


def test_what_another_site_sends_is_refused(room: Room) -> None:
    room.make_database()
    browser = room.operator("operate")
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site", "Origin": "null"}):
        assert browser.ask("POST", "/runbook/upkeep-database/runs", headers=headers).status == 403
    assert room.console.desk.journal.newest(1) == []


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\r\nSet-Cookie: b"])
def test_nobody_is_sent_to_another_site(to: str) -> None:
    assert own_path(to) == "/"


def test_pages_carry_the_headers_of_the_shop_and_are_not_kept(room: Room) -> None:
    for answer in (Browser(room.console).get("/sign-in"), room.operator("view").get("/")):
        assert "default-src 'self'" in (answer.header("Content-Security-Policy") or "")
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert answer.header("Cache-Control") == "no-store"
        assert "style=" not in answer.text


def test_sessions_of_the_console_and_of_the_shop_do_not_meet(room: Room) -> None:
    cookies = room.operator("view").cookies
    assert set(cookies) == {"haat_operator"}


def test_a_run_is_begun_from_a_page_and_is_in_the_journal_with_who_and_from_where(room: Room) -> None:
    room.make_database()
    browser = room.operator("operate")
    plan = browser.get("/runbook/upkeep-database/plan")
    assert "ANALYZE" in plan.text
    assert room.console.desk.journal.newest(1) == []
    run = run_of(browser.post("/runbook/upkeep-database/runs"))
    assert room.ended(run) == "done"
    [kept] = room.console.desk.journal.newest(9)
    assert (kept.who, kept.way_in) == ("operate", "console")
    shown = browser.get(f"/runs/{run}").text
    for word in ("ANALYZE", "every page is sound", "operate began it", "data-live"):
        assert (word in shown) == (word != "data-live"), word
    assert run in browser.get("/runs").text


def test_what_a_procedure_was_not_told_stands_at_its_field_and_nothing_is_run(room: Room) -> None:
    browser = room.operator("operate")
    for answer in (
        browser.get("/runbook/end-session/plan?session=all"),
        browser.post("/runbook/end-session/runs", session="all"),
        browser.post("/runbook/upkeep-database/runs", session="1"),
    ):
        assert answer.status == 422
        assert 'role="alert"' in answer.text
    assert browser.post("/runbook/restart-database/runs").status == 404
    assert room.console.desk.journal.newest(1) == []


def test_a_run_is_live_while_somebody_is_at_it_and_asks_for_a_decision_when_nobody_is(room: Room) -> None:
    room.make_database()
    browser = room.operator("operate")
    run_id = room.console.desk.journal.begin("upkeep-database", {}, "eve", "cli")
    page = f"/runs/{encode(run_id)}"
    with held(room.data / "run" / "ops.lock", "“upkeep-database”"):
        assert "data-live" in browser.get(page).text
        assert buttons(browser.get(page)) == []
        refused = browser.post(f"{page}/resumption")
        assert refused.status == 409
        assert "Something else is being done" in refused.text
    assert "interrupted" in browser.get(page).text
    assert any(tile.word == "interrupted" for tile in look(room.console.desk))
    with held_to_read(room.data / "run" / "ops.lock", "“prove-log”"):
        assert "interrupted" in browser.get(page).text, "whoever only reads is not at this run"
    assert browser.post("/runbook/upkeep-database/runs").status == 409
    plan = browser.get(f"{page}/resumption")
    assert (plan.status, "ANALYZE" in plan.text, buttons(plan)) == (200, True, [f"{page}/resumption"])
    assert "No step is left." in browser.get(f"{page}/undoing").text
    assert "interrupted" in browser.get(page).text
    assert run_of(browser.post(f"{page}/resumption")) == encode(run_id)
    assert room.ended(encode(run_id)) == "done"
    turns = [(turn.what, turn.who, turn.way_in) for turn in room.console.desk.journal.turns(run_id)]
    assert turns == [("began", "eve", "cli"), ("resumed", "operate", "console")]
    refused = browser.post(f"{page}/undoing")
    assert refused.status == 409
    assert "cannot be taken back" in refused.text


def test_what_resuming_would_do_is_not_known_while_the_database_is_dead_and_it_can_be_begun_all_the_same(
    room: Room,
) -> None:
    run = encode(room.console.desk.journal.begin("upkeep-database", {}, "eve", "cli"))
    plan = room.operator("operate").get(f"/runs/{run}/resumption")
    assert (plan.status, 'role="alert"' in plan.text, buttons(plan)) == (200, True, [f"/runs/{run}/resumption"])


def test_procedures_are_found_by_what_one_sees(room: Room) -> None:
    browser = room.operator("view")
    assert "end-session" in browser.get("/runbook?q=Checkouts+hang").text
    assert "upkeep-database" not in browser.get("/runbook?q=Checkouts+hang").text
    assert "No procedure speaks of" in browser.get("/runbook?q=%3Cb%3Ecoffee").text
    assert "<b>coffee" not in browser.get("/runbook?q=%3Cb%3Ecoffee").text


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_database_that_takes_callers_and_says_nothing_holds_up_no_page(tmp_path: Path, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{kind}://shop:password@127.0.0.1:{silent.getsockname()[1]}/shop"
        room = Room(tmp_path, HAAT_STORE__URL=url)
        browser = room.operator("view")
        began = time.monotonic()
        assert "no answer" in browser.get("/").text
        assert 'role="alert"' in browser.get("/database").text
        assert time.monotonic() - began < 2 * PATIENCE + 10  # seconds for a machine that is busy
        room.console.desk.close()


def test_a_server_of_the_cache_that_is_dead_is_told_beside_what_is_kept_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    stamp = clock.as_datetime(clock.now() - 1000).isoformat().replace("+00:00", "Z")
    answered = '"status": 200, "ms": 1.5, "request_id": "a", "account": null, "from_cache": true'
    line = f'{{"at": "{stamp}", "event": "request", "path": "/category/a", "route": "/category/{{slug}}", {answered}}}'
    (tmp_path / "logs" / "web.log").write_text(f"{line}\n")
    ensure_secrets(tmp_path)
    room = Room(tmp_path, HAAT_CACHE__URL="redis://127.0.0.1:1/0")
    page = room.operator("view").get("/cache").text
    for word in (
        "no answer",
        "What it saves",
        "/category/{slug}",
        'href="/runbook/clear-cache"',
        'href="/runbook/warm-cache"',
    ):
        assert word in page, word
    room.console.desk.close()


def test_drills_are_told_and_the_procedures_that_they_prove_name_them(room: Room) -> None:
    figures = Figures(orders=9, acknowledged=7, failed=2, lost=0, usual_gap=0.1, gap=0.7, seconds=1.2)
    browser = room.operator("view")
    assert browser.get("/drills/pictures").status == 404
    for drill, reasons in (("statistics-lost", ()), ("web-killed", ("It was late.",)), ("long-gone", ())):
        keep(room.data / "drills", Report(drill, "sqlite", "", clock.now(), reasons, (), figures, ()))
    drills = browser.get("/drills").text
    assert "It was late." in drills
    assert "long-gone" in drills
    assert "statistics-lost" in browser.get("/runbook/upkeep-database").text
    pictures = browser.get("/drills/pictures")
    assert pictures.status == 200
    assert "default-src 'none'" in (pictures.header("Content-Security-Policy") or "")


def test_what_is_due_was_done_and_stands_still_is_told_with_the_way_to_do_it(room: Room) -> None:
    desk, tasks = room.console.desk, tasks_of("ecommerce")
    with clock.frozen():
        clock.advance(-9 * clock.DAY)
        get_to_know(desk.store, tasks)
    run = desk.journal.begin("clean-up", {"days": "30"}, "keeper", "schedule")
    desk.journal.end(run, "failed", {})
    [see_errors] = [task for task in tasks if task.name == "see-errors"]
    tick(desk.store, see_errors, "ada", "cli", "two timeouts")
    pause.begin(desk.store, "eve", "The provider works")
    browser = room.operator("view")
    page = " ".join(browser.get("/maintenance").text.split())
    assert [one.next.to for one in look(desk) if one.name == "Maintenance" and one.next] == ["/maintenance"]
    assert all(task.title in page for task in tasks)
    for word in (
        '<a href="/runbook/clean-up?days=30">clean-up</a>',
        f'in vain</span> <a href="/runs/{encode(run)}">',
        "by ada: two timeouts",
        '<a href="/logs/patterns"><code>haat logs patterns --level warning --since 24h</code></a>',
        "eve has paused all that goes by itself",
        "No profile is kept here",
    ):
        assert word in page, word
    assert buttons(browser.get("/maintenance")) == []


def test_a_profile_that_is_kept_opens_from_maintenance_without_scripts_and_nothing_else_of_the_folder_does(
    room: Room,
) -> None:
    file = keep_profile(room.data, Profile("web", 4711, clock.now(), 1.0, 9, 0.01, {}))
    browser = room.operator("view")
    assert f'<a href="/maintenance/profiles/{file.name}">web, process 4711</a>' in browser.get("/maintenance").text
    shown = browser.get(f"/maintenance/profiles/{file.name}")
    assert (shown.status, "Profile of web" in shown.text) == (200, True)
    assert "default-src 'none'" in (shown.header("Content-Security-Policy") or "")
    for name in (file.with_suffix(".folded").name, "..%2fhaat.toml", "web-1-20260101-000000.html"):
        assert browser.get(f"/maintenance/profiles/{name}").status == 404


def test_an_administrator_ends_the_sessions_of_another(room: Room) -> None:
    view, administer = room.operator("view"), room.operator("administer")
    assert administer.post("/operators/view/signing-out").status == 303
    assert view.get("/").status == 303
    assert "administer signed view out everywhere" in administer.get("/operators").text


def test_who_signs_in_comes_to_where_they_wanted_to_be_and_who_errs_keeps_the_name(room: Room) -> None:
    keys = roster.add(room.console.desk.store, "ada", "view", EVE)
    browser = Browser(room.console)
    to = browser.get("/runbook?q=slow").header("Location") or ""
    assert 'value="/runbook?q=slow"' in browser.get(to).text
    wrong = browser.post("/sign-in", name="ada", password="no", code="123456", to="/runs")
    assert wrong.status == 422
    assert 'value="ada"' in wrong.text
    code = code_of(keys.factor, clock.now() // 30_000)
    answer = browser.post("/sign-in", name="ada", password=keys.password, code=code, to="/runbook?q=slow")
    assert answer.header("Location") == "/runbook?q=slow"
    assert browser.post("/sign-out").status == 303
    assert browser.get("/").status == 303


def test_backups_are_told_and_a_missing_repository_is_no_fault(room: Room) -> None:
    browser = room.operator("view")
    assert "There is no backup" in browser.get("/backups").text
    assert "haat backup take" in browser.get("/").text
    make_set(room.data, holds=False, said="a page of it is broken")
    page = browser.get("/backups").text
    for word in ("does not restore", "a page of it is broken", "objectives.data_lost", "all of it"):
        assert word in page, word
    make_set(room.data, holds=True)
    page = browser.get("/backups").text
    assert "with every promise of the shop" in page
    assert ", of 2 in" in page
    figures = Figures(orders=9, acknowledged=9, failed=0, lost=3, usual_gap=0.1, gap=0.7, seconds=4.0)
    keep(room.data / "drills", Report("database-damaged", "sqlite", "", 1, ("3 orders are lost.",), (), figures))
    assert "which failed" in browser.get("/backups").text


def make_set(data: Path, *, holds: bool | None, said: str = "…") -> str:
    """As `haat backup take` leaves one, of a stack without anything in it, that was never restored where it holds None. Its id."""
    vault = opened_or_made(load(data, {}, {}), FolderShelf(data / "backups"))
    database, at = ("sqlite:///haat.db", "SQLite 3", "0014"), {"haat.db": "0:0"}
    manifest = Manifest(new_id(), clock.now(), 1, "0.1", "bazar", "/srv", *database, at, (), 0)
    sets.put(vault, manifest)
    if holds is not None:
        sets.note(vault, Proof(manifest.id, clock.now(), holds, (("integrity", 1, said),), "0.1"))
    return encode(manifest.id)


def test_of_sets_that_were_never_restored_those_want_a_look_for_which_nothing_since_makes_up(tmp_path: Path) -> None:
    room = Room(tmp_path, HAAT_BACKUP__SHIP="yes")
    try:
        browser = room.operator("view")
        old = make_set(tmp_path, holds=None)
        assert "and nothing since" in browser.get(f"/backups/{old}").text
        make_set(tmp_path, holds=True)
        new = make_set(tmp_path, holds=None)
        assert "a newer one was" in browser.get(f"/backups/{old}").text
        assert "and nothing since" in browser.get(f"/backups/{new}").text
        assert browser.get("/backups").text.count("not yet") == 1
        vault = opened_or_made(load(tmp_path, {}, {}), FolderShelf(tmp_path / "backups"))
        at = sets.get(vault, decode(new)).taken_at
        proof = LogProof(new_id(), at - 1, at - 1, clock.now(), True, (("restore", 1, "…"),), "0.1")
        findings.note_log(vault, proof)
        assert "and nothing since" in browser.get(f"/backups/{new}").text
        findings.note_log(vault, msgspec.structs.replace(proof, until=at))
        assert "the proof of the log covers it" in browser.get(f"/backups/{new}").text
        assert "the newest set waits for its own proof" in browser.get("/backups").text
        findings.note_reading(vault, Reading(clock.now(), 1, {"pieces/ab": "…"}, {"pieces/ab": [decode(new)]}))
        assert "not sound since" in browser.get(f"/backups/{new}").text
        assert "not sound since" in browser.get("/backups").text
    finally:
        room.console.desk.close()


def test_the_page_of_a_set_says_what_is_in_it_what_its_proof_found_and_what_to_type(room: Room) -> None:
    id_ = make_set(room.data, holds=False, said="a page of it is broken")
    browser = room.operator("view")
    assert f'href="/backups/{id_}"' in browser.get("/backups").text
    page = browser.get(f"/backups/{id_}").text
    for words in ("does not restore", "a page of it is broken", "SQLite 3", "integrity"):
        assert words in page, words
    for command in (f"haat backup prove {id_} --data {room.data}", f"haat backup restore {id_} --data {room.data}"):
        assert command in page, command
    assert browser.get(f"/backups/{encode(1)}").status == 404
    assert browser.get("/backups/nonsense").status == 404


def test_a_repository_without_a_set_is_told_as_one(room: Room) -> None:
    opened_or_made(load(room.data, {}, {}), FolderShelf(room.data / "backups"))
    page = room.operator("view").get("/backups").text
    assert "No set can be read in" in page
    assert "Here would be each" in page


def test_how_far_the_log_is_proved_is_told_and_one_that_does_not_replay_is_on_the_wall(tmp_path: Path) -> None:
    room = Room(tmp_path, HAAT_BACKUP__SHIP="yes")
    try:
        browser = room.operator("view")
        make_set(tmp_path, holds=True)
        page = browser.get("/backups").text
        for words in ("whether what is shipped can be replayed", "haat backup prove --newest", "never read"):
            assert words in page, words
        vault = opened_or_made(load(tmp_path, {}, {}), FolderShelf(tmp_path / "backups"))
        looked = (("restore", 1, "the log has a gap"),)
        proof = LogProof(new_id(), clock.now(), clock.now(), clock.now(), True, looked, "0.1")
        findings.note_log(vault, proof)
        findings.note_reading(vault, Reading(clock.now(), 1, {"pieces/ab": "It was changed."}))
        page = browser.get("/backups").text
        for words in ("replayed", "it is proved, up to", "It is not sound in 1 place"):
            assert words in page, words
        assert "not replayed" not in browser.get("/").text
        findings.note_log(vault, msgspec.structs.replace(proof, holds=False))
        room.console.desk.backups = Glance(lambda: newest(room.console.desk.settings))
        page = browser.get("/").text
        for words in ("not replayed", "the log has a gap"):
            assert words in page, words
        assert "does not replay" in browser.get("/backups").text
        [id_] = sets.all_ids(vault)
        findings.note_reading(vault, Reading(clock.now(), 1, {"pieces/ab": "It was changed."}, {"pieces/ab": [id_]}))
        room.console.desk.backups = Glance(lambda: newest(room.console.desk.settings))
        assert "Something that the newest set needs cannot be trusted" in browser.get("/").text
    finally:
        room.console.desk.close()


def test_what_drills_have_lost_stands_beside_what_may_be(room: Room) -> None:
    make_set(room.data, holds=True)
    losses = Losses(Loss(0.42, 0), Loss(3.0, 2), NOTHING)
    figures = Figures(orders=9, acknowledged=9, failed=0, lost=0, usual_gap=0.1, gap=0.7, seconds=4.0, losses=losses)
    keep(room.data / "drills", Report("machine-lost", "sqlite", "", 1, (), (), figures))
    browser = room.operator("view")
    page = browser.get("/backups").text
    for words in ("less than 0.42 s, ", "3.00 s, ", "nothing, "):
        assert words in page, words
    assert "&lt; 0.42" in browser.get("/drills").text
