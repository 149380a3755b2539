"""What every place promises that a repository is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.buckets import Bucket, own_bucket

from haat.adapters.files.shelf import FolderShelf
from haat.kernel.errors import Conflict, NotFound
from haat.ops.backups.shelf import Shelf, remove_all


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with own_bucket() as bucket:
        yield bucket


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, bucket: Bucket, tmp_path: Path) -> Shelf:
    """Empty, and in use: there are folders on the one that has any."""
    (tmp_path / "shelf" / "pieces").mkdir(parents=True)
    return bucket.shelf() if request.param == "s3" else FolderShelf(tmp_path / "shelf")


def test_what_was_put_is_there_whole(shelf: Shelf) -> None:
    content = bytes(range(256)) * 5000
    shelf.put("pieces/ab/abcd", content)
    assert shelf.get("pieces/ab/abcd") == content


def test_nothing_is_a_content_too(shelf: Shelf) -> None:
    shelf.put("sets/empty", b"")
    assert shelf.get("sets/empty") == b""
    assert list(shelf.names("sets/")) == [("sets/empty", 0)]


def test_what_is_put_again_takes_the_place_of_what_was_there(shelf: Shelf) -> None:
    shelf.put("proofs/one", b"old")
    shelf.put("proofs/one", b"the new one")
    assert shelf.get("proofs/one") == b"the new one"
    assert list(shelf.names("proofs/")) == [("proofs/one", 11)]


def test_the_first_to_put_it_has_it(shelf: Shelf) -> None:
    shelf.put_first("repository", b"mine")
    with pytest.raises(Conflict):
        shelf.put_first("repository", b"theirs")
    assert shelf.get("repository") == b"mine"
    assert list(shelf.names("")) == [("repository", 4)]


def test_drafts_are_kept_once_it_has_settled(shelf: Shelf) -> None:
    for number in range(20):
        shelf.draft(f"pieces/0{number % 3}/{number}", str(number).encode())
    shelf.settle()
    assert {name: shelf.get(name) for name, _ in shelf.names("pieces/")} == {
        f"pieces/0{number % 3}/{number}": str(number).encode() for number in range(20)
    }


def test_names_are_those_that_begin_so(shelf: Shelf) -> None:
    for name in ("repository", "sets/a", "sets/b", "pieces/se/sets"):
        shelf.put(name, b"x")
    assert sorted(name for name, _ in shelf.names("sets/")) == ["sets/a", "sets/b"]
    assert sorted(name for name, _ in shelf.names("")) == ["pieces/se/sets", "repository", "sets/a", "sets/b"]
    assert list(shelf.names("logs/")) == []


def test_what_is_not_there_is_not_found(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.get("sets/none")


def test_where_nothing_was_left_nothing_goes(shelf: Shelf) -> None:
    shelf.sweep()
    shelf.put("sets/a", b"x")
    shelf.sweep()
    assert list(shelf.names("")) == [("sets/a", 1)]


def test_what_was_removed_is_gone_and_may_be_removed_again(shelf: Shelf) -> None:
    shelf.put("sets/a", b"x")
    shelf.remove("sets/a")
    shelf.remove("sets/a")
    assert list(shelf.names("")) == []


def test_what_goes_while_names_are_listed_hides_no_other(shelf: Shelf) -> None:
    for number in range(300):
        shelf.put(f"log/{number % 3}/{number:03d}", b"x")
    found = []
    for name, _ in shelf.names("log/"):
        found.append(name)
        if len(found) == 1:
            remove_all(shelf, [f"log/{number % 3}/{number:03d}" for number in range(0, 300, 2)])
    assert {name for name in found if int(name[-3:]) % 2} == {
        f"log/{number % 3}/{number:03d}" for number in range(1, 300, 2)
    }
