"""Files, health and figures: what the frame itself answers."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest

from haat.app import App
from haat.jobs.outbox import tell
from haat.kernel import clock
from haat.web.assets import photo_url
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser

SHA = "ab" * 32


@pytest.fixture
def visitor(app: App) -> Browser:
    return Browser(make_wsgi(app, [], []))


def test_a_file_is_named_by_the_content_of_all_and_then_kept_for_good(visitor: Browser) -> None:
    style = next(part for part in visitor.get("/nothing").text.split('"') if part.endswith("haat.css"))
    answer = visitor.get(style)
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/css; charset=utf-8"
    assert answer.header("Cache-Control") == "public, max-age=31536000, immutable"
    packed = visitor.get(style, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == answer.body


def test_under_the_name_of_another_version_a_file_is_not_kept(visitor: Browser) -> None:
    assert visitor.get("/static/other/css/haat.css").header("Cache-Control") == "no-cache"


@pytest.mark.parametrize("path", ["/static/x/../site.py", "/static/x/%2e%2e/site.py", "/static/x/css", "/static/x/"])
def test_nothing_else_can_be_reached_that_way(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status in (303, 404)


def test_a_photo_is_sent_as_what_it_is(app: App, visitor: Browser) -> None:
    address = photo_url(SHA, 640)
    assert visitor.get(address).status == 404
    place = app.media / SHA[:2] / address.rpartition("/")[2]
    place.parent.mkdir()
    place.write_bytes(b"RIFF....WEBP")
    answer = visitor.get(address)
    assert (answer.body, answer.header("Content-Type")) == (b"RIFF....WEBP", "image/webp")
    assert answer.header("Cache-Control") == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "name",
    ["../secrets.toml", "ab/../../secrets.toml", f"ab/{SHA}.original", f"ab/{SHA}-640.svg", f"cd/{SHA}-640.webp"],
)
def test_only_photos_can_be_had_from_their_folder(visitor: Browser, name: str) -> None:
    assert visitor.get(f"/media/{name}").status == 404


@pytest.mark.only_on("sqlite", "it takes the file away")
def test_the_process_says_that_it_lives_without_asking_anybody(app: App, visitor: Browser) -> None:
    app.store.address.path.unlink()
    assert visitor.get("/health").text == "ok\n"


def test_a_healthy_stack_names_every_part(visitor: Browser) -> None:
    answer = visitor.get("/api/health")
    assert (answer.status, answer.json["status"]) == (200, "ok")
    parts = {part["name"]: part["status"] for part in answer.json["parts"]}
    assert parts == {
        "database": "ok",
        "cache": "ok",
        "search": "ok",
        "queue": "ok",
        "storage": "ok",
        "disk": "ok",
        "replication": "none",
    }


def test_a_part_that_fails_is_named_and_the_others_still_answer(app: App, visitor: Browser) -> None:
    app.media.rmdir()
    answer = visitor.get("/api/health")
    assert answer.status == 503
    assert [part["name"] for part in answer.json["parts"] if part["status"] == "failed"] == ["storage"]


def test_a_queue_that_nobody_empties_is_not_well(app: App, visitor: Browser) -> None:
    with clock.frozen():
        app.store.write(lambda tx: tell(tx, "some.topic", {}))
        clock.advance(61_000)
        failed = [part for part in visitor.get("/api/health").json["parts"] if part["status"] == "failed"]
    assert [part["name"] for part in failed] == ["queue"]
    assert "worker" in failed[0]["detail"]


def test_whoever_asks_how_the_stack_is_lets_nobody_call_the_server_of_the_cache(app: App) -> None:
    def cache() -> tuple[str, str]:
        parts = visitor.get("/api/health").json["parts"]
        return next((part["status"], part["detail"]) for part in parts if part["name"] == "cache")

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        app = App.of(app.settings.data, {"HAAT_CACHE__URL": url})
        visitor = Browser(make_wsgi(app, [], []))
        assert cache() == ("ok", "the server answers")
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
        assert app.pages.shared is not None
        app.pages.shared.orders()  # As this process does all the time.
        assert cache() == ("attention", "the server does not answer: pages are made without it")
    app.close()


def test_the_figures_are_there_for_prometheus(visitor: Browser, tmp_path: Path) -> None:
    answer = visitor.get("/metrics")
    assert answer.status == 200
    assert (answer.header("Content-Type") or "").startswith("text/plain; version=")
    assert "haat_jobs_waiting" in answer.text
