"""Whoever asks for a page that is not kept makes it for all: in a process, among processes, and when one of them dies."""

from __future__ import annotations

import time

import pytest
from tests.support.caches import new_names, own_redis, shared_pages
from tests.support.together import together

from haat.cache import port
from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pages import Pages, Turn
from haat.cache.pattern import Pattern
from haat.ops.drills.servers import OwnRedis

FRONT: Key = ("shop.example", "/", "", "en")


class Shop:
    """Makes pages slowly, and counts how often."""

    def __init__(self, takes: float = 0.1) -> None:
        self.made = 0
        self._takes = takes

    def ask(self, pages: Pages, key: Key = FRONT) -> bytes:
        taken = pages.page_or_turn(key)
        if isinstance(taken, Page):
            return taken.plain
        with taken:
            time.sleep(self._takes)
            self.made += 1
            page = Page.made("/", f"number {self.made}".encode(), [])
            taken.keep(page)
        return page.plain


def processes(server: OwnRedis, count: int, life: float = 60.0) -> list[Pages]:
    names = new_names()
    return [Pages(OwnPages(life), shared_pages(server, life, names)) for _ in range(count)]


def test_many_threads_of_a_process_ask_and_one_makes() -> None:
    pages, shop = Pages(OwnPages(60)), Shop()
    assert set(together(16, lambda number: shop.ask(pages))) == {b"number 1"}
    assert shop.made == 1


def test_many_processes_ask_and_one_makes(cache_server: OwnRedis) -> None:
    all_of_them, shop = processes(cache_server, 4), Shop()
    assert set(together(16, lambda number: shop.ask(all_of_them[number % 4]))) == {b"number 1"}
    assert shop.made == 1


def test_while_one_makes_it_anew_the_others_get_it_as_it_was_at_once(cache_server: OwnRedis) -> None:
    (one, other), shop = processes(cache_server, 2, life=0.05), Shop(takes=0)
    shop.ask(one)
    time.sleep(0.1)
    turn = one.page_or_turn(FRONT)
    assert isinstance(turn, Turn)
    with turn:
        began = time.monotonic()
        assert shop.ask(other) == b"number 1"
        assert shop.ask(one) == b"number 1"
        assert time.monotonic() - began < port.CLAIM


def test_when_who_makes_it_is_killed_another_does_and_the_rest_waits_for_that_one(cache_server: OwnRedis) -> None:
    (dead, *others), shop = processes(cache_server, 4), Shop()
    assert isinstance(dead.page_or_turn(FRONT), Turn)
    began = time.monotonic()
    assert set(together(9, lambda number: shop.ask(others[number % 3]))) == {b"number 1"}
    assert time.monotonic() - began < 3 * port.CLAIM
    assert shop.made == 1


def test_an_error_on_the_way_lets_the_next_one_try_at_once(cache_server: OwnRedis) -> None:
    (one, other), shop = processes(cache_server, 2), Shop(takes=0)
    turn = one.page_or_turn(FRONT)
    assert isinstance(turn, Turn)
    with pytest.raises(ZeroDivisionError), turn:
        _ = 1 / 0
    began = time.monotonic()
    assert shop.ask(other) == b"number 1"
    assert time.monotonic() - began < port.CLAIM


def test_a_page_of_the_server_is_no_longer_fresh_in_a_process_than_there(cache_server: OwnRedis) -> None:
    (one, other), shop = processes(cache_server, 2, life=1.0), Shop(takes=0)
    shop.ask(one)
    time.sleep(0.5)
    shop.ask(other)
    page = other.fresh(FRONT)
    assert page is not None
    assert page.fresh_until - time.monotonic() < 0.6


def test_what_is_cleared_is_made_anew_by_one_of_all(cache_server: OwnRedis) -> None:
    all_of_them, shop = processes(cache_server, 3), Shop(takes=0)
    assert {shop.ask(pages) for pages in all_of_them} == {b"number 1"}
    assert all_of_them[0].shared is not None
    all_of_them[0].shared.clear(Pattern("*"))
    for pages in all_of_them:
        pages.clear(Pattern("*"))
    assert {shop.ask(pages) for pages in all_of_them} == {b"number 2"}


def test_without_the_server_each_process_makes_its_own_and_nobody_waits(cache_server: OwnRedis) -> None:
    with own_redis() as server:
        all_of_them, shop = processes(server, 3), Shop(takes=0.05)
        server.kill()
        began = time.monotonic()
        together(12, lambda number: shop.ask(all_of_them[number % 3]))
        assert time.monotonic() - began < port.CLAIM
        assert shop.made == 3


def test_for_what_nobody_may_share_nobody_waits(cache_server: OwnRedis) -> None:
    one, other = processes(cache_server, 2)
    for pages in (one, other):
        turn = pages.page_or_turn(FRONT)
        assert isinstance(turn, Turn)
        with turn:
            turn.leave()
    first = one.page_or_turn(FRONT)
    began = time.monotonic()
    assert isinstance(first, Turn)
    assert isinstance(other.page_or_turn(FRONT), Turn)
    assert isinstance(one.page_or_turn(FRONT), Turn)
    assert time.monotonic() - began < port.CLAIM / 2
