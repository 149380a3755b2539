"""Points, directions, the camera, and chance that falls the same way every time."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

Vec = tuple[float, float, float]
Flat = tuple[float, float]

T = TypeVar("T")

UP: Vec = (0.0, 1.0, 0.0)


def add(a: Vec, b: Vec) -> Vec:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def sub(a: Vec, b: Vec) -> Vec:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def scale(a: Vec, by: float) -> Vec:
    return (a[0] * by, a[1] * by, a[2] * by)


def dot(a: Vec, b: Vec) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec, b: Vec) -> Vec:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a: Vec) -> float:
    return math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


def unit(a: Vec) -> Vec:
    """The direction of `a`; a vector without length points up."""
    size = length(a)
    return (a[0] / size, a[1] / size, a[2] / size) if size > 1e-12 else UP


def between(a: Vec, b: Vec, t: float) -> Vec:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def middle(points: Sequence[Vec]) -> Vec:
    share = 1 / len(points)
    return (sum(p[0] for p in points) * share, sum(p[1] for p in points) * share, sum(p[2] for p in points) * share)


def turn(point: Vec, axis: str, degrees: float) -> Vec:
    """Turn about the x, y or z axis through the origin, counter-clockwise seen from the axis' tip."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y, z = point
    if axis == "x":
        return (x, y * c - z * s, y * s + z * c)
    if axis == "y":
        return (x * c + z * s, y, z * c - x * s)
    return (x * c - y * s, x * s + y * c, z)


def trace(written: str) -> list[Flat]:
    """Points of a drawing or a profile: `0,0 1,0.5` and so on."""
    return [(float(x), float(y)) for x, y in (point.split(",") for point in written.split())]


def route(written: str) -> list[Vec]:
    """Points in the room: `0,0,0 1,0.5,0` and so on."""
    return [(float(x), float(y), float(z)) for x, y, z in (point.split(",") for point in written.split())]


def step(low: float, high: float, value: float) -> float:
    """0 below `low`, 1 above `high`, an S-curve between."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)


def curve(points: Sequence[Sequence[float]], count: int) -> list[tuple[float, ...]]:
    """`count` points, evenly spaced, along a smooth line through `points`; a point given twice is a corner."""
    dense = list(_catmull(points, 24))
    travelled = [0.0]
    for a, b in itertools.pairwise(dense):
        travelled.append(travelled[-1] + math.dist(a, b))
    result: list[tuple[float, ...]] = []
    at = 0
    for index in range(count):
        target = travelled[-1] * index / (count - 1)
        while at < len(dense) - 2 and travelled[at + 1] < target:
            at += 1
        span = travelled[at + 1] - travelled[at]
        t = (target - travelled[at]) / span if span > 1e-12 else 0.0
        result.append(tuple(p + (q - p) * t for p, q in zip(dense[at], dense[at + 1], strict=True)))
    return result


def _catmull(points: Sequence[Sequence[float]], steps: int) -> Iterable[tuple[float, ...]]:
    for i in range(len(points) - 1):
        before, start = points[max(i - 1, 0)], points[i]
        end, after = points[i + 1], points[min(i + 2, len(points) - 1)]
        if tuple(start) == tuple(end):
            continue
        before = start if tuple(before) == tuple(start) else before
        after = end if tuple(after) == tuple(end) else after
        for k in range(steps):
            t = k / steps
            yield tuple(
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(before, start, end, after, strict=True)
            )
    yield tuple(points[-1])


@dataclass(frozen=True)
class Camera:
    """Looks at `target` from `distance` away, `pitch` degrees above the floor, turned by `yaw`.

    `zoom` is the number of picture units one unit of the world covers at the target.
    """

    width: float
    height: float
    pitch: float
    zoom: float
    yaw: float = 0.0
    distance: float = 60.0
    target: Vec = (0.0, 0.0, 0.0)
    centre: Flat = (0.5, 0.5)

    def project(self, point: Vec) -> tuple[float, float, float]:
        """Picture x, picture y, and how far away (for the painter's order)."""
        x, y, z = sub(point, self.target)
        right, up, back = self._axes
        away = self.distance - (x * back[0] + y * back[1] + z * back[2])
        size = self.zoom * self.distance / away
        return (
            self.width * self.centre[0] + (x * right[0] + y * right[1] + z * right[2]) * size,
            self.height * self.centre[1] - (x * up[0] + y * up[1] + z * up[2]) * size,
            away,
        )

    def scale_at(self, away: float) -> float:
        return self.zoom * self.distance / away

    def floor_point(self, x: float, y: float) -> Vec | None:
        """The point of the floor seen at a picture point; none at or above the horizon."""
        right, up, back = self._axes
        a = (x - self.width * self.centre[0]) / (self.zoom * self.distance)
        b = (self.height * self.centre[1] - y) / (self.zoom * self.distance)
        ray = (
            right[0] * a + up[0] * b - back[0],
            right[1] * a + up[1] * b - back[1],
            right[2] * a + up[2] * b - back[2],
        )
        if ray[1] > -1e-3:
            return None
        eye = self.eye
        return add(eye, scale(ray, -eye[1] / ray[1]))

    @cached_property
    def eye(self) -> Vec:
        return add(self.target, scale(self._axes[2], self.distance))

    @cached_property
    def _axes(self) -> tuple[Vec, Vec, Vec]:
        right = turn((1.0, 0.0, 0.0), "y", self.yaw)
        back = turn(turn((0.0, 0.0, 1.0), "x", -self.pitch), "y", self.yaw)
        return right, cross(back, right), back


class Dice:
    """Chance with a name: the same name throws the same numbers on every machine."""

    def __init__(self, name: str) -> None:
        self._state = 0x9E3779B97F4A7C15
        for letter in name.encode():
            self._state = (self._state ^ letter) * 0x100000001B3 & _MASK

    def throw(self, low: float = 0.0, high: float = 1.0) -> float:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        return low + (high - low) * _scrambled(self._state) / _MASK

    def pick(self, options: Sequence[T]) -> T:
        return options[min(int(self.throw() * len(options)), len(options) - 1)]


def noise(x: float, y: float, z: float = 0.0) -> float:
    """Smooth noise between 0 and 1, one hill or hollow a unit."""
    ix, iy, iz = math.floor(x), math.floor(y), math.floor(z)
    u, v, w = (step(0.0, 1.0, t) for t in (x - ix, y - iy, z - iz))
    total = 0.0
    for dx, wx in ((0, 1 - u), (1, u)):
        for dy, wy in ((0, 1 - v), (1, v)):
            for dz, wz in ((0, 1 - w), (1, w)):
                total += _lattice(ix + dx, iy + dy, iz + dz) * wx * wy * wz
    return total


def _lattice(x: int, y: int, z: int) -> float:
    return _scrambled((x * 0x8DA6B343 ^ y * 0xD8163841 ^ z * 0xCB1AB31F) & _MASK) / _MASK


def _scrambled(value: int) -> int:
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
    return value ^ value >> 31


_MASK = 0xFFFFFFFFFFFFFFFF
