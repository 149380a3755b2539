"""One large window to the upper left, an open sky of studio wall around, and what stands in their way."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from haat.demo.draw.colour import RGB, dim, mix, plus, times
from haat.demo.draw.solid import Material, Patch
from haat.demo.draw.space import UP, Vec, add, between, cross, dot, length, middle, scale, step, sub, unit

WINDOW: RGB = (1.0, 0.955, 0.89)
SKY: RGB = (0.95, 0.97, 1.05)


@dataclass(frozen=True)
class Lamp:
    """A small light near the goods; `reach` is where half of it is left."""

    at: Vec
    colour: RGB
    reach: float = 2.0


@dataclass(frozen=True)
class Light:
    """Lights points.

    `key` points to the window; `bounce` is the light the floor throws back up, `around` that of the walls.
    """

    key: Vec
    eye: Vec
    bounce: RGB
    around: RGB
    window: "Cover"
    sky: "Cover"
    strength: float = 0.86
    ambient: float = 0.40
    tint: RGB = WINDOW
    lamps: tuple[Lamp, ...] = ()

    def on(self, point: Vec, normal: Vec, albedo: RGB, material: Material) -> RGB:
        """The light that leaves a point towards the eye."""
        view = unit(sub(self.eye, point))
        if normal == (0.0, 0.0, 0.0):
            return self._thread(point, albedo)
        facing = dot(normal, self.key)
        raised = add(point, scale(normal, 0.02))
        seen_window = self.window.open(raised) if facing > -0.25 else 0.0
        seen_sky = self.sky.open(raised)
        if material.metal:
            return self._mirror(normal, view, albedo, material, seen_window, seen_sky)
        soft = max(0.0, (facing + 0.12) / 1.12)
        direct = plus(dim(self.tint, self.strength * soft * seen_window), self._lamplight(point, normal))
        overhead = dim(self.around, self.ambient * (0.56 + 0.44 * normal[1]) * (0.30 + 0.70 * seen_sky))
        below = dim(self.bounce, 0.30 * (0.5 - 0.5 * normal[1]) * (0.5 + 0.5 * seen_sky))
        result = times(albedo, plus(plus(direct, overhead), below))
        if material.through:
            behind = max(0.0, -facing) * material.through * self.window.open(point) * self.strength
            result = plus(result, times(times(albedo, albedo), dim(self.tint, 2.2 * behind)))
        if material.glow:
            result = plus(result, dim(albedo, material.glow))
        edge = (1 - max(0.0, dot(normal, view))) ** 4
        if material.sheen:
            result = plus(result, dim(mix(albedo, self.tint, 0.4), material.sheen * edge * (0.3 + 0.7 * seen_sky)))
        if material.gloss:
            share = material.gloss * (0.045 + 0.6 * edge * (1 - material.rough))
            mirrored = self._studio(_mirrored(view, normal), material.rough, seen_window)
            result = plus(result, dim(mirrored, share * (0.35 + 0.65 * seen_sky)))
        return result

    def _thread(self, point: Vec, albedo: RGB) -> RGB:
        direct = dim(self.tint, self.strength * 0.64 * self.window.open(point))
        return times(albedo, plus(plus(direct, self._lamplight(point, UP)), dim(self.around, self.ambient * 0.8)))

    def _lamplight(self, point: Vec, normal: Vec) -> RGB:
        total: RGB = (0.0, 0.0, 0.0)
        for lamp in self.lamps:
            towards = sub(lamp.at, point)
            far = length(towards)
            turned_to = max(0.0, 0.25 + 0.75 * dot(normal, towards) / max(far, 1e-6))
            total = plus(total, dim(lamp.colour, turned_to / (1 + (far / lamp.reach) ** 2)))
        return total

    def _mirror(
        self, normal: Vec, view: Vec, albedo: RGB, material: Material, seen_window: float, seen_sky: float
    ) -> RGB:
        mirrored = self._studio(_mirrored(view, normal), material.rough, seen_window)
        held = min(1.0, 4.0 / (1.0 + max(mirrored))) if material.rough > 0.35 else 1.0
        edge = (1 - max(0.0, dot(normal, view))) ** 5
        spread = max(0.0, dot(normal, self.key)) * seen_window * material.rough * 0.64 * self.strength
        tint = mix(albedo, (1.0, 1.0, 1.0), 0.5 * edge)
        return plus(
            times(tint, dim(mirrored, (0.35 + 0.65 * seen_sky) * held * 0.9)), dim(times(albedo, self.tint), spread)
        )

    def _studio(self, ray: Vec, rough: float, seen_window: float) -> RGB:
        """What is seen in a direction of the room: wall, floor, the window, a narrow lamp to the right."""
        soft = 0.04 + 0.5 * rough
        up = ray[1]
        bright = self.ambient / 0.40
        wall = bright * (0.34 + 0.5 * step(-0.1, 0.9, up))
        floor = dim(mix(self.bounce, (0.7, 0.7, 0.7), 0.4), 0.66 * bright)
        room = mix(floor, dim(mix(SKY, self.around, 0.4), wall), step(-0.18 - soft * 0.5, 0.06 + soft * 0.5, up))
        dark = step(0.30 + soft, 0.0, abs(up - 0.12)) * (1 - rough) * 0.55
        room = dim(room, 1 - dark)
        power = 9.0 * self.strength / 0.86 / (1 + 9 * rough)
        side = unit((self.key[0], 0.36 if self.key[2] > 0 else 0.42, self.key[2]))
        window = _panel(ray, side, 0.34, 0.86, soft) * power * (0.25 + 0.75 * seen_window)
        aside = unit((0.95, 0.25, 0.25))
        lamp = _panel(ray, aside, 0.10, 0.75, soft) * power * 0.28
        return plus(room, plus(dim(self.tint, window), dim(SKY, lamp)))


class Cover:
    """What stands between points and a light far away in one direction; `spread` is how wide that light is."""

    def __init__(self, towards: Vec, spread: float, patches: Iterable[Patch], cells: int = 420) -> None:
        self._towards = unit(towards)
        self._right = unit(cross(UP if abs(self._towards[1]) < 0.95 else (0.0, 0.0, -1.0), self._towards))
        self._up = cross(self._towards, self._right)
        self._spread = spread
        facets = [tuple(self._seen(corner) for corner in patch.corners) for patch in patches]
        flat = [corner for facet in facets for corner in facet] or [(0.0, 0.0, 0.0)]
        self._left, self._low = min(c[0] for c in flat), min(c[1] for c in flat)
        reach = max(max(c[0] for c in flat) - self._left, max(c[1] for c in flat) - self._low, 1e-6)
        self._cell = reach / cells
        self._wide = cells + 2
        self._height = [-1e9] * (self._wide * self._wide)
        for facet in facets:
            self._cast(facet)

    def open(self, point: Vec) -> float:
        """The share of the light that reaches a point, 0 to 1; softer the farther away what covers it is."""
        a, b, depth = self._seen(point)
        depth += self._cell * 1.2 + 0.010
        x, y = (a - self._left) / self._cell, (b - self._low) / self._cell
        search = min(self._spread * 2.2 / self._cell, 70.0)
        if not (-search < x < self._wide + search and -search < y < self._wide + search):
            return 1.0
        blocked, above = 0.0, 0.0
        for over, weight in self._over(x, y, search, depth, _SCATTER):
            blocked += weight
            above += over * weight
        if not blocked:
            return 1.0
        blur = min(max(self._spread * above / blocked / self._cell, 1.6), search)
        soft = self._cell * 2.5
        return 1 - sum(weight * min(over / soft, 1.0) for over, weight in self._over(x, y, blur, depth, _DISC))

    def _over(self, x: float, y: float, reach: float, depth: float, disc: Sequence[Vec]) -> list[tuple[float, float]]:
        """By how much, and with which weight, what stands around a place rises above it."""
        wide, heights = self._wide, self._height
        found = []
        for dx, dy, weight in disc:
            i, j = int(x + dx * reach), int(y + dy * reach)
            if 0 <= i < wide and 0 <= j < wide:
                over = heights[j * wide + i] - depth
                if over > 0:
                    found.append((over, weight))
        return found

    def _seen(self, p: Vec) -> Vec:
        return (dot(p, self._right), dot(p, self._up), dot(p, self._towards))

    def _cast(self, facet: tuple[Vec, ...]) -> None:
        if len(facet) < 3:
            for k in range(24 if len(facet) == 2 else 1):
                self._mark(add(facet[0], scale(sub(facet[-1], facet[0]), k / 24)))
            return
        if len(facet) == 4:
            self._fill(*facet)
            return
        centre = middle(facet)
        for a, b in zip(facet, [*facet[1:], facet[0]], strict=True):
            self._fill(centre, a, b, centre)

    def _fill(self, a: Vec, b: Vec, c: Vec, d: Vec) -> None:
        size = self._cell * 0.9
        across = 1 + int(max(_reach(a, b), _reach(d, c)) / size)
        along = 1 + int(max(_reach(a, d), _reach(b, c)) / size)
        for i in range(across + 1):
            low, high = between(a, b, i / across), between(d, c, i / across)
            for j in range(along + 1):
                self._mark(between(low, high, j / along))

    def _mark(self, at: Vec) -> None:
        place = int((at[1] - self._low) / self._cell) * self._wide + int((at[0] - self._left) / self._cell)
        if at[2] > self._height[place]:
            self._height[place] = at[2]


def _reach(a: Vec, b: Vec) -> float:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1]))


def _mirrored(view: Vec, normal: Vec) -> Vec:
    return sub(scale(normal, 2 * dot(view, normal)), view)


def _panel(ray: Vec, towards: Vec, wide: float, high: float, soft: float) -> float:
    """How much of a lit panel a ray meets, its edges as sharp as the surface that mirrors it."""
    ahead = dot(ray, towards)
    if ahead <= 0.05:
        return 0.0
    right = unit(cross(UP, towards)) if abs(towards[1]) < 0.95 else (1.0, 0.0, 0.0)
    x, y = dot(ray, right) / ahead, dot(ray, cross(towards, right)) / ahead
    return step(wide + soft, wide - soft, abs(x)) * step(high + soft, high - soft, abs(y))


def _disc(count: int) -> list[tuple[float, float, float]]:
    """Places in a disc, spread evenly, the middle weighing more than the rim."""
    places = []
    for k in range(count):
        radius, angle = math.sqrt((k + 0.5) / count), k * 2.39996
        places.append((radius * math.cos(angle), radius * math.sin(angle), 1 - 0.9 * radius * radius))
    total = sum(weight for _, _, weight in places)
    return [(x, y, weight / total) for x, y, weight in places]


_SCATTER = _disc(20)
_DISC = _disc(40)
