"""What the cache holds may be lost at any time, and nothing of anybody's is lost with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.caches import own_redis
from tests.support.members import PASSWORD, member
from tests.support.stack import ALL_KINDS, Stack

from haat.kernel import ids
from haat.ops.drills.servers import OwnRedis


@pytest.fixture
def cache(cache_server: OwnRedis) -> Iterator[OwnRedis]:
    """Another than that of all tests: it is flushed."""
    with own_redis() as server:
        yield server


@pytest.mark.parametrize("break_", [lambda cache: cache.ask("FLUSHALL"), OwnRedis.kill], ids=["flushed", "killed"])
def test_sessions_carts_and_jobs_outlive_the_cache(
    break_: Callable[[OwnRedis], object], cache: OwnRedis, lay_database: Callable[[Path], None], tmp_path: Path
) -> None:
    lay_database(tmp_path)
    environ = {**ALL_KINDS, "HAAT_CACHE__URL": cache.address.reveal(), "HAAT_WEB__PAGE_CACHE": "10m"}
    stack = Stack(tmp_path, environ)
    try:
        member(stack.app.store)
        signed_in, stranger, passer_by = stack.browser(), stack.browser(), stack.browser()
        assert signed_in.submit("/sign-in", email="ada@example.org", password=PASSWORD).status == 200
        variant = stack.world.variant(stack.world.shop(), price=1000)
        for browser in (signed_in, stranger):
            assert browser.submit("/cart/lines", variant=ids.encode(variant), quantity="2").status == 200
        assert stack.browser().submit("/forgot", email="ada@example.org").status == 200
        before = passer_by.get("/")
        assert cache.ask("DBSIZE") > 0

        break_(cache)

        assert signed_in.get("/purchases").status == 200
        assert ids.encode(variant) in signed_in.get("/cart").text
        assert ids.encode(variant) in stranger.get("/cart").text
        assert stack.browser().get("/").body == before.body
        assert stack.browser().get("/search").status == 200
        stack.work()
        assert len(stack.letters("ada@example.org")) == 1
        assert stack.lies() == {}
    finally:
        stack.close()
