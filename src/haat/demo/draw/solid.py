"""Solids: surfaces cut into small patches, and the marks drawn on them.

A surface is a function of u and v, both 0 to 1, to a point. Its outside is where (dP/dv × dP/du) points: for a turned
vessel u goes round and v follows the profile, up the outside and down the inside.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from haat.demo.draw.colour import RGB
from haat.demo.draw.space import (
    Dice,
    Flat,
    Vec,
    add,
    between,
    cross,
    curve,
    middle,
    route,
    scale,
    sub,
    trace,
    turn,
    unit,
)

Surface = Callable[[float, float], Vec]
Paint = RGB | Callable[[float, float, Vec], RGB]
Along = float | Callable[[float], float]


class Patch(NamedTuple):
    """A facet (three corners or more), a bit of a line (two) or a dot (one; `width` across)."""

    corners: tuple[Vec, ...]
    normal: Vec
    colour: RGB
    width: float = 0.0


@dataclass(frozen=True)
class Material:
    """How a surface answers light: `gloss` is the share mirrored, `rough` blurs what it mirrors.

    `sheen` is the bright edge of cloth, `through` light from behind, `clear` the share seen through, `glow` its own light.
    """

    gloss: float = 0.0
    rough: float = 0.5
    metal: bool = False
    sheen: float = 0.0
    through: float = 0.0
    clear: float = 0.0
    glow: float = 0.0


MATT = Material()


@dataclass(frozen=True)
class Part:
    """Patches of one material, painted back to front. `melt`: picture units by which facets run into each other.

    `above` is how much nearer than it is it counts where all patches are sorted together: what lies on something is painted after it.
    """

    patches: list[Patch]
    material: Material = MATT
    melt: float = 1.6
    both_sides: bool = False
    casts: bool = True
    above: float = 0.0

    def each(self, change: Callable[[Vec], Vec], turned: Callable[[Vec], Vec] | None = None) -> "Part":
        bend = turned or (lambda normal: normal)
        return replace(
            self,
            patches=[Patch(tuple(map(change, p.corners)), bend(p.normal), p.colour, p.width) for p in self.patches],
        )

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Part":
        return self.each(lambda p: (p[0] + x, p[1] + y, p[2] + z))

    def turned(self, axis: str, degrees: float) -> "Part":
        return self.each(lambda p: turn(p, axis, degrees), lambda p: turn(p, axis, degrees))

    def sized(self, by: float) -> "Part":
        bigger = self.each(lambda p: scale(p, by))
        return replace(bigger, patches=[p._replace(width=p.width * by) for p in bigger.patches])


Thing = list[Part]


def moved(thing: Thing, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Thing:
    return [part.moved(x, y, z) for part in thing]


def turned(thing: Thing, axis: str, degrees: float) -> Thing:
    return [part.turned(axis, degrees) for part in thing]


def sized(thing: Thing, by: float) -> Thing:
    return [part.sized(by) for part in thing]


def stood(thing: Thing, x: float = 0.0, z: float = 0.0, degrees: float = 0.0, *, lift: float = 0.0) -> Thing:
    """Put down on the floor at x and z, turned about its upright axis."""
    return moved(turned(thing, "y", degrees), x, lift, z)


def laid(thing: Thing, x: float = 0.0, z: float = 0.0, degrees: float = 0.0, *, lift: float = 0.0) -> Thing:
    """What was made upright, laid on its back at x and z, turned counter-clockwise as the reader sees it."""
    return moved(flat(turned(thing, "z", degrees)), x, lift, z)


def opened(vessel: Thing) -> tuple[Thing, Thing]:
    """The inside and the outside of a vessel standing on the upright axis, so that things can be painted in it."""

    def is_inside(patch: Patch) -> bool:
        x, _, z = middle(patch.corners)
        return patch.normal[1] > 0.95 or patch.normal[0] * x + patch.normal[2] * z < 0

    return (
        [replace(part, patches=[p for p in part.patches if is_inside(p)]) for part in vessel],
        [replace(part, patches=[p for p in part.patches if not is_inside(p)]) for part in vessel],
    )


def panel(a: Vec, b: Vec, c: Vec, d: Vec, across: int, along: int, paint: Paint, material: Material = MATT) -> Part:
    """A flat or gently twisted piece between four corners, counter-clockwise as seen from its outside."""

    def surface(u: float, v: float) -> Vec:
        return between(between(b, a, u), between(c, d, u), v)

    return skin(surface, across, along, paint, material, melt=1.0)


def flat(thing: Thing) -> Thing:
    """Lay down what was made upright: x stays, up becomes away from the reader, its front faces up."""
    return turned(thing, "x", -90)


def skin(
    surface: Surface,
    across: int,
    along: int,
    paint: Paint,
    material: Material = MATT,
    *,
    melt: float = 1.6,
    both_sides: bool = False,
    keep: Callable[[float, float], bool] | None = None,
    casts: bool = True,
) -> Part:
    """The surface as across × along patches; `keep` leaves out those whose middle it refuses."""
    points = [[surface(i / across, j / along) for j in range(along + 1)] for i in range(across + 1)]
    patches = []
    for i in range(across):
        for j in range(along):
            u, v = (i + 0.5) / across, (j + 0.5) / along
            if keep and not keep(u, v):
                continue
            a, b, c, d = points[i][j], points[i + 1][j], points[i + 1][j + 1], points[i][j + 1]
            facing = unit(cross(add(sub(d, a), sub(c, b)), add(sub(b, a), sub(c, d))))
            shade = paint(u, v, middle((a, b, c, d))) if callable(paint) else paint
            patches.append(Patch((a, b, c, d), facing, shade))
    return Part(patches, material, melt, both_sides, casts)


def lathe(
    profile: str | Sequence[Flat],
    paint: Paint,
    material: Material = MATT,
    *,
    fine: tuple[int, int] = (100, 60),
    melt: float = 1.6,
    both_sides: bool = False,
    casts: bool = True,
) -> Part:
    """A turned piece; `fine` is the number of patches round it and along it."""
    return skin(revolved(profile), *fine, paint, material, melt=melt, both_sides=both_sides, casts=casts)


def rod(
    path: str | Sequence[Vec],
    radius: Along,
    paint: Paint,
    material: Material = MATT,
    *,
    wide: Along = 1.0,
    side: Vec | None = None,
    ends: bool = True,
    samples: int = 120,
    fine: tuple[int, int] = (24, 50),
    melt: float = 1.6,
) -> Part:
    """A tube along a path; `fine` is the number of patches round it and along it."""
    tube = swept(path, radius, wide=wide, side=side, ends=ends, samples=samples)
    return skin(tube, *fine, paint, material, melt=melt)


def normal_at(surface: Surface, u: float, v: float) -> Vec:
    e = 1e-3
    down, up = max(v - e, 0.0), min(v + e, 1.0)
    return unit(cross(sub(surface(u, up), surface(u, down)), sub(surface(u + e, v), surface(u - e, v))))


def marks(
    surface: Surface,
    lines: Iterable[Sequence[Flat]],
    width: float,
    paint: RGB,
    material: Material = MATT,
    *,
    lift: float = 0.004,
    both_sides: bool = False,
) -> Part:
    """Lines through (u, v) points, lying on a surface; a line of one point is a dot."""
    patches = []
    for line in lines:
        raised = []
        for u, v in line:
            normal = normal_at(surface, u, v)
            raised.append((add(surface(u, v), scale(normal, lift)), normal))
        if len(raised) == 1:
            patches.append(Patch((raised[0][0],), raised[0][1], paint, width))
        for (a, n), (b, m) in itertools.pairwise(raised):
            patches.append(Patch((a, b), unit(add(n, m)), paint, width))
    return Part(patches, material, 0.0, both_sides, casts=False)


def wire(points: Sequence[Vec], width: float, paint: RGB, material: Material = MATT) -> Part:
    """A thin line in the air, such as a spoke; lit as a thread is, from every side."""
    patches = [Patch((a, b), (0.0, 0.0, 0.0), paint, width) for a, b in itertools.pairwise(points)]
    return Part(patches, material, 0.0, True, casts=True)


def revolved(profile: str | Sequence[Flat], samples: int = 200) -> Surface:
    """A vessel turned about the upright axis from (radius, height) points."""
    line = curve(trace(profile) if isinstance(profile, str) else profile, samples + 1)

    def surface(u: float, v: float) -> Vec:
        radius, height = _between_samples(line, v)
        angle = 2 * math.pi * u
        return (radius * math.cos(angle), height, radius * math.sin(angle))

    return surface


def swept(
    path: str | Sequence[Vec],
    radius: Along,
    *,
    wide: Along = 1.0,
    side: Vec | None = None,
    ends: bool = True,
    samples: int = 120,
) -> Surface:
    """A tube along a smooth path. `wide` stretches it sideways, `side` says which way sideways is; `ends` closes it."""
    points = route(path) if isinstance(path, str) else path
    line = [(p[0], p[1], p[2]) for p in curve(points, samples + 1)]
    frames = _frames(line, side)

    def surface(u: float, v: float) -> Vec:
        t = min(max((v - 0.02) / 0.96, 0.0), 1.0) if ends else v
        at = t * samples
        i = min(int(at), samples - 1)
        centre = add(line[i], scale(sub(line[i + 1], line[i]), at - i))
        normal = unit(add(scale(frames[i][0], 1 - at + i), scale(frames[i + 1][0], at - i)))
        binormal = unit(add(scale(frames[i][1], 1 - at + i), scale(frames[i + 1][1], at - i)))
        thick = radius(t) if callable(radius) else radius
        broad = wide(t) if callable(wide) else wide
        if ends:
            thick *= math.sqrt(max(0.0, 1 - max(0.0, 1 - v / 0.02) ** 2, 0.0)) if v < 0.02 else 1.0
            thick *= math.sqrt(max(0.0, 1 - max(0.0, 1 - (1 - v) / 0.02) ** 2)) if v > 0.98 else 1.0
        angle = -2 * math.pi * u
        return add(
            centre, add(scale(normal, thick * broad * math.cos(angle)), scale(binormal, thick * math.sin(angle)))
        )

    return surface


def ball(radius: float, squash: float = 1.0) -> Surface:
    def surface(u: float, v: float) -> Vec:
        lift, angle = math.pi * (v - 0.5), 2 * math.pi * u
        around = radius * math.cos(lift)
        return (around * math.cos(angle), radius * squash * math.sin(lift), around * math.sin(angle))

    return surface


def slab(
    outline: Sequence[Flat],
    thick: float,
    paint: Paint,
    material: Material = MATT,
    *,
    bevel: float = 0.05,
    cell: float = 0.25,
    melt: float = 1.2,
    steps: int = 5,
) -> Thing:
    """A flat piece cut to a counter-clockwise outline in x and y, `thick` in z (from 0 up), its upper edge rounded."""
    ring = list(outline)
    inward = _inward(ring)

    def edge(j: int) -> list[Vec]:
        if j == 0:
            return [(x, y, 0.0) for x, y in ring]
        turn_by = (j - 1) / steps * math.pi / 2
        inset, height = bevel * (1 - math.cos(turn_by)), thick - bevel + bevel * math.sin(turn_by)
        return [(x + i[0] * inset, y + i[1] * inset, height) for (x, y), i in zip(ring, inward, strict=True)]

    rings = [edge(j) for j in range(steps + 2)]
    sides = []
    for low, high in itertools.pairwise(rings):
        for k in range(len(ring)):
            a, b = low[k], low[(k + 1) % len(ring)]
            c, d = high[(k + 1) % len(ring)], high[k]
            facing = unit(cross(sub(b, a), add(sub(d, a), sub(c, b))))
            shade = paint(0.0, 0.0, middle((a, b, c, d))) if callable(paint) else paint
            sides.append(Patch((a, b, c, d), facing, shade))
    top = [(p[0], p[1]) for p in rings[-1]]
    return [Part(sides, material, melt), Part(_tiles(top, thick, cell, paint), material, melt)]


def block(
    wide: float,
    high: float,
    deep: float,
    paint: Paint,
    material: Material = MATT,
    *,
    edge: float = 0.06,
    cell: float = 0.3,
    bulge: float = 0.0,
) -> Part:
    """A box that stands on the floor, its edges rounded; `bulge` is how far its faces swell, as those of a cushion do."""
    half = (wide / 2, high / 2, deep / 2)
    radius = min(edge, *half)
    patches = []
    for axis, side in itertools.product(range(3), (-1, 1)):
        first, second = (axis + 1) % 3, (axis + 2) % 3
        across, along = _stops(half[first], radius, cell), _stops(half[second], radius, cell)
        grid = [[_on_block(half, radius, bulge, axis, side, u, v) for v in along] for u in across]
        for i, j in itertools.product(range(len(across) - 1), range(len(along) - 1)):
            around = (grid[i][j], grid[i + 1][j], grid[i + 1][j + 1], grid[i][j + 1])
            corners = around if side > 0 else around[::-1]
            facing = unit(cross(sub(corners[2], corners[0]), sub(corners[3], corners[1])))
            patches.append(Patch(corners, facing, _toned(paint, corners)))
    return Part(patches, material, 1.0).moved(y=half[1])


def prism(
    ring: Sequence[Flat],
    deep: float,
    paint: Paint,
    material: Material = MATT,
    *,
    bevel: float = 0.05,
    cell: float = 0.3,
) -> Part:
    """A counter-clockwise outline in x and y drawn out along z, half of it to either side, its front edge rounded."""
    ring = subdivided(ring, cell)
    inward = _inward(ring)
    count = max(1, math.ceil((deep - bevel) / cell))
    levels = [(0.0, -deep / 2 + (deep - bevel) * k / count) for k in range(count + 1)]
    levels += [
        (bevel * (1 - math.cos(a)), deep / 2 - bevel * (1 - math.sin(a)))
        for a in (math.pi / 6, math.pi / 3, math.pi / 2)
    ]
    rings = [
        [(x + i[0] * inset, y + i[1] * inset, z) for (x, y), i in zip(ring, inward, strict=True)] for inset, z in levels
    ]
    patches = []
    for (low, high), k in itertools.product(itertools.pairwise(rings), range(len(ring))):
        corners = (low[k], low[(k + 1) % len(ring)], high[(k + 1) % len(ring)], high[k])
        facing = unit(cross(sub(corners[1], corners[0]), sub(corners[3], corners[0])))
        patches.append(Patch(corners, facing, _toned(paint, corners)))
    patches += _tiles([(p[0], p[1]) for p in rings[-1]], deep / 2, cell, paint)
    behind = _tiles(ring, -deep / 2, cell, paint)
    patches += [patch._replace(corners=patch.corners[::-1], normal=(0.0, 0.0, -1.0)) for patch in behind]
    return Part(patches, material, 1.0)


def rounded(wide: float, high: float, corner: float, steps: int = 8) -> list[Flat]:
    """A rectangle with round corners about the origin, counter-clockwise, its sides cut into short pieces."""
    x, y = wide / 2 - corner, high / 2 - corner
    points = []
    for quarter, (cx, cy) in enumerate(((x, y), (-x, y), (-x, -y), (x, -y))):
        for k in range(steps + 1):
            angle = math.pi / 2 * (quarter + k / steps)
            points.append((cx + corner * math.cos(angle), cy + corner * math.sin(angle)))
    return subdivided(points, max(wide, high) / 16)


def subdivided(ring: Sequence[Flat], longest: float) -> list[Flat]:
    points: list[Flat] = []
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        count = max(1, math.ceil(math.dist(a, b) / longest))
        points += [(a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count) for k in range(count)]
    return points


def outline(written: str | Sequence[Flat], count: int = 120) -> list[Flat]:
    """A smooth closed line through points (twice the same point: a corner), counter-clockwise."""
    points = trace(written) if isinstance(written, str) else written
    ring = [(p[0], p[1]) for p in curve([*points, points[0]], count + 1)][:-1]
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return ring if area > 0 else ring[::-1]


def specks(
    surface: Surface,
    name: str,
    count: int,
    width: float,
    paint: RGB,
    low: float = 0.0,
    high: float = 1.0,
    material: Material = MATT,
) -> list[Part]:
    """Dots strewn over a surface between two heights of v, of three sizes."""
    dice = Dice(name)
    parts = []
    for size, share in ((0.6, 0.55), (1.0, 0.33), (1.7, 0.12)):
        dots = [[(dice.throw(), dice.throw(low, high))] for _ in range(int(count * share))]
        parts.append(marks(surface, dots, width * size, paint, material))
    return parts


def _toned(paint: Paint, corners: Sequence[Vec]) -> RGB:
    return paint(0.0, 0.0, middle(corners)) if callable(paint) else paint


def _stops(half: float, radius: float, cell: float) -> list[float]:
    """Where a side of a block is cut: evenly, and finer where its edge is round."""
    flat_half = half - radius
    count = max(1, math.ceil(2 * flat_half / cell))
    inner = [-flat_half + 2 * flat_half * k / count for k in range(count + 1)]
    bend = [radius * math.tan(math.pi / 8), radius]
    return [*(-flat_half - b for b in reversed(bend)), *inner, *(flat_half + b for b in bend)]


def _on_block(half: Vec, radius: float, bulge: float, axis: int, side: int, u: float, v: float) -> Vec:
    first, second = (axis + 1) % 3, (axis + 2) % 3
    on_cube = [0.0, 0.0, 0.0]
    on_cube[axis], on_cube[first], on_cube[second] = side * half[axis], u, v
    inner = [min(max(p, -(h - radius)), h - radius) for p, h in zip(on_cube, half, strict=True)]
    away = unit((on_cube[0] - inner[0], on_cube[1] - inner[1], on_cube[2] - inner[2]))
    swell = bulge * (1 - (u / half[first]) ** 2) * (1 - (v / half[second]) ** 2)
    at = [i + radius * a for i, a in zip(inner, away, strict=True)]
    at[axis] += side * swell
    return (at[0], at[1], at[2])


def _between_samples(line: Sequence[tuple[float, ...]], v: float) -> Flat:
    at = min(max(v, 0.0), 1.0) * (len(line) - 1)
    i = min(int(at), len(line) - 2)
    a, b, t = line[i], line[i + 1], at - i
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def _frames(line: Sequence[Vec], side: Vec | None) -> list[tuple[Vec, Vec]]:
    frames = []
    normal = side or ((0.0, 0.0, 1.0) if abs(unit(sub(line[1], line[0]))[2]) < 0.8 else (1.0, 0.0, 0.0))
    for i in range(len(line)):
        ahead = unit(sub(line[min(i + 1, len(line) - 1)], line[max(i - 1, 0)]))
        guide = side or normal
        normal = unit(sub(guide, scale(ahead, sum(g * h for g, h in zip(guide, ahead, strict=True)))))
        frames.append((normal, cross(ahead, normal)))
    return frames


def _inward(ring: Sequence[Flat]) -> list[Flat]:
    result = []
    for k in range(len(ring)):
        a, b = ring[k - 1], ring[(k + 1) % len(ring)]
        dx, dy = b[0] - a[0], b[1] - a[1]
        size = math.hypot(dx, dy) or 1.0
        result.append((-dy / size, dx / size))
    return result


def _tiles(ring: Sequence[Flat], height: float, cell: float, paint: Paint) -> list[Patch]:
    """The inside of an outline cut by a square grid."""
    low_x, high_x = min(p[0] for p in ring), max(p[0] for p in ring)
    low_y, high_y = min(p[1] for p in ring), max(p[1] for p in ring)
    patches = []
    for i in range(max(1, math.ceil((high_x - low_x) / cell))):
        x = low_x + i * cell
        column = _clip(_clip(list(ring), 0, x, 1), 0, x + cell, -1)
        for j in range(max(1, math.ceil((high_y - low_y) / cell))):
            y = low_y + j * cell
            piece = _clip(_clip(column, 1, y, 1), 1, y + cell, -1)
            if len(piece) < 3:
                continue
            corners = tuple((p[0], p[1], height) for p in piece)
            shade = paint(0.0, 0.0, middle(corners)) if callable(paint) else paint
            patches.append(Patch(corners, (0.0, 0.0, 1.0), shade))
    return patches


def _clip(ring: list[Flat], axis: int, at: float, sign: int) -> list[Flat]:
    """The part of a polygon on one side of a line parallel to an axis."""
    result: list[Flat] = []
    for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        da, db = (a[axis] - at) * sign, (b[axis] - at) * sign
        if da >= 0:
            result.append(a)
        if (da > 0 > db) or (da < 0 < db):
            t = da / (da - db)
            result.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    return result
