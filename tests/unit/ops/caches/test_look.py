"""What the kept pages save."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.ops.logs.test_logs import NOON, line, opened, write

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.kernel import clock
from haat.ops.caches.look import Look, look


def answered(at: int, route: str, ms: float, *, from_cache: bool, status: int = 200, by: str = "") -> bytes:
    what = {"method": "GET", "path": route, "route": route, "status": status, "ms": ms, "account": None}
    return line(at, "request", from_cache=from_cache, request_id=by, **what)


def seen(folder: Path) -> Look:
    with opened(folder, "web") as parts:
        return look(parts, NOON, NOON + clock.HOUR)


def test_requests_are_counted_by_route_and_only_of_pages_that_are_kept(tmp_path: Path) -> None:
    write(
        tmp_path,
        "web.log",
        answered(NOON - 1, "/", 9.0, from_cache=True),
        *(answered(NOON + at, "/", 0.5 if at else 8.0, from_cache=at > 0) for at in range(4)),
        answered(NOON, "/cart", 5.0, from_cache=False),
        answered(NOON, "/", 1.0, from_cache=False, status=500),
        answered(NOON, "/", 9.0, from_cache=True, by="warm-01h2xcejqtf2n"),
        b'{"from_cache": tru\n',
        line(NOON, "The text “from_cache” stands here."),
    )
    found = seen(tmp_path)
    assert [one._asdict() for one in found.routes] == [{"route": "/", "answered": 4, "from_cache": 3}]
    assert (found.hit_rate, found.ms, found.ms_from_cache) == (0.75, 8.0, 0.5)


def test_where_nothing_was_asked_nothing_was_saved(tmp_path: Path) -> None:
    write(tmp_path, "web.log", line())
    assert (seen(tmp_path).hit_rate, seen(tmp_path).routes) == (0.0, [])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", "In the last hour 50% of 2 such requests"),
        ('[web]\npage_cache = "0s"\n', "Nothing is kept"),
    ],
)
def test_an_operator_is_told_for_how_long_and_what_it_saves(
    settings: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "haat.toml").write_text(settings, "utf-8")
    for from_cache in (True, False):
        write(tmp_path / "logs", "web.log", answered(clock.now() - 1000, "/", 1.0, from_cache=from_cache))
    assert dispatch(["cache", "look", "--data", str(tmp_path)]) == codes.DONE
    assert said in capsys.readouterr().out
