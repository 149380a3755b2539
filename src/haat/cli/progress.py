"""A bar with rate and time left, where somebody looks at a terminal; nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(unit: str, total: int | None = None, *, is_silent: bool) -> Iterator[Callable[..., None]]:
    """What to call with how many are done, and with the total where it was not known before."""
    if is_silent or not sys.stderr.isatty():
        yield lambda done, total=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[speed]}")
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit), speed, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, speed="")

        def move_on(done: int, total: int | None = total) -> None:
            rate = bar.tasks[0].speed
            bar.update(task, completed=done, total=total, speed=f"{rate:,.0f} a second" if rate else "")

        yield move_on
