"""It is known when a log was how far, whatever else is done meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from tests.support.running import wait_until

from haat.kernel import clock
from haat.ops.backups import watch
from haat.ops.backups.log import Mark
from haat.ops.backups.watch import Watch


class Log:
    """One that is as far as the test says."""

    def __init__(self) -> None:
        self.place: tuple[str, int] | None = ("one", 0)
        self.looks = 0

    def look(self) -> tuple[str, int] | None:
        self.looks += 1
        if self.place == ("away", 0):
            raise FileNotFoundError
        return self.place

    def goes_to(self, *place: tuple[str, int] | None) -> None:
        """One after the other, and each is seen."""
        for one in place:
            self.place = one
            seen = self.looks + 1
            wait_until(lambda seen=seen: self.looks > seen, "somebody has looked", every=0.002)  # type: ignore[misc]


@contextmanager
def watched(log: Log) -> Iterator[Watch]:
    with closing(Watch(log.look)) as one:
        one.start()
        yield one


def test_each_place_has_the_instant_at_which_it_was_seen_first() -> None:
    log = Log()
    began = clock.now()
    with watched(log) as one:
        log.goes_to(("one", 5), ("one", 5), None, ("away", 0), ("one", 9), ("two", 3))
        marks = one.marks("one", 0, 9)
    assert [mark.frame for mark in marks] == [5, 9]
    assert began < marks[0].at < marks[1].at <= clock.now() + 1
    assert [mark.frame for mark in one.marks("one", 5, 9)] == [9]
    assert [mark.frame for mark in one.marks("two", 0, 2)] == []


def test_what_is_seen_within_a_millisecond_is_not_dated_before_it() -> None:
    log = Log()
    with clock.frozen(), watched(log) as one:
        log.goes_to(("one", 5))
        assert one.marks("one", 0, 9) == [Mark(5, clock.now() + 1)]


def test_what_is_kept_is_forgotten_and_nothing_else() -> None:
    log = Log()
    with watched(log) as one:
        log.goes_to(("one", 5), ("one", 9), ("two", 3))
        one.forget("one", 5)
        assert [mark.frame for mark in one.marks("one", 0, 9)] == [9]
        assert [mark.frame for mark in one.marks("two", 0, 9)] == [3]


def test_what_nobody_keeps_for_long_is_remembered_less_finely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_MOST", 8)
    log = Log()
    with watched(log) as one:
        log.goes_to(*(("one", place) for place in range(1, 30)))
        marks = one.marks("one", 0, 30)
    assert len(marks) <= 8
    assert marks[-1].frame == 29
