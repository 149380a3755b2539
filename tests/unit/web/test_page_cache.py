"""However many pages are asked for, only so many are kept."""

from __future__ import annotations

from haat.web.http import html
from haat.web.page_cache import Key, PageCache


def key(number: int) -> Key:
    return ("host", f"/{number}", "", "en")


def test_the_oldest_page_goes_when_there_are_too_many() -> None:
    cache = PageCache(60)
    for number in range(1001):
        cache.keep(key(number), "/page", html("x"))
    assert cache.find(key(0)) is None
    assert cache.find(key(1)) is not None
    assert cache.find(key(1000)) is not None


def test_the_oldest_pages_go_when_they_take_too_much_room() -> None:
    cache = PageCache(60)
    for number in range(60):
        cache.keep(key(number), "/page", html(f"{number}" + "x" * 400_000))
    assert cache.find(key(0)) is None
    assert cache.find(key(59)) is not None


def test_a_huge_page_is_given_and_not_kept() -> None:
    cache = PageCache(60)
    assert len(cache.keep(key(1), "/page", html("x" * 600_000)).plain) == 600_000
    assert cache.find(key(1)) is None


def test_a_page_that_is_made_again_takes_the_place_of_the_old_one() -> None:
    cache = PageCache(60)
    cache.keep(key(1), "/page", html("old"))
    cache.keep(key(1), "/page", html("new"))
    kept = cache.find(key(1))
    assert kept is not None
    assert kept.plain == b"new"
