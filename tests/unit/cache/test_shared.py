"""A server that is slow, full, dead or refuses costs a few tens of milliseconds once, and then nothing; it is taken up again by itself."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.caches import hasty_pages, new_names, own_redis, shared_pages
from tests.support.running import wait_until

from haat.cache import shared
from haat.cache.names import Names, names_of
from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern
from haat.cache.server import Server
from haat.cache.shared import AWAY, SharedPages
from haat.config.load import load
from haat.config.secrets import Secret, ensure_secrets
from haat.kernel.errors import Unavailable
from haat.ops.drills.servers import OwnRedis

FRONT: Key = ("shop.example", "/", "", "en")
TENS_OF_MS = 0.25  # seconds, on a machine that may be busy with other tests; the patience with a server is 50 ms
PAGE = Page.made("/", b"hello", [("Content-Type", "text/html; charset=utf-8")])


def kept(pages: SharedPages) -> bool:
    """Whether a page is kept when somebody has made it."""
    claim = pages.seek(FRONT).claim
    return claim is None or pages.keep(claim, PAGE)


def seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


@pytest.fixture
def mortal(cache_server: OwnRedis) -> Iterator[OwnRedis]:
    """A server that may be broken. (Where there is one for all, there can be another.)"""
    with own_redis() as server:
        yield server


def freeze(server: OwnRedis) -> None:
    os.kill(server.pid, signal.SIGSTOP)


def fill(server: OwnRedis) -> None:
    server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
    server.ask("CONFIG", "SET", "maxmemory", "1")


def change_password(server: OwnRedis) -> None:
    server.ask("CONFIG", "SET", "requirepass", "another")


@pytest.mark.parametrize("break_", [freeze, OwnRedis.kill, fill, change_password])
def test_a_broken_server_costs_one_request_tens_of_milliseconds_and_the_next_nothing(
    break_: Callable[[OwnRedis], None], mortal: OwnRedis
) -> None:
    pages = hasty_pages(mortal, 60)
    assert kept(pages)
    break_(mortal)
    if break_ is change_password:
        pages = SharedPages(Server(mortal.address._replace(password=Secret("wrong")), 0.05), new_names(), 60)
    stranger: Key = ("shop.example", "/new", "", "en")
    assert seconds(lambda: pages.seek(stranger)) < TENS_OF_MS
    sought = pages.seek(stranger)
    assert sought.claim is not None, "whoever asks makes the page"
    assert seconds(lambda: [pages.seek(stranger) for _ in range(100)]) < TENS_OF_MS
    assert not pages.keep(sought.claim, PAGE)
    pages.give_up(sought.claim)
    assert pages.look().why_away
    assert "wrong" not in pages.look().why_away


def test_a_server_that_is_back_is_taken_up_again_and_both_are_said_once(
    mortal: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    pages = hasty_pages(mortal, 60)
    assert kept(pages)
    mortal.kill()
    for _ in range(50):
        pages.seek(FRONT)
    mortal.start()
    wait_until(lambda: kept(pages), "pages are kept there again")
    assert [record.message.split(".")[0] for record in caplog.records if record.name == shared.__name__] == [
        "Pages are made without the cache",
        "The cache answers again",
    ]
    assert str(mortal.address.password.reveal()) not in caplog.text
    assert pages.look().why_away == ""


def test_while_a_server_is_left_alone_nobody_asks_it(mortal: OwnRedis) -> None:
    pages = hasty_pages(mortal, 60)
    freeze(mortal)
    pages.seek(FRONT)
    failures = pages.look().failures
    until = time.monotonic() + AWAY / 3
    while time.monotonic() < until:
        pages.seek(FRONT)
    assert pages.look().failures == failures


def test_another_release_never_reads_a_page_of_the_one_before(cache_server: OwnRedis) -> None:
    old = new_names()
    assert kept(shared_pages(cache_server, 60, old))
    new = shared_pages(cache_server, 60, old._replace(release="next"))
    assert new.seek(FRONT).page is None
    assert new.clear(Pattern("*")) == 1, "what the release before left is thrown away with the rest"


def test_stacks_on_one_server_know_nothing_of_each_other(cache_server: OwnRedis) -> None:
    one, other = shared_pages(cache_server, 60), shared_pages(cache_server, 60)
    assert kept(one)
    assert other.seek(FRONT).page is None
    assert other.clear(Pattern("*")) == 0
    assert one.seek(FRONT).page is not None


def test_a_server_that_was_flushed_keeps_pages_again_at_once(mortal: OwnRedis) -> None:
    pages = shared_pages(mortal, 60)
    assert kept(pages)
    mortal.ask("FLUSHALL")
    assert pages.seek(FRONT).page is None
    pages = shared_pages(mortal, 60)
    assert kept(pages)
    assert pages.seek(FRONT).page is not None


def test_what_is_no_page_is_no_page(cache_server: OwnRedis) -> None:
    names = new_names()
    cache_server.ask("SET", names.page(FRONT), "0" * 20 + "rubbish", "PX", 60_000)
    sought = shared_pages(cache_server, 60, names).seek(FRONT)
    assert (sought.page, sought.claim is None) == (None, False), "whoever asks makes it"


def test_an_address_that_is_too_long_for_a_name_is_not_kept_there(cache_server: OwnRedis) -> None:
    pages = shared_pages(cache_server, 60)
    claim = pages.seek(("shop.example", "/", "q=" + "x" * 2000, "en")).claim
    assert claim is not None
    assert not pages.keep(claim, PAGE)


def test_the_name_of_a_claim_tells_nothing_of_the_address() -> None:
    assert "secret" not in Names("s", "r").claim(("shop.example", "/", "q=secret", "en"))


def test_pages_from_before_a_clearing_are_found_and_later_ones_are_not(cache_server: OwnRedis) -> None:
    names = new_names()
    server, pages = Server(cache_server.address, 5.0), shared_pages(cache_server, 60, names)
    assert kept(pages)
    assert pages.orders() is not None
    # An order of which the pages have heard nothing yet, as when whoever gave it was killed in the middle.
    cache_server.ask("INCR", names.cleared)
    assert shared.left_over(server, names, Pattern("*")) == 1
    assert shared.left_over(server, names, Pattern("/elsewhere")) == 0
    assert shared.clear(server, names, Pattern("*")) == 1
    assert kept(pages)
    assert shared.left_over(server, names, Pattern("*")) == 0


PATHS = st.text("ab|]!-^%*?[\u00e9", max_size=6).map("/".__add__)


@settings(max_examples=60, deadline=None)
@given(patterns=st.lists(PATHS, min_size=1, max_size=4), paths=st.sets(PATHS, min_size=5, max_size=20))
@example(
    patterns=["/[!a]", "/[]a]", "/[^a-]", "/[b-a]", "/[!b-a]", "/[!]"], paths={"/a", "/]", "/^", "/-", "/b", "/[!]"}
)
@example(patterns=["/*a*b", "/?|*", "*|b", "/a/*"], paths={"/ab", "/ba", "/aab|b", "/\u00e9|a", "/|b", "/a/", "/a/a/"})
def test_the_server_throws_away_what_fits_and_nothing_else(
    cache_server: OwnRedis, patterns: list[str], paths: set[str]
) -> None:
    """A script of it decides that, in another language than ours."""
    names, server = new_names(), Server(cache_server.address, 5.0)
    left = set(paths)
    for path in paths:
        cache_server.ask("SET", names.page(("shop.example", path, "", "en")), "0" * 20 + "page", "PX", 60_000)
    for pattern in map(Pattern, patterns):
        meant = {path for path in left if pattern.fits(path)}
        assert shared.clear(server, names, pattern) == len(meant)
        left -= meant
        assert shared.left_over(server, names, pattern) == 0
        assert shared.left_over(server, names, Pattern("*")) == len(left)


def test_whoever_clears_is_told_when_the_server_does_not_answer(mortal: OwnRedis) -> None:
    mortal.kill()
    with pytest.raises(Unavailable) as raised:
        shared.clear(Server(mortal.address, 0.2), new_names(), Pattern("*"))
    assert mortal.address.password.reveal() not in f"{raised.value} {raised.value.why}"


def test_names_are_the_same_for_one_stack_and_others_for_settings_that_make_other_pages(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    plain = names_of(load(tmp_path, {}, {}))
    for environ in ({"HAAT_WEB__PORT": "9999"}, {"HAAT_LOGS__LEVEL": "debug"}, {"HAAT_CACHE__URL": "redis://cache"}):
        assert names_of(load(tmp_path, environ, {})) == plain
    for environ in (
        {"HAAT_MARKET__NAME": "Elsewhere"},
        {"HAAT_WEB__PUBLIC_URL": "https://shop.example"},
        {"HAAT_ACCOUNTS__PASSWORD_LENGTH": "20"},
        {"HAAT_PAYMENTS__PAYOUT_EVERY": "2d"},
        {"HAAT_MEDIA__WIDTHS": "200,400"},
        {"HAAT_INVOICES__ISSUER": "Elsewhere Ltd"},
    ):
        other = names_of(load(tmp_path, environ, {}))
        assert (other.stack == plain.stack, other.release == plain.release) == (True, False), environ
