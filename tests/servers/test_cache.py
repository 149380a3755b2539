"""A stack whose processes share pages on a server of Redis: one makes a page for all, orders reach everybody, and its death is no visitor's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.caches import own_redis
from tests.support.running import Running, wait_until
from tests.support.together import together

from haat.cache.watch import states
from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.secrets import ensure_secrets
from haat.ops.drills.servers import OwnRedis


class Scene:
    """A stack of two web processes, and its cache."""

    def __init__(self, data: Path, cache: OwnRedis) -> None:
        self.data, self.cache = data, cache
        (data / "haat.toml").write_text(
            f'[web]\npage_cache = "10m"\n[cache]\nurl = "{cache.address.reveal()}"\n[console]\nenabled = "no"\n',
            "utf-8",
        )
        (data / "haat.toml").chmod(0o600)
        self.running = Running(data)
        wait_until(lambda: [bool(state.pings) for state in states(data / "run")] == [True] * 2, "both have a cache")

    def ask(self, path: str) -> tuple[int, Any]:
        return self.running.call("GET", path)

    def crowd(self, path: str) -> set[tuple[int, Any]]:
        """What forty strangers got who asked at once."""
        return set(together(40, lambda number: self.ask(path)))

    def made(self, path: str, requests: int) -> int:
        """How often the page was made, of so many requests; the log is written a moment later."""
        wait_until(lambda: len(self._logged(path)) >= requests, f"{requests} requests for {path} are in the log")
        return sum(not line["from_cache"] for line in self._logged(path))

    def haat(self, *words: str) -> int:
        return dispatch([*words, "--data", str(self.data)])

    def _logged(self, path: str) -> list[dict[str, Any]]:
        lines = (self.data / "logs" / "web.log").read_text("utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line.get("path") == path]


@pytest.fixture
def scene(lay_database: Callable[[Path], None], cache_server: OwnRedis, tmp_path: Path) -> Iterator[Scene]:
    lay_database(tmp_path)
    ensure_secrets(tmp_path)
    with own_redis() as cache:
        scene = Scene(tmp_path, cache)
        yield scene
        scene.running.stop()


def test_a_cold_page_is_made_once_for_all_cleared_everywhere_and_never_missed(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(scene.crowd("/help/buying")) == 1
    assert scene.made("/help/buying", 40) == 1

    assert scene.haat("cache", "clear", "--pattern", "/help/*") == codes.DONE
    assert {status for status, _ in scene.crowd("/help/buying")} == {200}
    assert scene.made("/help/buying", 80) == 2

    scene.cache.ask("FLUSHALL")
    time.sleep(1.1)  # Within a second every process has followed.
    assert scene.haat("cache", "warm", "--top", "5") == codes.DONE
    assert scene.haat("cache", "look", "--json") == codes.DONE
    looked = json.loads(capsys.readouterr().out.split("\n{", 1)[1].join(["{", ""]))
    assert looked["server"]["keys"] >= 1

    scene.cache.kill()
    began = time.monotonic()
    answers = together(20, lambda number: scene.ask(f"/search?q=word{number}"))
    assert {status for status, _ in answers} == {200}
    assert time.monotonic() - began < 10
    capsys.readouterr()
    scene.haat("health", "--json")
    parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)["parts"]}
    assert parts["cache"]["status"] == "attention"
    wait_until(lambda: "haat_cache_up " in scene.ask("/metrics")[1], "the figures tell of the cache")
    wait_until(lambda: "haat_cache_up 0.0" in scene.ask("/metrics")[1], "the figures say that it is away")
    assert "Pages are made without the cache" in (scene.data / "logs" / "web.log").read_text("utf-8")
    assert scene.cache.address.password.reveal() not in (scene.data / "logs" / "web.log").read_text("utf-8")
