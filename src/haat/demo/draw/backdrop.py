"""Where the goods stand or lie: a sweep of studio paper, or a surface seen from above."""

from collections.abc import Sequence
from dataclasses import dataclass

from haat.demo.draw.colour import blend, colour, dim, written
from haat.demo.draw.grain import boards


@dataclass(frozen=True)
class Backdrop:
    """Paper behind (`wall`) and under (`floor`) the goods; `horizon` is where they meet, as a share of the height.

    `shape` stands on the wall: "", "disc", "arch" or "window"; `accent` is its colour.
    """

    wall: str
    floor: str
    accent: str = "#ffffff"
    horizon: float = 0.6
    shape: str = ""
    shape_at: tuple[float, float, float] = (0.5, 0.42, 0.3)

    def svg(self, width: float, height: float) -> tuple[str, str]:
        """Definitions and drawing."""
        defs = [self._wall(), self._floor(), _GLOW, _FALL]
        full = f'width="{width}" height="{height}"'
        edge = self.horizon * height
        cove = (0.002 if self.shape == "arch" else 0.1) * height
        defs.append(
            f'<linearGradient id="cove" x1="0" x2="0" y1="{edge - cove:.0f}" y2="{edge + cove:.0f}" '
            'gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#fff" stop-opacity="0"/>'
            '<stop offset=".5" stop-color="#fff" stop-opacity=".5"/><stop offset="1" stop-color="#fff"/></linearGradient>'
            f'<mask id="under"><rect {full} fill="url(#cove)"/></mask>'
        )
        drawing = [
            f'<rect {full} fill="url(#wall)"/>',
            self._shape(width, height),
            f'<rect {full} fill="url(#floor)" mask="url(#under)"/>',
            f'<rect {full} fill="url(#glow)"/><rect {full} fill="url(#fall)"/>',
        ]
        return "".join(defs), "".join(drawing)

    @property
    def ground(self) -> str:
        return self.floor

    @property
    def around(self) -> str:
        return self.wall

    @property
    def shadow(self) -> str:
        return written(dim(colour(blend(self.floor, "#3a2340", 0.35)), 0.16))

    def _wall(self) -> str:
        return _gradient("wall", [(0, self.wall), (0.7, blend(self.wall, self.floor, 0.25)), (1, self.floor)])

    def _floor(self) -> str:
        light = blend(self.floor, "#ffffff", 0.14)
        return _gradient("floor", [(self.horizon, light), (0.82, self.floor), (1, blend(self.floor, "#000000", 0.07))])

    def _shape(self, width: float, height: float) -> str:
        x, y, size = (part * height for part in self.shape_at)
        x = self.shape_at[0] * width
        if self.shape == "disc":
            return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}" fill="{self.accent}"/>'
        if self.shape == "arch":
            foot = self.horizon * height
            return (
                f'<path d="M{x - size:.0f} {foot:.0f}V{y:.0f}a{size:.0f} {size:.0f} 0 0 1 {2 * size:.0f} 0V{foot:.0f}z" '
                f'fill="{self.accent}"/>'
            )
        if self.shape == "window":
            return _window_light(x, y, size, self.accent)
        return ""


@dataclass(frozen=True)
class Table:
    """A surface seen from above: plain paper, or boards (`boards` across the picture)."""

    top: str
    boards: int = 0
    leaning: float = 0.0
    accent: str = ""

    def svg(self, width: float, height: float) -> tuple[str, str]:
        full = f'width="{width}" height="{height}"'
        defs = [_gradient("wall", [(0, blend(self.top, "#ffffff", 0.06)), (1, self.top)]), _GLOW, _FALL]
        drawing = [f'<rect {full} fill="url(#wall)"/>']
        if self.boards:
            drawing.append(self._boards(width, height))
        if self.accent:
            drawing.append(
                f'<path d="M{width * 0.0:.0f} {height * 0.74:.0f}L{width:.0f} {height * 0.40:.0f}V{height:.0f}H0z" '
                f'fill="{self.accent}"/>'
            )
        drawing.append(f'<rect {full} fill="url(#glow)"/><rect {full} fill="url(#fall)"/>')
        return "".join(defs), "".join(drawing)

    @property
    def ground(self) -> str:
        return self.top

    @property
    def around(self) -> str:
        return self.top

    @property
    def shadow(self) -> str:
        return written(dim(colour(blend(self.top, "#3a2340", 0.35)), 0.16))

    def _boards(self, width: float, height: float) -> str:
        return boards(self.top, width, height, self.boards, self.leaning)


def _gradient(name: str, stops: Sequence[tuple[float, str]]) -> str:
    inner = "".join(f'<stop offset="{at:.3f}" stop-color="{shade}"/>' for at, shade in stops)
    return f'<linearGradient id="{name}" x1="0" x2="0" y1="0" y2="1">{inner}</linearGradient>'


def _window_light(x: float, y: float, size: float, accent: str) -> str:
    """Late light through four panes, slanting over the wall."""
    panes = []
    for column in (0, 1):
        for row in (0, 1):
            left, top = x + (column - 1) * size * 0.56, y + (row - 1) * size * 0.86 + (column - 1) * size * 0.2
            w, h, lean = size * 0.5, size * 0.78, size * 0.18
            panes.append(f"M{left:.0f} {top:.0f}l{w:.0f} {lean:.0f}v{h:.0f}l{-w:.0f} {-lean:.0f}z")
    return (
        '<filter id="haze"><feGaussianBlur stdDeviation="7"/></filter>'
        f'<path d="{"".join(panes)}" fill="{accent}" filter="url(#haze)"/>'
    )


_GLOW = (
    '<radialGradient id="glow" cx=".2" cy=".1" r=".95"><stop offset="0" stop-color="#fff6e4" stop-opacity=".38"/>'
    '<stop offset=".55" stop-color="#fff6e4" stop-opacity=".08"/><stop offset="1" stop-color="#fff6e4" stop-opacity="0"/>'
    "</radialGradient>"
)
_FALL = (
    '<radialGradient id="fall" cx=".36" cy=".4" r=".95"><stop offset=".45" stop-color="#2b1a33" stop-opacity="0"/>'
    '<stop offset="1" stop-color="#2b1a33" stop-opacity=".2"/></radialGradient>'
)
