"""A backup that finds a full disk, or may not read or write: what happened is said, nothing is half done, and the next time works."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.disks import BOUND, fill, own_disk

from haat.cli import codes
from haat.config.secrets import ensure_secrets

pytestmark = pytest.mark.only_on("sqlite", "what a folder says of its disk does not depend on the database")
MB = 1_000_000


class Stack:
    """Whose backups are asked for, by a program of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "stack"
        self.data.mkdir()
        self.repository = self.data / "backups"
        self.environ: dict[str, str] = {}

    def haat(self, *words: str, before: tuple[str, ...] = ()) -> tuple[int, Any]:
        """Exit code, and what it answers to programs."""
        argv = [*before, sys.executable, "-m", "haat", "backup", *words, "--json", "--data", str(self.data)]
        environ = os.environ | self.environ
        ended = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False, timeout=120)
        return ended.returncode, json.loads(ended.stdout or ended.stderr)

    def bound(self, *words: str) -> tuple[int, Any]:
        """The same, by a program for which modes of files count."""
        return self.haat(*words, before=BOUND if os.geteuid() == 0 else ())

    def photo(self, size: int) -> Path:
        folder = self.data / "media" / "ab"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{len([*folder.iterdir()])}.original"
        path.write_bytes(random.randbytes(size))
        return path

    def sets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.haat("list")[1]["sets"]
        return found


@pytest.fixture
def stack(lay_database: Callable[[Path], None]) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="haat-no-room-") as home:
        stack = Stack(Path(home))
        lay_database(stack.data)
        ensure_secrets(stack.data)
        yield stack


def words_of(said: dict[str, Any]) -> str:
    """What is said to people: what happened, why, and what to try, none of which may be missing."""
    parts = [said["error"][part] for part in ("what", "why", "try")]
    assert all(parts), said
    return " ".join(parts)


def unfinished(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith((".unfinished", ".back"))]


def test_a_set_for_which_there_is_no_room_is_none_and_the_next_is_whole(stack: Stack) -> None:
    with own_disk(stack.home / "disk", 16 * MB) as disk:
        stack.environ["HAAT_BACKUP__TO"] = str(disk / "repository")
        assert stack.haat("take", "--unproved")[0] == codes.DONE
        filler = fill(disk, but=3 * MB)
        stack.photo(7 * MB)
        code, said = stack.haat("take")
        assert code == codes.UNAVAILABLE
        assert "No space left on device" in words_of(said)
        assert len(stack.sets()) == 1
        assert unfinished(disk) == []
        assert stack.haat("verify")[0] == codes.DONE
        filler.unlink()
        code, taken = stack.haat("take")
        assert (code, taken["proof"]["holds"]) == (codes.DONE, True)


def test_a_first_set_for_which_there_is_no_room_at_all_is_followed_by_a_whole_one(stack: Stack) -> None:
    with own_disk(stack.home / "disk", 16 * MB) as disk:
        stack.environ["HAAT_BACKUP__TO"] = str(disk / "repository")
        filler = fill(disk)
        code, said = stack.haat("take")
        assert code == codes.UNAVAILABLE
        assert "No space left on device" in words_of(said)
        filler.unlink()
        assert stack.haat("take")[0] == codes.DONE
        assert stack.haat("verify")[0] == codes.DONE


def test_a_restore_for_which_there_is_no_room_leaves_nothing_and_works_where_there_is(stack: Stack) -> None:
    stack.photo(5 * MB)
    assert stack.haat("take")[0] == codes.DONE
    with own_disk(stack.home / "disk", 16 * MB) as disk:
        filler = fill(disk, but=3 * MB)
        code, said = stack.haat("restore", "--into", str(disk / "back"))
        assert code == codes.UNAVAILABLE
        assert "No space left on device" in words_of(said)
        assert [*disk.iterdir()] == [filler]
        filler.unlink()
        assert stack.haat("restore", "--into", str(disk / "back"))[0] == codes.DONE


def test_a_proof_for_which_there_is_no_room_says_nothing_of_the_set(stack: Stack) -> None:
    """Wherever in it there is none, in files that are restored or beside a database that is looked at: the set is not called bad for it."""
    stack.photo(5 * MB)
    code, taken = stack.haat("take", "--unproved")
    assert code == codes.DONE
    endings = []
    with own_disk(stack.home / "disk", 16 * MB) as disk:
        stack.environ["HAAT_BACKUP__SCRATCH"] = str(disk / "scratch")
        for more in (-5_000_000, -500_000, 10_000, 40_000, 90_000):
            filler = fill(disk, but=taken["bytes"] + more)
            code, said = stack.haat("prove")
            endings.append(code)
            if code != codes.DONE:
                assert code == codes.UNAVAILABLE
                assert any(word in words_of(said) for word in ("No space left on device", "no room left"))
                assert stack.sets()[0]["proof"] is None
            assert [*(disk / "scratch").iterdir()] == []
            filler.unlink()
        assert endings.count(codes.UNAVAILABLE) >= 3
        code, proved = stack.haat("prove")
        assert (code, proved["proof"]["holds"]) == (codes.DONE, True)


def test_a_repository_that_may_not_be_written_is_said(stack: Stack) -> None:
    assert stack.bound("take", "--unproved")[0] == codes.DONE
    stack.photo(10_000)
    folders = [stack.repository, *(path for path in stack.repository.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    code, said = stack.bound("take")
    assert code == codes.UNAVAILABLE
    assert "Permission denied" in words_of(said)
    assert "belongs to this user" in words_of(said)
    assert len(stack.sets()) == 1
    for folder in folders:
        folder.chmod(0o700)
    assert stack.bound("take")[0] == codes.DONE


@pytest.mark.parametrize("verb", ["list", "verify", "take", "status"])
def test_a_repository_that_may_not_be_read_is_said(stack: Stack, verb: str) -> None:
    assert stack.bound("take", "--unproved")[0] == codes.DONE
    stack.repository.chmod(0)
    code, said = stack.bound(verb)
    assert code == codes.UNAVAILABLE
    assert "Permission denied" in words_of(said)
    stack.repository.chmod(0o700)
    assert stack.bound("verify")[0] == codes.DONE


def test_a_piece_that_may_not_be_read_is_not_called_damaged(stack: Stack) -> None:
    assert stack.bound("take", "--unproved")[0] == codes.DONE
    piece = next(path for path in (stack.repository / "pieces").rglob("*") if path.is_file())
    piece.chmod(0)
    for words in (["verify"], ["prove"], ["restore", stack.sets()[0]["id"], "--into", str(stack.home / "back")]):
        code, said = stack.bound(*words)
        assert code == codes.UNAVAILABLE
        assert "Permission denied" in words_of(said)
    assert stack.sets()[0]["proof"] is None
    assert not (stack.repository / "spoilt").exists()
    piece.chmod(0o600)
    assert stack.bound("prove")[0] == codes.DONE


def test_a_photo_that_may_not_be_read_ends_the_set_and_is_named(stack: Stack) -> None:
    photo = stack.photo(10_000)
    photo.chmod(0)
    code, said = stack.bound("take")
    assert code == codes.UNAVAILABLE
    assert str(photo) in words_of(said)
    assert "this user may read it" in words_of(said)
    assert stack.sets() == []
    photo.chmod(0o600)
    assert stack.bound("take")[0] == codes.DONE


def test_a_key_that_may_not_be_read_is_said(stack: Stack) -> None:
    assert stack.bound("take", "--unproved")[0] == codes.DONE
    key = stack.data / "repository.key"
    key.chmod(0)
    code, said = stack.bound("list")
    assert code == codes.NOT_SO
    assert str(key) in words_of(said)
    assert "Permission denied" in words_of(said)


@pytest.mark.parametrize("what", ["restore", "prove"])
def test_a_place_that_may_not_be_written_is_said_and_nothing_is_there(stack: Stack, what: str) -> None:
    assert stack.bound("take")[0] == codes.DONE
    place = stack.home / "place"
    place.mkdir(mode=0o500)
    stack.environ["HAAT_BACKUP__SCRATCH"] = str(place)
    code, said = stack.bound(*(["prove"] if what == "prove" else ["restore", "--into", str(place / "back")]))
    assert code == codes.UNAVAILABLE
    assert "Permission denied" in words_of(said)
    assert [*place.iterdir()] == []
    place.chmod(0o700)
    assert stack.bound("prove")[0] == codes.DONE
