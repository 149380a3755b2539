"""Clearing and warming, as procedures: on a real server, and without one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.support.caches import own_redis, shared_pages
from tests.support.running import wait_until
from tests.unit.ops.logs.test_logs import line, write

from haat.cache.names import names_of
from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pages import Pages, Turn
from haat.cache.watch import State, Watch, states, states_of
from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import clock
from haat.kernel.errors import Refused, Unavailable
from haat.ops.caches.clear_cache import CLEAR_CACHE
from haat.ops.caches.look import look_at
from haat.ops.caches.warm_cache import WARM_CACHE, most_asked
from haat.ops.drills.servers import OwnRedis
from haat.ops.procedure import Procedure, Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner, plan

POTS: Key = ("shop.example", "/category/pots", "", "en")
FRONT: Key = ("shop.example", "/", "", "en")


class Stand:
    """A stack of which only a web process' cache is there, and a server."""

    def __init__(self, data: Path, server: OwnRedis, page_cache: str = "1m") -> None:
        ensure_secrets(data)
        (data / "haat.toml").write_text(
            f'[web]\npage_cache = "{page_cache}"\n[cache]\nurl = "{server.address.reveal()}"\n', "utf-8"
        )
        (data / "haat.toml").chmod(0o600)
        self.data = data
        self.settings = load(data, {}, {})
        self.pages = Pages(OwnPages(60), shared_pages(server, 60, names_of(self.settings)))
        self.watch = Watch(self.pages, data / "run", lambda state: None)
        self.watch.start()
        for key in (FRONT, POTS):
            turn = self.pages.page_or_turn(key)
            if isinstance(turn, Turn):
                with turn:
                    turn.keep(Page.made(key[1], b"x", []))

    def run(self, procedure: Procedure, **given: object) -> Run:
        journal = Journal(self.data / "ops.db")
        try:
            runner = Runner(journal, self.data / "ops.lock", lambda *_: None)
            return runner.start(procedure, Scene(self.settings, given), "ada", "cli")
        finally:
            journal.close()

    def kept(self) -> list[str]:
        """Paths that are kept in the process or on the server."""
        assert self.pages.shared is not None
        there = [key[1] for key in (FRONT, POTS) if self.pages.shared.seek(key).page is not None]
        here = [key[1] for key in (FRONT, POTS) if self.pages.fresh(key) is not None]
        return sorted({*there, *here})


@pytest.fixture
def stand(cache_server: OwnRedis, tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(tmp_path, cache_server)
    yield stand
    stand.watch.stop()


def test_what_fits_is_gone_from_the_server_and_from_every_process_when_the_run_is_done(stand: Stand) -> None:
    run = stand.run(CLEAR_CACHE, pattern="/category/*")
    assert run.state == "done"
    assert stand.kept() == ["/"]
    assert stand.run(CLEAR_CACHE, pattern="*").state == "done"
    assert stand.kept() == []


def test_a_plan_says_what_would_go_and_nothing_goes(stand: Stand) -> None:
    steps = plan(CLEAR_CACHE, Scene(stand.settings, {"pattern": "*"}))
    assert [str(deed) for step in steps for deed in step.deeds] == [
        "throw away * in the server of the cache",
        "throw away * in every web process",
    ]
    assert stand.kept() == ["/", "/category/pots"]


def test_a_clearing_that_a_process_does_not_follow_is_a_run_that_failed(stand: Stand) -> None:
    deaf = states(stand.data / "run")[0]
    deaf = State(os.getppid(), deaf.at, deaf.cleared, deaf.own, deaf.shared, [])
    (states_of(stand.data / "run") / f"{deaf.pid}.json").write_bytes(msgspec.json.encode(deaf))
    server, processes = CLEAR_CACHE.steps
    with pytest.raises(Unavailable) as raised:
        stand.run(CLEAR_CACHE._replace(steps=(server, processes._replace(timeout=0.7))), pattern="*")
    assert f"process {deaf.pid} has not followed" in raised.value.why


def test_a_server_that_does_not_answer_is_told_before_anything_is_done(tmp_path: Path, cache_server: OwnRedis) -> None:
    with own_redis() as server:
        stand = Stand(tmp_path, server)
        server.kill()
        try:
            with pytest.raises(Unavailable):
                stand.run(CLEAR_CACHE, pattern="*")
            assert stand.pages.fresh(FRONT) is not None
        finally:
            stand.watch.stop()


def test_without_a_server_the_processes_alone_are_cleared(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    settings = load(tmp_path, {}, {})
    steps = plan(CLEAR_CACHE, Scene(settings, {"pattern": "*"}))
    assert [bool(step.deeds) for step in steps] == [False, True]


def asked(path: str, route: str, *, from_cache: bool, account: int | None = None, by: str = "f0914b47df-1") -> bytes:
    fields = {"method": "GET", "path": path, "route": route, "status": 200, "ms": 1.0, "request_id": by}
    return line(clock.now() - 1000, "request", from_cache=from_cache, account=account, **fields)


def test_pages_that_are_kept_are_warmed_the_most_wanted_first(stand: Stand) -> None:
    (stand.data / "logs").mkdir()
    write(
        stand.data / "logs",
        "web.log",
        *[asked("/category/pots", "/category/{slug}", from_cache=number > 0) for number in range(3)],
        *[asked("/category/jugs", "/category/{slug}", from_cache=False) for _ in range(2)],
        *[asked("/", "/", from_cache=True) for _ in range(5)],
        *[asked("/cart", "/cart", from_cache=False) for _ in range(9)],
        *[asked("/category/cups", "/category/{slug}", from_cache=False, account=7) for _ in range(9)],
        *[asked("/category/bowls", "/category/{slug}", from_cache=True, by="warm-01h2xcejqtf2n") for _ in range(9)],
        b'{"from_cache": tru\n',
    )
    scene = Scene(stand.settings, {"top": 20}, began_at=clock.now())
    assert most_asked(scene) == ("/", "/category/pots", "/category/jugs")
    assert most_asked(scene._replace(given={"top": 1})) == ("/",)


def test_what_is_warmed_is_settled_when_the_run_begins(stand: Stand) -> None:
    (stand.data / "logs").mkdir()
    write(stand.data / "logs", "web.log", asked("/category/pots", "/category/{slug}", from_cache=True))
    scene = Scene(stand.settings, {"top": 20}, began_at=clock.now())
    assert most_asked(scene) == ("/category/pots",)
    write(stand.data / "logs", "web.log", *[asked("/category/jugs", "/category/{slug}", from_cache=True)] * 2)
    assert most_asked(scene) == ("/category/pots",)
    assert most_asked(scene._replace(began_at=scene.began_at + 1)) == ("/category/jugs", "/category/pots")


def test_where_pages_are_kept_for_a_moment_only_nothing_is_warmed(cache_server: OwnRedis, tmp_path: Path) -> None:
    stand = Stand(tmp_path, cache_server, page_cache="1s")
    try:
        with pytest.raises(Refused) as raised:
            stand.run(WARM_CACHE, top=5)
        assert "page_cache" in raised.value.try_
    finally:
        stand.watch.stop()


def test_both_levels_are_seen_at_a_glance(stand: Stand) -> None:
    wait_until(lambda: states(stand.data / "run")[0].own.pages == 2, "the process has said what it keeps")
    found = look_at(stand.settings)
    assert found.server is not None
    assert (found.server.why_away, found.server.keys, found.server.limit) == ("", 2, 64 * 2**20)
    assert found.server.ping > 0
    assert found.server.hit_rate <= 1
    assert [state.own.pages for state in found.processes] == [2]


def test_a_server_that_is_away_is_told_with_what_to_do(tmp_path: Path, cache_server: OwnRedis) -> None:
    with own_redis() as server:
        stand = Stand(tmp_path, server)
        stand.watch.stop()
    found = look_at(stand.settings)
    assert found.server is not None
    assert found.server.why_away
    assert "does not answer" in found.advice[0].because
    assert server.address.password.reveal() not in f"{found}"


def say(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, str, str]:
    code = dispatch([*words, "--data", str(data)])
    out, err = capsys.readouterr()
    return code, out, err


def test_an_operator_clears_by_the_command(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, stand.data, "cache", "clear", "--key", "/category/pots")
    assert (code, "is done" in out) == (codes.DONE, True)
    assert stand.kept() == ["/"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--all"], "--yes"),
        ([], "Which pages?"),
        (["--all", "--key", "/"], "Which pages?"),
        (["--pattern", "category"], "pattern"),
    ],
)
def test_everything_goes_only_when_somebody_says_yes(
    words: list[str], said: str, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = say(capsys, stand.data, "cache", "clear", *words)
    assert code != codes.DONE
    assert said in err
    assert stand.kept() == ["/", "/category/pots"]


def test_all_is_cleared_with_yes_and_only_told_with_a_dry_run(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = say(capsys, stand.data, "cache", "clear", "--all", "--dry-run")
    assert "Nothing was done." in out
    assert stand.kept() == ["/", "/category/pots"]
    assert say(capsys, stand.data, "cache", "clear", "--all", "--yes")[0] == codes.DONE
    assert stand.kept() == []


def test_look_tells_of_both_levels(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    wait_until(lambda: states(stand.data / "run")[0].own.pages == 2, "the process has said what it keeps")
    _, out, _ = say(capsys, stand.data, "cache", "look")
    assert "The server, redis://:…@127.0.0.1" in out
    assert "Redis 7" in out
    data = json.loads(say(capsys, stand.data, "cache", "look", "--json")[1])
    assert data["server"]["keys"] == 2
    assert data["processes"][0]["own"]["pages"] == 2


def test_health_says_when_the_server_is_away_or_full(
    cache_server: OwnRedis, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def part() -> dict[str, str]:
        parts = json.loads(say(capsys, tmp_path, "health", "--json")[1])["parts"]
        return next(one for one in parts if one["name"] == "cache")

    with own_redis() as server:
        Stand(tmp_path, server).watch.stop()
        assert part()["status"] == "ok"
        server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
        server.ask("CONFIG", "SET", "maxmemory", "1")
        assert "full" in part()["detail"]
    assert part()["status"] == "attention"
    assert "does not answer" in part()["detail"]
