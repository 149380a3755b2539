"""What every place promises that a repository is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.buckets import Bucket, own_bucket, own_swift, own_versions, why_no_swift

from haat.adapters.files.shelf import FolderShelf
from haat.kernel.errors import Conflict, NotFound, Unavailable
from haat.ops.backups.shelf import NotKept, Shelf, remove_all


@pytest.fixture(scope="module")
def rclone() -> Iterator[Bucket]:
    with own_bucket() as bucket:
        yield bucket


@pytest.fixture(scope="module")
def moto() -> Iterator[Bucket]:
    with own_versions() as bucket:
        yield bucket


@pytest.fixture(scope="module")
def swift() -> Iterator[Bucket]:
    if why := why_no_swift():
        pytest.skip(why)
    with own_swift() as bucket:
        yield bucket


@pytest.fixture(params=["folder", "rclone", "moto", "swift"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Empty, and in use: there are folders on the one that has any."""
    if request.param != "folder":
        bucket: Bucket = request.getfixturevalue(request.param)
        return bucket.shelf()
    (tmp_path / "shelf" / "pieces").mkdir(parents=True)
    return FolderShelf(tmp_path / "shelf")


@pytest.fixture(params=["moto", "swift"])
def keeping(request: pytest.FixtureRequest) -> Shelf:
    """One that keeps versions."""
    bucket: Bucket = request.getfixturevalue(request.param)
    return bucket.shelf()


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


def test_what_was_put_and_removed_is_still_there_as_versions(keeping: Shelf) -> None:
    keeping.put("sets/a", b"one")
    keeping.put("sets/a", b"two")
    keeping.remove("sets/a")
    keeping.put("sets/ab", b"another")
    known = [one for one in keeping.versions("sets/a") if one.name == "sets/a"]
    assert [one.is_removal for one in known] == [True, False, False]
    assert [keeping.get_version(one) for one in known[1:]] == [b"two", b"one"]
    assert known[2].at <= known[1].at <= known[0].at + 999, "some know no parts of a second"
    with pytest.raises(NotFound):
        keeping.get("sets/a")


def test_versions_of_a_name_are_listed_together_over_many_pages(keeping: Shelf) -> None:
    for _ in range(3):
        for number in range(350):
            keeping.draft(f"log/{number:03d}", b"x")
        keeping.settle()
    names = [one.name for one in keeping.versions("log/")]
    assert names == sorted(names)
    assert len(names) == 3 * 350


def test_a_version_that_is_not_there_is_not_found(keeping: Shelf) -> None:
    keeping.put("sets/a", b"one")
    [version] = keeping.versions("sets/a")
    with pytest.raises(NotFound):
        keeping.get_version(version._replace(name="sets/b"))


def test_who_keeps_no_versions_says_so(rclone: Bucket, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    for shelf in (rclone.shelf(), FolderShelf(tmp_path / "shelf")):
        with pytest.raises(NotKept) as error:
            next(iter(shelf.versions("sets/")))
        assert "`haat backup take`" in error.value.try_


def test_what_finds_no_place_in_a_folder_leaves_nothing(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    (tmp_path / "sets" / "a" / "in-the-way").mkdir(parents=True)
    with pytest.raises(Unavailable):
        shelf.put("sets/a", b"x")
    shelf.draft("sets/a", b"x")
    shelf.draft("sets/b", b"x")
    with pytest.raises(Unavailable):
        shelf.settle()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    shelf.draft("sets/b", b"x")
    shelf.settle()
    assert [*shelf.names("")] == [("sets/b", 1)]
