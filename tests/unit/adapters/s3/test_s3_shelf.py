"""A repository in a bucket, on a server that checks signatures; with a wire between that fails."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

import pytest
from tests.support.buckets import HASTY, MANY, Bucket, Fault, Wire, own_bucket

from haat.adapters.s3.bucket import Place
from haat.adapters.s3.shelf import S3Shelf
from haat.config.secrets import Secret
from haat.kernel import clock
from haat.kernel.errors import Conflict, Unavailable
from haat.ops.backups import log
from haat.ops.backups.ship import Shipper
from haat.ops.backups.vault import Key, create, open_vault


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with own_bucket() as bucket:
        yield bucket


@pytest.fixture
def wire(bucket: Bucket) -> Iterator[Wire]:
    with closing(Wire(bucket.port)) as wire:
        yield wire


@pytest.fixture
def shelf(bucket: Bucket, wire: Wire) -> S3Shelf:
    """At the other end of the wire."""
    return bucket.shelf(port=wire.port)


@pytest.mark.parametrize("fault", ["cut", "cut late", "408", "500", "503"])
def test_what_fails_once_is_done_all_the_same(shelf: S3Shelf, wire: Wire, fault: Fault) -> None:
    wire.faults += [fault]
    shelf.put("sets/a", b"content")
    wire.faults += [fault]
    assert shelf.get("sets/a") == b"content"
    wire.faults += [fault]
    assert list(shelf.names("")) == [("sets/a", 7)]
    wire.faults += [fault]
    shelf.remove("sets/a")
    assert list(shelf.names("")) == []


def test_a_content_that_breaks_off_on_its_way_back_is_fetched_again(shelf: S3Shelf, wire: Wire) -> None:
    shelf.put("sets/a", b"content" * 10_000)
    wire.faults += ["cut answer"]
    assert shelf.get("sets/a") == b"content" * 10_000


def test_a_content_that_was_changed_on_its_way_there_does_not_arrive(bucket: Bucket, shelf: S3Shelf) -> None:
    given: dict[str, Any] = {"Key": "changed", "Body": b"as it is", "ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    with pytest.raises(Unavailable):
        shelf._bucket.ask("put_object", **given)
    assert not (bucket.folder / "changed").exists()


def test_every_request_is_signed_with_its_content(shelf: S3Shelf, wire: Wire) -> None:
    shelf.put("sets/a", b"content")
    headers = wire.headers[-1]
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=HAATTESTKEY/")
    assert headers["x-amz-content-sha256"] == headers["x-amz-meta-sha256"]
    assert "between-us-alone" not in str(wire.headers)


def test_who_waits_in_vain_is_told_so_after_a_few_tries(bucket: Bucket, wire: Wire) -> None:
    shelf = bucket.shelf(port=wire.port, patience=HASTY._replace(answer=0.2, tries=3))
    wire.faults += ["silence"] * 3
    with pytest.raises(Unavailable) as error:
        shelf.get("sets/a")
    assert "did not answer within 0.2 s" in error.value.why
    assert len(wire.seen) == 3


def test_no_try_is_begun_when_the_time_is_over(bucket: Bucket, wire: Wire) -> None:
    shelf = bucket.shelf(port=wire.port, patience=HASTY._replace(tries=100, pause=0.05, in_all=0.3))
    wire.faults += ["503"] * 100
    with pytest.raises(Unavailable, match="cannot be used") as error:
        shelf.put("sets/a", b"x")
    assert "503" in error.value.why
    assert 2 <= len(wire.seen) < 10


def test_who_is_told_to_stop_waits_for_no_other_try(bucket: Bucket, wire: Wire) -> None:
    stop = Event()
    shelf = bucket.shelf(port=wire.port, patience=HASTY._replace(tries=100, pause=30.0, in_all=60.0), stop=stop)
    wire.faults += ["503"] * 100
    Timer(0.2, stop.set).start()
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(Unavailable):
            shelf.put("sets/a", b"x")
    assert time.monotonic() - began < 10
    assert len(wire.seen) <= 3
    wire.faults.clear()
    shelf.put("sets/a", b"x")
    assert shelf.get("sets/a") == b"x"


def test_a_draft_that_did_not_arrive_is_told_of(shelf: S3Shelf, wire: Wire) -> None:
    wire.faults += ["500"] * HASTY.tries
    with pytest.raises(Unavailable):
        shelf.draft("pieces/a", b"x")
        shelf.settle()
    shelf.draft("pieces/a", b"x")
    shelf.settle()
    assert shelf.get("pieces/a") == b"x"


def test_nobody_goes_on_drafting_where_nothing_arrives(shelf: S3Shelf, wire: Wire) -> None:
    wire.faults += ["500"] * 10_000
    with pytest.raises(Unavailable):
        for number in range(1000):
            shelf.draft(f"pieces/{number}", b"x")
    assert len(wire.seen) < 1000


def wrong(place: Place, **what: Any) -> S3Shelf:
    return S3Shelf(place._replace(**what), "wrong", HASTY)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"secret_key": Secret("not-it-at-all")}, "The secret key does not belong to the access key."),
        ({"access_key": Secret("NOBODYATALL")}, "The server does not know the access key."),
        ({"bucket": "nobodys"}, "There is no such bucket."),
        ({"endpoint": "http://127.0.0.1:1"}, "http://127.0.0.1:1 cannot be reached, or breaks off: Failed"),
        ({"endpoint": "http://nobody.invalid"}, "Nobody knows the host of http://nobody.invalid."),
    ],
)
def test_what_is_set_up_wrong_is_told_in_words(bucket: Bucket, what: dict[str, Any], why: str) -> None:
    shelf = wrong(bucket.place, **what)
    for do in (lambda: shelf.put("a", b"x"), lambda: shelf.get("a"), lambda: list(shelf.names(""))):
        with pytest.raises(Unavailable) as error:
            do()
        told = f"{error.value.what} {error.value.why} {error.value.try_}"
        assert why in told
        assert error.value.try_
        assert "not-it-at-all" not in told
        assert "NOBODYATALL" not in told


def test_who_is_not_the_server_is_told_nothing(bucket: Bucket) -> None:
    shelf = wrong(bucket.place, endpoint=f"https://127.0.0.1:{bucket.port}")
    with pytest.raises(Unavailable, match="cannot be used") as error:
        shelf.get("a")
    assert error.value.why.startswith("The server cannot show who it is: ")


def test_a_wire_of_tls_that_breaks_off_is_tried_again(bucket: Bucket) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(10)
        called: list[int] = []

        def hang_up() -> None:
            for _ in range(HASTY.tries):
                wire, _ = server.accept()
                called.append(len(wire.recv(4096)))
                wire.close()

        hangs_up = Thread(target=hang_up)
        hangs_up.start()
        shelf = wrong(bucket.place, endpoint=f"https://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(Unavailable, match="cannot be used") as error:
            shelf.get("a")
        hangs_up.join()
    assert len(called) == HASTY.tries
    assert "breaks off" in error.value.why


def test_a_clock_that_is_wrong_is_told_of(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore import auth

    shelf = bucket.shelf()
    real = auth.get_current_datetime
    monkeypatch.setattr(auth, "get_current_datetime", lambda *given: replaced(real(*given)))
    with pytest.raises(Unavailable) as error:
        shelf.get("a")
    assert "clock" in error.value.why


def test_a_server_that_took_too_long_says_nothing_of_clocks(shelf: S3Shelf, wire: Wire) -> None:
    wire.faults += ["408"] * HASTY.tries
    with pytest.raises(Unavailable) as error:
        shelf.get("a")
    assert "clock" not in error.value.why
    assert "408" in error.value.why


def replaced(at: Any) -> Any:
    return at.replace(year=at.year - 1)


def test_what_other_programs_are_set_up_with_is_not_read(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SOMEBODY")
    shelf = bucket.shelf()
    shelf.put("sets/a", b"x")
    assert shelf.get("sets/a") == b"x"


def test_a_large_content_goes_in_parts_and_comes_back_whole(bucket: Bucket, wire: Wire) -> None:
    content = bytes(range(256)) * 80_000
    shelf = bucket.shelf(port=wire.port, large=1 << 20)
    wire.faults += ["503", "cut", "cut late"]  # to the beginning of it, and to its first part
    shelf.put("sets/large", content)
    assert shelf.get("sets/large") == content
    assert [*shelf.names("")] == [("sets/large", len(content))]
    assert {command for command, path in wire.seen if "partNumber" in path} == {"PUT"}


def test_a_large_content_whose_last_answer_is_lost_is_there(bucket: Bucket, wire: Wire) -> None:
    content = bytes(range(256)) * 80_000
    shelf = bucket.shelf(port=wire.port, large=1 << 20)
    done = shelf._complete

    def complete(*given: Any) -> None:
        wire.faults += ["cut late"]
        done(*given)

    shelf._complete = complete  # type: ignore[method-assign]
    shelf.put("sets/large", content)
    assert bucket.shelf()._bucket.read(f"{shelf._prefix}sets/large") == content


def test_a_large_content_that_does_not_arrive_leaves_nothing(bucket: Bucket, wire: Wire) -> None:
    shelf = bucket.shelf(port=wire.port, large=1 << 20)
    wire.faults += ["cut late", *["500"] * HASTY.tries]
    with pytest.raises(Unavailable):
        shelf.put("sets/large", b"x" * (2 << 20))
    assert [*shelf.names("")] == []


def test_uploads_that_were_left_long_ago_go_and_others_stay(bucket: Bucket) -> None:
    shelf, other = bucket.shelf(), bucket.shelf()
    for key in (f"{shelf._prefix}sets/dead", f"{shelf._prefix}films/somebody-elses", f"{other._prefix}sets/dead"):
        shelf._bucket.ask("create_multipart_upload", Key=key)
    shelf.sweep()
    assert uploads(shelf) == 2
    with clock.frozen(clock.now() + 2 * clock.HOUR):
        shelf.sweep()
    assert uploads(shelf) == 1
    assert uploads(other) == 1


def uploads(shelf: S3Shelf) -> int:
    return len(shelf._bucket.ask("list_multipart_uploads", Prefix=shelf._prefix).get("Uploads", ()))


def test_more_names_than_a_page_has_are_all_listed(bucket: Bucket, wire: Wire) -> None:
    shelf = S3Shelf(bucket.place._replace(endpoint=f"http://127.0.0.1:{wire.port}"), "", HASTY)
    assert {name for name, _ in shelf.names("many/")} == {f"many/{number}" for number in range(MANY)}
    assert len(wire.seen) == 2


def test_shelves_in_one_bucket_do_not_know_each_other(bucket: Bucket) -> None:
    inner = S3Shelf(bucket.place, "shelf/a", HASTY)
    outer = S3Shelf(bucket.place, "shelf/a-b", HASTY)
    inner.put("sets/a", b"x")
    outer.put("sets/b", b"y")
    assert [*inner.names("")] == [("sets/a", 1)]
    assert str(inner) == "s3://sets/shelf/a"


def test_a_first_content_whose_answer_was_lost_is_our_own(shelf: S3Shelf, wire: Wire) -> None:
    wire.faults += ["pass", "cut late", "412"]
    shelf.put_first("repository", b"ours")
    assert shelf.get("repository") == b"ours"


def test_who_comes_between_has_it(shelf: S3Shelf, wire: Wire) -> None:
    put = shelf._put

    def beaten(name: str, content: bytes, **condition: str) -> None:
        assert condition == {"IfNoneMatch": "*"}
        put(name, b"theirs")
        wire.faults += ["412"]
        put(name, content, **condition)

    shelf._put = beaten  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        shelf.put_first("repository", b"ours")
    assert shelf.get("repository") == b"theirs"


def test_a_server_that_knows_no_conditions_is_asked_without(shelf: S3Shelf, wire: Wire) -> None:
    wire.faults += ["pass", "501"]
    shelf.put_first("repository", b"ours")
    assert shelf.get("repository") == b"ours"


def test_what_is_shipped_waits_for_the_server_and_goes_on(shelf: S3Shelf, wire: Wire, tmp_path: Path) -> None:
    vault = create(shelf, Key(b"k" * 32))
    add = partial(_add, tmp_path / "haat.db")
    add("PRAGMA journal_mode = WAL", "CREATE TABLE facts (number INTEGER)")
    with closing(Shipper(vault, tmp_path / "haat.db")) as shipper:
        shipper.start()
        shipper.tick()
        add("INSERT INTO facts VALUES (1)")
        wire.faults += ["503"] * HASTY.tries
        with pytest.raises(Unavailable):
            shipper.tick()
        add("INSERT INTO facts VALUES (2)")
        shipper.tick()
        *_, generation = log.generations(vault, "haat.db")
        shipped = log.whole(vault, "haat.db", generation)
        assert shipped.cut(shipped.marks[-1].frame) == (tmp_path / "haat.db-wal").read_bytes()
        assert len(shipped.marks) >= 2


def _add(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_of_two_first_backups_one_has_a_repository(bucket: Bucket) -> None:
    shelf = bucket.shelf()
    key = Key(b"k" * 32)

    def made(_: int) -> bool:
        try:
            create(shelf, key)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert any(pool.map(made, range(2)))
    open_vault(shelf, key)
