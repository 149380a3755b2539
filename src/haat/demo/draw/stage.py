"""A stage: a backdrop, one camera, one light, and the goods; written as SVG."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, exposed, mix
from haat.demo.draw.light import SKY, WINDOW, Cover, Lamp, Light
from haat.demo.draw.solid import Part, Patch, Thing
from haat.demo.draw.space import Camera, Vec, dot, length, middle, scale, sub, unit

SIDE = 1280.0
_MIXED = 0.9


class Scenery(Protocol):
    """What is behind and under the goods, painted flat; its colours reach the goods as thrown-back light."""

    @property
    def ground(self) -> str: ...

    @property
    def around(self) -> str: ...

    @property
    def shadow(self) -> str: ...

    def svg(self, width: float, height: float) -> tuple[str, str]:
        """Definitions and drawing."""
        ...


@dataclass(frozen=True)
class Hour:
    """How strong the window and the sky are, and what else is lit."""

    strength: float = 0.86
    ambient: float = 0.40
    tint: RGB = WINDOW
    lamps: tuple[Lamp, ...] = ()


@dataclass
class Stage:
    """Things are painted in the order they are put on, what is farther away first; `over` is drawn over all of them.

    `shade` is how dark a full shadow on the floor is, `grain` how finely shadows are followed. `mixed` sorts the patches of all things
    together, for things that reach around each other.
    """

    camera: Camera
    scenery: Scenery
    key: Vec
    things: Thing = field(default_factory=list)
    shade: float = 0.62
    hour: Hour = Hour()
    grain: int = 420
    over: str = ""
    mixed: bool = False

    def put(self, *things: Thing) -> "Stage":
        for thing in things:
            self.things.extend(thing)
        return self

    def svg(self) -> str:
        light = self._light()
        defs, ground = self.scenery.svg(self.camera.width, self.camera.height)
        body = [ground, self._floor_shadow(light)]
        melts = [_MIXED] if self.mixed else sorted({part.melt for part in self.things if part.melt})
        body += [self._mixed(light)] if self.mixed else [self._painted(part, light) for part in self.things]
        width, height = self.camera.width, self.camera.height
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" color-interpolation-filters="sRGB">'
            f"<defs>{defs}{''.join(map(_melting, melts))}{_SOFT}</defs>{''.join(body)}{self.over}</svg>"
        )

    def _light(self) -> Light:
        casting = [p for part in self.things if part.casts and not part.material.clear for p in part.patches]
        overhead = (0.12, 1.0, 0.16)
        below, behind = colour(self.scenery.ground), colour(self.scenery.around)
        return Light(
            key=unit(self.key),
            eye=self.camera.eye,
            bounce=below,
            around=mix(SKY, dim(behind, 1 / max(behind)), 0.35),
            window=Cover(self.key, 0.22, casting, self.grain),
            sky=Cover(overhead, 0.85, casting, self.grain * 5 // 8),
            strength=self.hour.strength,
            ambient=self.hour.ambient,
            tint=self.hour.tint,
            lamps=self.hour.lamps,
        )

    def _mixed(self, light: Light) -> str:
        seen = [(part.above - math.sqrt(-far), patch, part) for part in self.things for far, patch in self._seen(part)]
        seen.sort(key=lambda found: found[0])
        shapes = [self._shape(patch, part, light) for _, patch, part in seen]
        return f'<g filter="url(#{_melt_name(_MIXED)})" stroke-linecap="round">{"".join(shapes)}</g>'

    def _painted(self, part: Part, light: Light) -> str:
        seen = sorted(self._seen(part), key=lambda found: found[0])
        shapes = [self._shape(patch, part, light) for _, patch in seen]
        held = f' filter="url(#{_melt_name(part.melt)})"' if part.melt else ' stroke-linecap="round"'
        return f"<g{held}>{''.join(shapes)}</g>"

    def _seen(self, part: Part) -> Iterator[tuple[float, Patch]]:
        """What the camera sees of a part, each patch with how near it is, which is negative."""
        eye = self.camera.eye
        for patch in part.patches:
            centre = middle(patch.corners)
            towards = sub(eye, centre)
            facing = dot(patch.normal, towards)
            if len(patch.corners) == 1 and facing < 0.3 * length(towards):
                continue
            if patch.normal != (0.0, 0.0, 0.0) and facing <= 0:
                if not part.both_sides:
                    continue
                patch = patch._replace(normal=scale(patch.normal, -1))
            yield -dot(towards, towards), patch

    def _shape(self, patch: Patch, part: Part, light: Light) -> str:
        centre = middle(patch.corners)
        shade = exposed(light.on(centre, patch.normal, patch.colour, part.material))
        corners = [self.camera.project(corner) for corner in patch.corners]
        if len(corners) > 2:
            alpha = f' opacity="{self._thickness(patch, centre, part):.2f}"' if part.material.clear else ""
            return f'<path d="{_polygon(corners)}" fill="{shade}"{alpha}/>'
        width = patch.width * self.camera.scale_at(corners[0][2])
        if len(corners) == 1:
            return f'<circle cx="{corners[0][0]:.1f}" cy="{corners[0][1]:.1f}" r="{width / 2:.1f}" fill="{shade}"/>'
        (x, y, _), (p, q, _) = corners
        return f'<path d="M{x:.1f} {y:.1f}L{p:.1f} {q:.1f}" stroke="{shade}" stroke-width="{width:.1f}"/>'

    def _thickness(self, patch: Patch, centre: Vec, part: Part) -> float:
        """How much a clear wall hides: more where it is seen along its side."""
        facing = abs(dot(patch.normal, unit(sub(self.camera.eye, centre))))
        return 1 - part.material.clear * (1 - math.pow(1 - facing, 2.2))

    def _floor_shadow(self, light: Light) -> str:
        cell = 10 if self.mixed else 6
        levels = 24
        runs: list[str] = []
        for row in range(math.ceil(self.camera.height / cell)):
            start, current = 0, 0
            for column in range(math.ceil(self.camera.width / cell) + 1):
                level = round(self._darkness(column, row, cell, light) * levels)
                if level != current:
                    if current:
                        runs.append(_run(start, column, row, cell, current / levels * self.shade))
                    start, current = column, level
        if not runs:
            return ""
        return f'<g fill="{self.scenery.shadow}" shape-rendering="crispEdges" filter="url(#soft)">{"".join(runs)}</g>'

    def _darkness(self, column: int, row: int, cell: int, light: Light) -> float:
        if column * cell > self.camera.width:
            return 0.0
        point = self.camera.floor_point((column + 0.5) * cell, (row + 0.5) * cell)
        if point is None:
            return 0.0
        raised = (point[0], 0.01, point[2])
        direct, overhead = light.window.open(raised), light.sky.open(raised)
        return 1 - (0.62 * direct + 0.38) * (0.45 + 0.55 * overhead)


def standing(
    backdrop: Backdrop,
    *,
    zoom: float = 100.0,
    pitch: float = 17.0,
    yaw: float = 0.0,
    target: Vec = (0.0, 1.6, 0.0),
    centre: tuple[float, float] = (0.5, 0.54),
) -> Stage:
    """Goods on studio paper, seen from a little above."""
    return Stage(Camera(SIDE, SIDE, pitch, zoom, yaw, 34.0, target, centre), backdrop, (-0.62, 0.80, 0.52))


def lying(table: Table, *, zoom: float = 100.0, pitch: float = 89.0, yaw: float = 0.0) -> Stage:
    """Goods laid out and seen from above; x is to the right, z towards the reader."""
    return Stage(Camera(SIDE, SIDE, pitch, zoom, yaw, 40.0), table, (-0.55, 0.95, -0.55))


def _polygon(corners: Sequence[tuple[float, float, float]]) -> str:
    """A path a hair wider than its corners, so that neighbours leave no seam."""
    x = sum(c[0] for c in corners) / len(corners)
    y = sum(c[1] for c in corners) / len(corners)
    points = []
    for px, py, _ in corners:
        dx, dy = px - x, py - y
        grow = 1 + 0.45 / max(math.hypot(dx, dy), 0.45)
        points.append(f"{x + dx * grow:.1f} {y + dy * grow:.1f}")
    return f"M{'L'.join(points)}z"


def _run(start: int, end: int, row: int, cell: int, alpha: float) -> str:
    return f'<path d="M{start * cell} {row * cell}h{(end - start) * cell}v{cell}h{(start - end) * cell}z" opacity="{alpha:.2f}"/>'


def _melt_name(amount: float) -> str:
    return f"melt{round(amount * 10)}"


def _melting(amount: float) -> str:
    """Runs facets into each other and keeps the outer edge sharp."""
    return (
        f'<filter id="{_melt_name(amount)}" x="-5%" y="-5%" width="110%" height="110%">'
        f'<feGaussianBlur stdDeviation="{amount}"/><feComponentTransfer><feFuncA type="linear" slope="60"/>'
        '</feComponentTransfer><feComposite in2="SourceAlpha" operator="in"/></filter>'
    )


_SOFT = '<filter id="soft" x="-5%" y="-5%" width="110%" height="110%"><feGaussianBlur stdDeviation="5"/></filter>'
