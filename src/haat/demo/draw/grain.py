"""Wood, as a surface seen from above."""

import math

from haat.demo.draw.colour import blend
from haat.demo.draw.space import Dice, noise


def boards(tone: str, width: float, height: float, count: int, leaning: float) -> str:
    """Boards side by side across the picture, each with its own tone and figure."""
    dice = Dice(f"boards {tone} {count}")
    reach = width * 1.5
    wide = reach / (count * 1.5)
    pieces = []
    for k in range(math.ceil(reach / wide)):
        left = -reach / 2 + k * wide
        ground = blend(tone, dice.pick(("#2a1608", "#fff3dd")), dice.throw(0.01, 0.07))
        pieces.append(
            f'<rect x="{left:.1f}" y="{-reach:.0f}" width="{wide:.1f}" height="{2 * reach:.0f}" fill="{ground}"/>'
        )
        pieces.append(_figure(ground, left, wide, reach, dice.throw(0, 900)))
        pieces.append(
            f'<rect x="{left - 1.4:.1f}" y="{-reach:.0f}" width="2.8" height="{2 * reach:.0f}" '
            f'fill="{blend(tone, "#1a0d05", 0.72)}" opacity=".55"/>'
            f'<rect x="{left + 1.4:.1f}" y="{-reach:.0f}" width="2" height="{2 * reach:.0f}" fill="#fff" opacity=".22"/>'
        )
    return f'<g transform="translate({width / 2:.0f} {height / 2:.0f}) rotate({leaning})">{"".join(pieces)}</g>'


def _figure(ground: str, left: float, wide: float, reach: float, seed: float) -> str:
    lines = []
    for k in range(int(wide / 9)):
        x0 = left + (k + 0.5) * 9
        points = []
        for step_down in range(0, int(2 * reach), 60):
            y = -reach + step_down
            sway = (noise(x0 / 90, y / 420, seed) - 0.5) * 46
            points.append(f"{min(max(x0 + sway, left + 3), left + wide - 3):.1f} {y:.0f}")
        weight = 0.5 + 1.6 * noise(k * 0.7, seed, 3.0)
        lines.append(f'<path d="M{"L".join(points)}" stroke-width="{weight:.1f}"/>')
    return f'<g fill="none" stroke="{blend(ground, "#2a1608", 0.45)}" opacity=".30" stroke-linejoin="round">{"".join(lines)}</g>'
