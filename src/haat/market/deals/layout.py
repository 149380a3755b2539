"""Boxes in rows: in which order, so that few lines cross, and where, so that most lines run straight.

A line goes from one row to the next; whoever has longer ones puts a bend into each row between. Nothing is left to chance: the same
boxes always stand in the same places.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

Line: TypeAlias = tuple[str, str]
Near: TypeAlias = Mapping[str, Sequence[str]]

_SWEEPS = 12


def arrange(
    rows: Sequence[Sequence[str]], lines: Sequence[Line], widths: Mapping[str, float], gap: float
) -> dict[str, float]:
    """The middle of each box on its row; the leftmost edge of all is 0. Boxes of one row are at least `gap` apart."""
    above: dict[str, list[str]] = {box: [] for row in rows for box in row}
    below: dict[str, list[str]] = {box: [] for row in rows for box in row}
    for upper, lower in lines:
        above[lower].append(upper)
        below[upper].append(lower)
    ordered = _ordered(rows, above, below)
    middles = _settled(ordered, above, below, widths, gap)
    left = min(middle - widths[box] / 2 for box, middle in middles.items())
    return {box: middle - left for box, middle in middles.items()}


def _ordered(rows: Sequence[Sequence[str]], above: Near, below: Near) -> list[list[str]]:
    """The rows in the order that had the fewest crossings while they were combed downward and upward."""
    best = now = [list(row) for row in rows]
    fewest = _crossings(now, below)
    for sweep in range(_SWEEPS):
        now = _combed(now, above) if sweep % 2 == 0 else _combed(now[::-1], below)[::-1]
        crossings = _crossings(now, below)
        if crossings < fewest:
            best, fewest = now, crossings
    return best


def _combed(rows: list[list[str]], near: Near) -> list[list[str]]:
    """Each row in the order of what it is tied to in the row before it."""
    combed = [rows[0]]
    for row in rows[1:]:
        places = {box: place for place, box in enumerate(combed[-1])}
        own = {box: place for place, box in enumerate(row)}
        combed.append(sorted(row, key=lambda box: (_mean([places[other] for other in near[box]], own[box]), own[box])))
    return combed


def _crossings(rows: list[list[str]], below: Near) -> int:
    return sum(_crossings_between(upper, lower, below) for upper, lower in pairwise(rows))


def _crossings_between(upper: list[str], lower: list[str], below: Near) -> int:
    places = {box: place for place, box in enumerate(lower)}
    ends = [(start, places[box]) for start, one in enumerate(upper) for box in below[one]]
    return sum((a < c and b > d) or (a > c and b < d) for i, (a, b) in enumerate(ends) for c, d in ends[i + 1 :])


def _settled(
    rows: list[list[str]], above: Near, below: Near, widths: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Every box as near as can be to those above it and those below it in turn; of all these, where lines are straightest."""
    middles = {box: middle for row in rows for box, middle in zip(row, _packed(row, widths, gap), strict=True)}
    best, least = middles, _crookedness(middles, below)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        middles = _pulled(rows if down else rows[::-1], middles, above if down else below, widths, gap)
        crookedness = _crookedness(middles, below)
        if crookedness < least:
            best, least = middles, crookedness
    return best


def _pulled(
    rows: list[list[str]], middles: dict[str, float], near: Near, widths: Mapping[str, float], gap: float
) -> dict[str, float]:
    pulled = dict(middles)
    for row in rows:
        wishes = [_mean([pulled[other] for other in near[box]], pulled[box]) for box in row]
        # A bend has no width: it gives way last, so that long lines stay straight.
        weights = [1.0 if widths[box] else 8.0 for box in row]
        pulled |= zip(row, _spread(wishes, weights, _distances(row, widths, gap)), strict=True)
    return pulled


def _crookedness(middles: Mapping[str, float], below: Near) -> float:
    # A root, since one wide curve reads better than many small ones.
    steps = (abs(middles[upper] - middles[lower]) for upper, lowers in below.items() for lower in lowers)
    return sum(math.pow(step, 0.4) for step in steps)


def _packed(row: Sequence[str], widths: Mapping[str, float], gap: float) -> list[float]:
    middles = [0.0]
    for distance in _distances(row, widths, gap):
        middles.append(middles[-1] + distance)
    return [middle - middles[-1] / 2 for middle in middles]


def _distances(row: Sequence[str], widths: Mapping[str, float], gap: float) -> list[float]:
    return [(widths[a] + widths[b]) / 2 + gap for a, b in pairwise(row)]


def _spread(wishes: Sequence[float], weights: Sequence[float], distances: Sequence[float]) -> list[float]:
    """The places nearest to the wishes (least squares) that keep their order and their distances.

    With the distances taken off, places have only to rise: neighbours that do not are pooled at their common mean.
    """
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        pools.append((wish - offset, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, heavy, many), (other, light, few) = pools[-2:]
            pools[-2:] = [((mean * heavy + other * light) / (heavy + light), heavy + light, many + few)]
    flat = [mean for mean, _, many in pools for _ in range(many)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
