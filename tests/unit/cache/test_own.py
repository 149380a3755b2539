"""However many pages are asked for, a process keeps only so many."""

from __future__ import annotations

from haat.cache.looks import MOST_BYTES, MOST_PAGES
from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern


def key(number: int) -> Key:
    return ("host", f"/{number}", "", "en")


def put(pages: OwnPages, number: int, text: str = "x") -> None:
    claim = pages.seek(key(number)).claim
    assert claim is not None
    assert pages.keep(claim, Page.made("/page", text.encode(), []))


def test_the_oldest_page_goes_when_there_are_too_many() -> None:
    pages = OwnPages(60)
    for number in range(MOST_PAGES + 1):
        put(pages, number)
    assert pages.fresh(key(0)) is None
    assert pages.fresh(key(1)) is not None
    assert (pages.look().pages, pages.look().evicted) == (MOST_PAGES, 1)


def test_the_oldest_pages_go_when_they_take_too_much_room() -> None:
    pages = OwnPages(60)
    for number in range(60):
        put(pages, number, f"{number}" + "x" * 400_000)
    assert pages.fresh(key(0)) is None
    assert pages.fresh(key(59)) is not None
    assert pages.look().bytes <= MOST_BYTES


def test_what_is_cleared_gives_its_room_back() -> None:
    pages = OwnPages(60)
    put(pages, 1)
    pages.clear(Pattern("*"))
    assert (pages.look().pages, pages.look().bytes) == (0, 0)
