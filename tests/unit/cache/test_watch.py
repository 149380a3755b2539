"""Every process follows orders to clear, of its machine and of the server, and tells how its cache is."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

import pytest
from tests.support.caches import new_names, own_redis, shared_pages
from tests.support.running import wait_until

from haat.cache import orders
from haat.cache.orders import Orders
from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pages import Pages, Turn
from haat.cache.pattern import Pattern
from haat.cache.server import Server
from haat.cache.watch import State, Watch, orders_of, states, states_of
from haat.ops.drills.servers import OwnRedis

FRONT: Key = ("shop.example", "/", "", "en")
POTS: Key = ("shop.example", "/category/pots", "", "en")


def filled(pages: Pages) -> Pages:
    for key in (FRONT, POTS):
        turn = pages.page_or_turn(key)
        if isinstance(turn, Turn):
            with turn:
                turn.keep(Page.made(key[1], b"x", []))
    return pages


def kept(pages: Pages) -> list[str]:
    return [key[1] for key in (FRONT, POTS) if pages.fresh(key) is not None]


@pytest.mark.parametrize(
    ("known", "missed"),
    [(7, []), (6, ["/b"]), (5, ["/a", "/b"]), (4, ["*"]), (9, ["*"]), (0, ["*"])],
)
def test_who_missed_orders_follows_them_and_who_cannot_know_them_clears_everything(
    known: int, missed: list[str]
) -> None:
    assert Orders(7, {6: "/a", 7: "/b"}).since(known) == missed


def test_orders_of_a_machine_are_numbered_and_the_last_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "orders"
    assert orders.of_machine(file) == orders.NONE
    for number in range(1, 31):
        assert orders.give(file, f"/{number}") == number
    found = orders.of_machine(file)
    assert found.number == 30
    assert list(found.last.values()) == [f"/{number}" for number in range(11, 31)]


def test_a_running_process_follows_an_order_within_a_second_and_says_so(tmp_path: Path) -> None:
    orders.give(orders_of(tmp_path), "*")
    forgotten: list[int] = []
    pages = Pages(OwnPages(60), forget=lambda: forgotten.append(1))
    told: list[State] = []
    watch = Watch(pages, tmp_path, told.append)
    watch.start()
    try:
        filled(pages)
        assert [state.cleared for state in states(tmp_path)] == [1], "an order from before its start is none for it"
        number = orders.give(orders_of(tmp_path), "/category/*")
        wait_until(lambda: states(tmp_path)[0].cleared == number, "it has followed")
        assert kept(pages) == ["/"]
        assert forgotten
        state = states(tmp_path)[0]
        assert (state.pid, state.own.pages, state.shared) == (os.getpid(), 1, None)
        assert told
    finally:
        watch.stop()
    wait_until(lambda: states(tmp_path) == [], "it tells nothing any more")


def test_processes_of_other_machines_follow_the_server(cache_server: OwnRedis, tmp_path: Path) -> None:
    names = new_names()
    here, there = (Pages(OwnPages(60), shared_pages(cache_server, 60, names)) for _ in range(2))
    watch = Watch(there, tmp_path, lambda state: None)
    watch.look()
    filled(here)
    filled(there)
    assert here.shared is not None
    here.shared.clear(Pattern("/category/*"))
    state = watch.look()
    assert kept(there) == ["/"]
    assert state.shared is not None
    assert state.shared.hits == 2
    assert [ping is not None for ping in state.pings] == [True, True]


def test_a_page_that_waits_to_be_cleared_is_not_kept_by_who_has_followed_the_order(
    cache_server: OwnRedis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = new_names()
    here, there = (Pages(OwnPages(60), shared_pages(cache_server, 60, names)) for _ in range(2))
    watch = Watch(there, tmp_path, lambda state: None)
    watch.look()
    filled(here)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(Server, "go_through", lambda *_: 0)
        assert here.shared is not None
        here.shared.clear(Pattern("/category/*"))  # It is ordered, and nothing is swept yet.
    watch.look()
    taken = there.page_or_turn(POTS)
    assert isinstance(taken, Page)
    assert taken.fresh_until <= monotonic() + 1
    assert here.shared.clear(Pattern("/category/*")) == 1
    wait_until(lambda: there.fresh(POTS) is None, "its copy has ended by itself")
    turn = there.page_or_turn(POTS)
    assert isinstance(turn, Turn)
    with turn:
        turn.keep(Page.made("/category/pots", b"new", []))
    found = here.shared.seek(POTS).page
    assert found is not None
    assert found.plain == b"new"


def test_who_flushes_the_server_by_hand_reaches_every_process(cache_server: OwnRedis, tmp_path: Path) -> None:
    with own_redis() as server:
        pages = Pages(OwnPages(60), shared_pages(server, 60))
        watch = Watch(pages, tmp_path, lambda state: None)
        watch.look()
        filled(pages)
        server.ask("FLUSHALL")
        watch.look()
        assert kept(pages) == []


def test_a_server_that_is_away_costs_a_process_nothing_of_what_it_keeps(cache_server: OwnRedis, tmp_path: Path) -> None:
    with own_redis() as server:
        pages = Pages(OwnPages(60), shared_pages(server, 60))
        watch = Watch(pages, tmp_path, lambda state: None)
        watch.look()
        filled(pages)
        server.kill()
        state = watch.look()
        assert kept(pages) == ["/", "/category/pots"]
        assert state.pings[-1] is None
        assert state.shared is not None
        assert state.shared.why_away


def test_a_disk_that_cannot_be_written_stops_no_process_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"
    run.write_text("here a folder should be")
    watch = Watch(Pages(OwnPages(60)), run, lambda state: None)
    watch._write(watch._state())
    watch._write(watch._state())
    assert len(caplog.records) == 1
    watch.stop()


def test_what_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    (states_of(tmp_path) / f"{os.getpid()}.json").mkdir(parents=True)
    (states_of(tmp_path) / f"{os.getppid()}.json").write_bytes(b'{"pid": "\xff"}')
    orders_of(tmp_path).write_bytes(b'[1, {"1": "\xff"}]')
    assert states(tmp_path) == []
    assert orders.of_machine(orders_of(tmp_path)) == orders.NONE
