"""Colours: written as on the web, mixed as light is."""

RGB = tuple[float, float, float]  # linear light, 0 to 1


def colour(text: str) -> RGB:
    """`#rrggbb` as linear light."""
    red, green, blue = (_linear(int(text[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return (red, green, blue)


def written(light: RGB) -> str:
    """Linear light as `#rrggbb`."""
    return "#" + "".join(f"{round(255 * _display(min(max(part, 0.0), 1.0))):02x}" for part in light)


def exposed(light: RGB) -> str:
    """Any amount of light as `#rrggbb`: the brightest parts are held back softly, as film does."""
    return written((_shoulder(light[0]), _shoulder(light[1]), _shoulder(light[2])))


def mix(a: RGB, b: RGB, t: float) -> RGB:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def dim(a: RGB, by: float) -> RGB:
    return (a[0] * by, a[1] * by, a[2] * by)


def times(a: RGB, b: RGB) -> RGB:
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


def plus(a: RGB, b: RGB) -> RGB:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def blend(first: str, second: str, t: float) -> str:
    """Two written colours mixed; `t` is the share of the second."""
    return written(mix(colour(first), colour(second), t))


def _shoulder(value: float) -> float:
    if value <= 0.75:
        return max(value, 0.0)
    over = value - 0.75
    return 0.75 + 0.25 * over / (over + 0.25)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _display(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
