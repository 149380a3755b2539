"""A copy takes the place of a database, or what was there has it again: killed after any move, one of both is finished, and nothing is lost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.support.killing import killed_after

from haat.kernel.errors import NotFound, Refused
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.backups.swap import Ready

NAMES = ("ops.db", "haat.db")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a stack that has lost its ops.db, and a copy that was proved."""
    (tmp_path / "haat.db").write_text("old")
    (tmp_path / "haat.db-wal").write_text("log of old")
    swap.stack_of(tmp_path).mkdir(parents=True)
    for name in NAMES:
        (swap.stack_of(tmp_path) / name).write_text("new")
    swap.say_ready(tmp_path, Ready(1, 2, NAMES, 3, 3, 3, ("sound",)))
    return tmp_path


def is_new(data: Path) -> bool:
    """Whether the copy is in its place, whole, and what was there is kept."""
    aside = data / swap.last(data).aside  # type: ignore[union-attr]
    kept = [(aside / "haat.db").read_text(), (aside / "haat.db-wal").read_text()]
    there = [(data / name).read_text() for name in NAMES]
    return there == ["new", "new"] and not (data / "haat.db-wal").exists() and kept == ["old", "log of old"]


def is_old(data: Path) -> bool:
    there = [(data / "haat.db").read_text(), (data / "haat.db-wal").read_text()]
    return there == ["old", "log of old"] and not (data / "ops.db").exists()


def test_what_was_there_is_kept_and_can_be_put_back(data: Path) -> None:
    done = swap.swap(data)
    assert is_new(data)
    assert swap.what_was_put(data) == Ready(1, 2, NAMES, 3, 3, 3, ("sound",))
    (data / "haat.db-wal").write_text("log of new")
    swap.swap_back(data)
    assert is_old(data)
    assert (data / done.aside / "undone" / "haat.db").read_text() == "new"
    assert (data / done.aside / "undone" / "haat.db-wal").read_text() == "log of new"
    assert swap.what_was_put(data) is None
    with pytest.raises(NotFound):
        swap.swap_back(data)


def test_killed_after_any_move_it_is_finished_by_the_next(data: Path) -> None:
    for moves in range(100):
        if not killed_after(moves, lambda: swap.swap(data)):
            break
        if running.is_swapping(data):
            with pytest.raises(Refused) as raised:
                swap.refuse_half_done(data)
            assert "swap --back" in raised.value.try_
    assert moves > 2
    assert is_new(data)
    assert not running.is_swapping(data)


def test_killed_after_any_move_it_is_taken_back_whole(tmp_path: Path, data: Path) -> None:
    """However far it came, and if the way back is cut off twice as well."""
    for moves in range(1, 100):
        was_killed = killed_after(moves, lambda: swap.swap(data))
        for less in (1, 4, 100):
            killed_after(less, lambda: swap.swap_back(data))
        assert is_old(data), f"after {moves} moves"
        if not was_killed:
            break
        bring_back_the_copy(data)
    assert moves > 4


def test_taken_back_before_the_copy_had_come_to_any_place_nothing_is_said_to_have_been_there(data: Path) -> None:
    assert killed_after(2, lambda: swap.swap(data))
    back = swap.swap_back(data)
    assert is_old(data)
    assert back.tells_where(data) == "nowhere, for nothing had taken its place"


def bring_back_the_copy(data: Path) -> None:
    (data / "swap.json").unlink()
    swap.stack_of(data).mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (swap.stack_of(data) / name).write_text("new")
    swap.say_ready(data, Ready(1, 2, NAMES, 3, 3, 3, ("sound",)))


def test_what_somebody_made_in_between_does_not_get_under_the_copy(data: Path) -> None:
    """Whoever opens a database that is not there makes an empty one, and a log that would be taken for the copy's."""
    for moves in (2, 3):
        assert killed_after(moves, lambda: swap.swap(data))
        (data / "haat.db").write_text("")
        (data / "haat.db-wal").write_text("log of nothing")
    swap.swap(data)
    assert is_new(data)
    assert killed_after(3, lambda: swap.swap_back(data))
    (data / "haat.db").write_text("")
    (data / "haat.db-wal").write_text("log of nothing")
    swap.swap_back(data)
    assert is_old(data)


def test_without_a_copy_that_was_proved_nothing_is_moved(tmp_path: Path) -> None:
    (tmp_path / "haat.db").write_text("old")
    with pytest.raises(NotFound) as raised:
        swap.swap(tmp_path)
    assert "--beside" in raised.value.try_
    assert (tmp_path / "haat.db").read_text() == "old"


def test_a_copy_whose_files_are_gone_moves_nothing(data: Path) -> None:
    (swap.stack_of(data) / "haat.db").unlink()
    with pytest.raises(NotFound):
        swap.swap(data)
    assert is_old(data)


def test_taken_back_before_its_note_was_moved_there_is_no_copy_any_more(data: Path) -> None:
    moves = next(moves for moves in range(100) if killed_after(moves, lambda: swap.swap(data)) and is_there(data))
    assert moves
    swap.swap_back(data)
    with pytest.raises(NotFound):
        swap.swap(data)
    assert is_old(data)


def is_there(data: Path) -> bool:
    """Whether the new database has its place; otherwise all is as it was, for another try."""
    if (data / "haat.db").exists() and (data / "haat.db").read_text() == "new":
        return True
    swap.swap_back(data)
    bring_back_the_copy(data)
    return False


def test_only_what_was_put_since_is_to_be_taken_back(data: Path) -> None:
    assert not swap.is_to_be_taken_back(data, 0)
    swap.swap(data)
    done = swap.last(data)
    assert done is not None
    assert swap.is_to_be_taken_back(data, done.began_at)
    assert not swap.is_to_be_taken_back(data, done.began_at + 1), "an earlier recovery's is not this one's"
    bring_back_the_copy_again(data)
    swap.swap(data)
    with pytest.raises(Refused, match="Another copy"):
        swap.is_to_be_taken_back(data, done.began_at)
    swap.swap_back(data)
    assert not swap.is_to_be_taken_back(data, done.began_at)


def bring_back_the_copy_again(data: Path) -> None:
    time.sleep(0.002)  # Folders are named by the millisecond.
    for name in NAMES:
        swap.stack_of(data).mkdir(parents=True, exist_ok=True)
        (swap.stack_of(data) / name).write_text("newer")
    swap.say_ready(data, Ready(2, 3, NAMES, 4, 4, 4, ("sound",)))
