"""What every shelf of pages promises: the one in this process, and the one on a server."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

import pytest
from tests.support.caches import shared_pages
from tests.support.running import wait_until
from tests.support.together import together

from haat.cache import port
from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern
from haat.cache.port import Shelf, Sought

Make: TypeAlias = Callable[[float], Shelf]

FRONT: Key = ("shop.example", "/", "", "en")


def page(text: str = "hello") -> Page:
    return Page.made("/", text.encode(), [("Content-Type", "text/html; charset=utf-8")])


def key(path: str, query: str = "", language: str = "en", host: str = "shop.example") -> Key:
    return (host, path, query, language)


@pytest.fixture(params=["own", "shared"])
def make(request: pytest.FixtureRequest) -> Make:
    """Makes a shelf on which pages are fresh for so many seconds."""
    if request.param == "own":
        return OwnPages
    server = request.getfixturevalue("cache_server")
    return lambda life: shared_pages(server, life)


@pytest.fixture
def shelf(make: Make) -> Shelf:
    return make(60.0)


def put(shelf: Shelf, key: Key, page: Page) -> None:
    claim = shelf.seek(key).claim
    assert claim is not None
    assert shelf.keep(claim, page)


def found(sought: Sought) -> bytes:
    assert sought.page is not None
    return sought.page.plain


def test_what_was_kept_is_found_whole(shelf: Shelf) -> None:
    made = page("<p>ż</p>")
    put(shelf, FRONT, made)
    sought = shelf.seek(FRONT)
    assert sought.claim is None
    assert sought.page is not None
    assert sought.page.plain == "<p>ż</p>".encode()
    assert sought.page.packed()[0] == made.packed()[0]
    assert (sought.page.route, sought.page.etag, sought.page.headers) == (made.route, made.etag, made.headers)
    assert 50 < sought.page.fresh_until - time.monotonic() <= 60


@pytest.mark.parametrize(
    "other", [key("/a"), key("/", "q=1"), key("/", language="pl"), key("/", host="other.example"), key("/", host="|")]
)
def test_every_part_of_a_key_makes_it_another_page(shelf: Shelf, other: Key) -> None:
    put(shelf, FRONT, page())
    assert shelf.seek(other).page is None


def test_one_of_many_has_the_right_to_make_a_page(shelf: Shelf) -> None:
    claims = [sought.claim for sought in together(16, lambda number: shelf.seek(FRONT))]
    assert sum(claim is not None for claim in claims) == 1


def test_the_right_is_free_again_when_it_is_given_up(shelf: Shelf) -> None:
    claim = shelf.seek(FRONT).claim
    assert claim is not None
    shelf.give_up(claim)
    assert shelf.seek(FRONT).claim is not None


def test_who_has_the_right_and_dies_holds_up_nobody_for_longer_than_it_lasts(shelf: Shelf) -> None:
    assert shelf.seek(FRONT).claim is not None
    began = time.monotonic()
    wait_until(lambda: shelf.seek(FRONT).claim is not None, "somebody else may make it")
    assert time.monotonic() - began > port.CLAIM / 2


def test_who_takes_longer_keeps_the_right_as_long_as_it_is_prolonged(shelf: Shelf) -> None:
    claim = shelf.seek(FRONT).claim
    assert claim is not None
    until = time.monotonic() + 1.5 * port.CLAIM
    while time.monotonic() < until:
        shelf.prolong(claim)
        assert shelf.seek(FRONT).claim is None
        time.sleep(0.1)
    assert shelf.keep(claim, page())


def test_who_comes_late_with_a_page_does_not_end_the_right_of_another(shelf: Shelf) -> None:
    late = shelf.seek(FRONT).claim
    assert late is not None
    shelf.give_up(late)
    assert shelf.seek(FRONT).claim is not None
    shelf.give_up(late)
    assert shelf.seek(FRONT).claim is None


def test_a_page_whose_time_is_up_is_there_as_it_was_while_one_makes_it_anew(make: Make) -> None:
    shelf = make(0.05)
    put(shelf, FRONT, page("old"))
    time.sleep(0.1)
    mine, theirs = shelf.seek(FRONT), shelf.seek(FRONT)
    assert mine.claim is not None
    assert theirs.claim is None
    assert found(theirs) == b"old"
    assert theirs.page is not None
    assert theirs.page.fresh_until < time.monotonic()


def test_a_page_is_gone_when_its_grace_is_over_too(make: Make) -> None:
    shelf = make(0.05)
    put(shelf, FRONT, page())
    time.sleep(0.1 + port.GRACE)
    assert shelf.seek(FRONT).page is None


def test_pages_that_fit_are_cleared_and_the_others_stay(shelf: Shelf) -> None:
    paths = ["/category/pots", "/category/pots?sort=price", "/category", "/item/1/a", "/"]
    keys = [
        key(path.partition("?")[0], path.partition("?")[2], language) for path in paths for language in ("en", "pl")
    ]
    for one in keys:
        put(shelf, one, page())
    assert shelf.clear(Pattern("/category/*")) == 4
    assert [shelf.seek(one).page is None for one in keys] == [True] * 4 + [False] * 6


@pytest.mark.parametrize("path", ["/a*b", "/a?b", "/a[b]c"])
def test_one_page_is_cleared_whatever_signs_are_in_its_address(shelf: Shelf, path: str) -> None:
    address, _, query = path.partition("?")
    meant, other = key(address, query), key("/axb")
    put(shelf, meant, page())
    put(shelf, other, page())
    assert shelf.clear(Pattern.exactly(path)) == 1
    assert shelf.seek(other).page is not None


def test_everything_is_cleared(shelf: Shelf) -> None:
    for number in range(1200):
        put(shelf, key(f"/{number}"), page())
    assert shelf.clear(Pattern("*")) >= 1000
    assert shelf.seek(key("/1199")).page is None


def test_what_was_begun_before_a_clearing_is_not_kept_after_it(shelf: Shelf) -> None:
    claim = shelf.seek(FRONT).claim
    assert claim is not None
    shelf.clear(Pattern("/elsewhere"))
    assert not shelf.keep(claim, page("old"))
    assert shelf.seek(FRONT).page is None


def test_a_huge_page_is_not_kept_and_holds_up_nobody(shelf: Shelf) -> None:
    claim = shelf.seek(FRONT).claim
    assert claim is not None
    assert not shelf.keep(claim, page("x" * (port.LARGEST + 1)))
    assert shelf.seek(FRONT).claim is not None


def test_a_page_that_is_made_again_takes_the_place_of_the_old_one(make: Make) -> None:
    shelf = make(0.05)
    put(shelf, FRONT, page("old"))
    time.sleep(0.1)
    put(shelf, FRONT, page("new"))
    assert found(shelf.seek(FRONT)) == b"new"
