"""What drills came to, as one page that needs nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.drills.drill import Drill
from haat.ops.drills.run import Moment, Report, Slice
from haat.ops.papers.write import write

_WIDTH, _HEIGHT = 720, 96  # of a picture, in its own units
_PER_SECOND = 10  # slices


class Bar(NamedTuple):
    """A slice of the picture: where it stands, and how tall what was acknowledged and what failed are."""

    x: float
    width: float
    good: float
    bad: float


class Mark(NamedTuple):
    """A moment in the picture."""

    x: float
    name: str
    said: str
    at: float


class Plot(NamedTuple):
    """Orders a tenth of a second over the time of the drill."""

    bars: Sequence[Bar]
    marks: Sequence[Mark]
    seconds: float
    most: int
    in_words: str


def page(reports: Sequence[Report], drills: Mapping[str, Drill]) -> str:
    """The page, in HTML."""
    shown = [(drills[one.drill], one, _plot(one)) for one in reports if one.drill in drills]
    passed = sum(one.is_as_it_should_be for _, one, _ in shown)
    return write(
        "drills.html",
        shown=shown,
        passed=passed,
        width=_WIDTH,
        height=_HEIGHT,
        day=clock.minute_in_utc,
    )


def _plot(report: Report) -> Plot:
    seconds = len(report.slices) / _PER_SECOND
    most = max((one.acknowledged + one.failed for one in report.slices), default=1) or 1
    return Plot(
        list(_bars(report.slices, most)),
        [_mark(moment, seconds) for moment in report.moments],
        seconds,
        most,
        f"Orders over {seconds:.0f} seconds. The longest time without one, from the fault on, was {report.figures.gap:.2f} seconds.",
    )


def _bars(slices: Sequence[Slice], most: int) -> Iterator[Bar]:
    width = _WIDTH / max(1, len(slices))
    for number, one in enumerate(slices):
        yield Bar(
            round(number * width, 2),
            round(width * 0.85, 2),
            round(one.acknowledged / most * _HEIGHT, 2),
            round(one.failed / most * _HEIGHT, 2),
        )


def _mark(moment: Moment, seconds: float) -> Mark:
    return Mark(round(moment.at / max(seconds, 0.1) * _WIDTH, 2), moment.name, moment.said, moment.at)
