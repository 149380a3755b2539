"""What things are made of: how it answers light, and the figure in it."""

import math
from collections.abc import Callable

from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.solid import Material
from haat.demo.draw.space import Vec, noise

RAW = Material()
GLAZED = Material(gloss=0.9, rough=0.12)
SATIN = Material(gloss=0.75, rough=0.4)
OILED = Material(gloss=0.5, rough=0.5)
STEEL = Material(metal=True, rough=0.30)
CHROME = Material(metal=True, rough=0.04)
BRASS = Material(metal=True, rough=0.22)
IRON = Material(gloss=0.6, rough=0.55)
PAINT = Material(gloss=1.0, rough=0.10)
CLOTH = Material(sheen=0.16)
LEATHER = Material(gloss=0.8, rough=0.42)
RUBBER = Material(gloss=0.35, rough=0.7)
GLASS = Material(gloss=1.8, rough=0.03, clear=0.955)

STEEL_TONE = colour("#c9cdd0")
BRASS_TONE = colour("#d9ab57")
COPPER_TONE = colour("#d08a62")

Figure = Callable[[float, float, Vec], RGB]


def wooden(tone: str, stretch: Vec = (1.1, 16.0, 16.0)) -> Figure:
    """Paint with a wood's figure; `stretch` is small along the grain."""
    light, dark = colour(tone), dim(colour(tone), 0.52)

    def paint(u: float, v: float, p: Vec) -> RGB:
        broad = noise(p[0] * stretch[0] * 0.5 + 11, p[1] * stretch[1] * 0.22, p[2] * stretch[2] * 0.22)
        fine = noise(p[0] * stretch[0], p[1] * stretch[1], p[2] * stretch[2] + 5)
        return mix(light, dark, 0.42 * abs(math.sin(broad * 11)) ** 2 + 0.32 * fine * fine)

    return paint


def brushed(tone: RGB, stretch: Vec) -> Figure:
    """Metal drawn over a fine belt: faint lines where `stretch` is large."""

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(tone, dim(tone, 0.72), noise(p[0] * stretch[0], p[1] * stretch[1], p[2] * stretch[2]))

    return paint


def clouded(tone: RGB, by: float = 0.2, size: float = 2.5) -> Figure:
    """A colour that is not quite the same everywhere."""

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(tone, dim(tone, 1 - by), noise(p[0] / size * 6, p[1] / size * 6, p[2] / size * 6))

    return paint
