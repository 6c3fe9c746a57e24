"""Colours as readers see them: their contrast, how far they are apart, also in grey and to the colour-blind."""

from __future__ import annotations

import math
from collections.abc import Iterable

Linear = tuple[float, float, float]
"""Red, green and blue in linear light, each from 0 to 1."""

TEXT = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
MARK = 3.0
"""The least contrast of what carries meaning and is no text, such as a line of a chart (WCAG 2.2, 1.4.11)."""

ALIKE = 0.04
"""Colours that are nearer to each other than this are hardly told apart: twice what can just be noticed."""

_LUMINANCE = (0.2126, 0.7152, 0.0722)
_GREY = (_LUMINANCE,) * 3
VIEWS: dict[str, tuple[Linear, Linear, Linear]] = {
    "in full colour": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "in grey": _GREY,
    "to protanopes": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "to deuteranopes": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "to tritanopes": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What becomes of linear light for each reader: the luminance alone; and for those who lack one kind of cone, the
matrices of severity 1.0 in Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
vision deficiency", IEEE TVCG 15 (6), 2009."""


def contrast(colour: str, ground: str) -> float:
    """The contrast of two colours written as #rrggbb, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(_linear(colour)), _luminance(_linear(ground))))
    return (high + 0.05) / (low + 0.05)


def with_contrast(colour: str, ground: str, least: float) -> str:
    """The nearest colour of the same hue with so much contrast: itself, or darker on light ground, lighter on dark."""
    if contrast(colour, ground) >= least:
        return colour
    light, behind = _linear(colour), _luminance(_linear(ground))
    if behind > 0.18:  # white text would have less contrast on it than black
        wanted = (behind + 0.05) / least - 0.05
        return _written(tuple(part * max(wanted, 0) / _luminance(light) for part in light), up=False)
    wanted = min((behind + 0.05) * least - 0.05, 1.0)
    most = 1 / max(*light, 1e-9)  # brighter than this, a part would be beyond 1
    bright = tuple(part * min(wanted / max(_luminance(light), 1e-9), most) for part in light)
    rest = max(wanted - _luminance(bright), 0) / (1 - min(_luminance(bright), 1 - 1e-9))
    return _written(tuple(part + (1 - part) * rest for part in bright), up=True)


def distance(one: str, other: str, view: str) -> float:
    """How far apart two colours are in a view: their distance in OKLab, where one just noticeable is 0.02.

    OKLab is Björn Ottosson's, 2020; the distance is deltaEOK of CSS Color 4.
    """
    return math.dist(*(_oklab(_seen(_linear(colour), view)) for colour in (one, other)))


def view_in_which_alike(one: str, other: str) -> str | None:
    """The first view in which two colours can hardly be told apart, if there is one."""
    return next((view for view in VIEWS if distance(one, other, view) < ALIKE), None)


def _linear(colour: str) -> Linear:
    """The linear light of a colour written as #rrggbb (sRGB, IEC 61966-2-1)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def _written(light: Iterable[float], *, up: bool) -> str:
    """Linear light as #rrggbb, rounded to the lighter or darker side."""
    parts = (p * 12.92 if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in light)
    steps = (min(max(int(part * 255 + (0.999999 if up else 0)), 0), 255) for part in parts)
    return "#" + "".join(f"{step:02x}" for step in steps)


def _luminance(light: Iterable[float]) -> float:
    return sum(weight * part for weight, part in zip(_LUMINANCE, light, strict=True))


def _seen(light: Linear, view: str) -> Linear:
    red, green, blue = (
        min(max(sum(weight * part for weight, part in zip(row, light, strict=True)), 0.0), 1.0) for row in VIEWS[view]
    )
    return red, green, blue


def _oklab(light: Linear) -> Linear:
    red, green, blue = light
    long, middle, short = (
        (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3),
        (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3),
        (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3),
    )
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )
