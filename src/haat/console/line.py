"""A small line of the last hour, drawn on the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 120, 24
_MARGIN = 1.5  # so that no stroke is cut off


class Line(NamedTuple):
    """What is drawn (the `d` of a path, with a gap where nothing was known), and what it says in words."""

    path: str
    said: str


def line(values: Sequence[float | None], show: Callable[[float], str], most: float = 0.0) -> Line | None:
    """The oldest on the left; None where there is nothing to draw. `most` is what the top stands for at least."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    top = max(most, *known) or 1.0
    said = f"{show(known[-1])} now; least {show(min(known))}, most {show(max(known))}"
    missing = len(values) - len(known)
    return Line(
        " ".join(_strokes(values, top)), said + (f"; {missing} of {len(values)} times no answer" if missing else "")
    )


def _strokes(values: Sequence[float | None], top: float) -> Iterable[str]:
    pen = "M"
    for number, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = number / max(1, len(values) - 1) * WIDTH
        y = HEIGHT - _MARGIN - value / top * (HEIGHT - 2 * _MARGIN)
        yield f"{pen}{x:.1f} {y:.1f}"
        pen = "L"
