"""A pause: it has an end, it says who and why, and there is one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Invalid, NotFound
from haat.ops.procedure import pause
from haat.ops.tables import opened, pauses
from haat.store import IntegrityError, Store


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Store]:
    store = opened(tmp_path / "ops.db")
    yield store
    store.close()


def test_a_pause_ends_by_itself_after_two_hours_unless_it_was_told_otherwise(memory: Store) -> None:
    with clock.frozen():
        begun = pause.begin(memory, "ada", "The provider works on the network")
        assert begun.until_at == clock.now() + 2 * HOUR
        clock.advance(2 * HOUR - 1)
        assert pause.in_force(memory) == begun
        assert "ada" in begun.said and "The provider works" in begun.said
        clock.advance(1)
        assert pause.in_force(memory) is None
        assert pause.newest(memory, 5) == [begun]


def test_a_second_pause_takes_the_place_of_the_first_which_stays_on_record(memory: Store) -> None:
    first = pause.begin(memory, "ada", "one", "7d")
    second = pause.begin(memory, "eve", "two", "30m")
    assert pause.in_force(memory) == second
    kept, old = pause.newest(memory, 5)
    assert (kept, old.id, old.ended_by) == (second, first.id, "eve")


def test_whoever_ends_it_is_remembered_and_nothing_is_ended_twice(memory: Store) -> None:
    pause.begin(memory, "ada", "one")
    pause.end(memory, "eve")
    assert pause.in_force(memory) is None
    assert pause.newest(memory, 1)[0].ended_by == "eve"
    with pytest.raises(NotFound):
        pause.end(memory, "eve")


@pytest.mark.parametrize(("span", "why"), [("8d", "too long"), ("0s", "too short"), ("for ever", "x"), ("2h", "")])
def test_a_pause_without_an_end_or_a_reason_is_refused(memory: Store, span: str, why: str) -> None:
    with pytest.raises(Invalid):
        pause.begin(memory, "ada", why, span)
    assert pause.newest(memory, 1) == []


def test_a_pause_that_is_too_long_cannot_be_stored(memory: Store) -> None:
    row = {"id": 1, "who": "ada", "why": "x", "began_at": 0, "ended_at": None, "ended_by": None}
    for until in (0, 7 * DAY + 1):
        with pytest.raises(IntegrityError):
            memory.write(lambda tx, until=until: tx.insert(pauses, **row, until_at=until))
