"""How far something is: a bar with rate and time left where somebody looks at a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from haat.cli.output import print_line

_STEPS = 10
_BETWEEN = 1.0  # seconds between two lines, at least: what is quick needs none


@contextmanager
def progress(unit: str, total: int | None = None, *, is_silent: bool) -> Iterator[Callable[..., None]]:
    """What to call with how many are done, and with the total where it was not known before. All of it goes to standard error."""
    if is_silent:
        yield lambda done, total=None: None
    elif sys.stderr.isatty():
        with _bar(unit, total) as move_on:
            yield move_on
    else:
        yield _Lines(unit, total).move_on


@contextmanager
def _bar(unit: str, total: int | None) -> Iterator[Callable[..., None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[speed]}")
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit), speed, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, speed="")

        def move_on(done: int, total: int | None = total) -> None:
            rate = bar.tasks[0].speed
            bar.update(task, completed=done, total=total, speed=a_second(rate) if rate else "")

        yield move_on


class _Lines:
    """A line for each tenth that takes a while; nothing where nobody knows how much there is."""

    def __init__(self, unit: str, total: int | None) -> None:
        self._unit = unit
        self._total = total
        self._told = 0
        self._began = self._told_at = time.monotonic()

    def move_on(self, done: int, total: int | None = None) -> None:
        total = self._total if total is None else total
        if not total:
            return
        step = done * _STEPS // total
        if step > self._told and time.monotonic() - self._told_at >= _BETWEEN:
            self._told, self._told_at = step, time.monotonic()
            print_line(self._words(done, total), to=sys.stderr)

    def _words(self, done: int, total: int) -> str:
        rate = done / max(time.monotonic() - self._began, 0.001)
        left = f", {(total - done) / rate:,.0f} s left" if done < total else ""
        return f"{done:,} of {total:,} {self._unit}, {a_second(rate)}{left}"


def a_second(rate: float) -> str:
    """A rate as people read it: slow ones with a decimal."""
    return f"{rate:,.1f} a second" if rate < 10 else f"{rate:,.0f} a second"
