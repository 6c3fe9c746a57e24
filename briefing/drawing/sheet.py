"""A sheet of paper to draw on in points, and its SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from typing import Any
from xml.etree import ElementTree

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from briefing.drawing.lettering import FAMILIES, LINE, REGULAR, SIZE, font, needs_shaping
from briefing.drawing.palette import PALETTE
from briefing.errors import DrawError

Point = tuple[float, float]

MM = 72 / 25.4
"""Points in a millimetre."""
TALLEST = 240.0
"""Millimetres of the tallest chart that a page can hold."""

_SVG = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?\d+\.\d+")
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


class Sheet:
    """A transparent sheet in points: x runs right and y down from the top left.

    Every mark has a role, one word for what it shows; it becomes the class `bf-ROLE` in the SVG.
    """

    def __init__(self, width: float, height: float) -> None:
        if height > TALLEST * MM:
            raise DrawError(
                f"the chart would be {height / MM:.0f} mm tall, and a page holds {TALLEST:.0f} mm: "
                "show fewer rows, series or events"
            )
        self.width = width
        self.height = height
        self._down = Affine2D().scale(1, -1).translate(0, height)
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self._figure.patch.set_visible(False)
        self._outlined: list[str] = []

    def stroke(
        self, role: str, *runs: Sequence[Point], color: str, width: float = 0.5, dash: Sequence[float] = ()
    ) -> None:
        """A pen along each run of points."""
        pattern = (0, [length / width for length in dash]) if dash else "solid"  # matplotlib counts in pens
        self._add(
            role, _path(runs), fill=False, edgecolor=PALETTE[color][0], linewidth=width, linestyle=pattern
        )

    def area(self, role: str, outline: Sequence[Point], color: str, opacity: float = 1.0) -> None:
        """A filled outline."""
        path = Path([*outline, outline[0]], closed=True)
        self._add(role, path, facecolor=(PALETTE[color][0], opacity), linewidth=0)

    def dots(self, points: Sequence[Point], color: str, size: float = 5.0, hollow: bool = False) -> None:
        """Round dots of this diameter; a hollow one stands for an approximation."""
        path = _path([(point, point) for point in points])  # a round pen that does not move leaves a dot
        for ink, pen in [(color, size), ("page", size - 2.4)][: 1 + hollow]:
            self._add("dot", path, fill=False, edgecolor=PALETTE[ink][0], linewidth=pen, capstyle="round")

    def text(
        self, role: str, x: float, y: float, lines: Sequence[str],
        *, color: str = "ink", size: float = SIZE, weight: int = REGULAR, anchor: str = "left",
    ) -> None:  # fmt: skip
        """Lines of text, the first with its baseline at y, each with its left, center or right at x."""
        for n, line in enumerate(lines):
            base = y + n * size * LINE
            if needs_shaping(line):
                self._outline(role, x, base, line, color, size, weight, anchor)
            else:
                words = Text(
                    x, base, line, fontproperties=font(size, weight), color=PALETTE[color][0],
                    ha=anchor, va="baseline", parse_math=False, transform=self._down, gid=role,
                )  # fmt: skip
                self._figure.add_artist(words)

    def svg(self) -> str:
        """The sheet as an SVG document of paths and texts, sized in millimetres."""
        drawn = StringIO()
        self._figure.savefig(drawn, format="svg", metadata=_NO_METADATA)
        root = ElementTree.Element(
            "svg",
            {
                "xmlns": _SVG,
                "viewBox": f"0 0 {_short(self.width)} {_short(self.height)}",
                "width": f"{_short(self.width / MM)}mm",
                "height": f"{_short(self.height / MM)}mm",
                "role": "img",
                "stroke-linejoin": "round",  # which matplotlib takes for granted
            },
        )
        outlined = iter(self._outlined)
        figure = ElementTree.fromstring(drawn.getvalue()).find(f"{{{_SVG}}}g")
        for group in figure if figure is not None else ():
            role = group.attrib["id"]
            for mark in group:
                plain = _plain(mark, role.removesuffix(_OUTLINED))
                if role.endswith(_OUTLINED):
                    ElementTree.SubElement(plain, "title").text = next(outlined)
                root.append(plain)
        return ElementTree.tostring(root, encoding="unicode")

    def _outline(
        self, role: str, x: float, y: float, line: str, color: str, size: float, weight: int, anchor: str
    ) -> None:
        """A line of text as the outlines of its glyphs, with the words as its title."""
        outline = TextPath((0, 0), line, size=size, prop=font(size, weight))
        box = outline.get_extents()
        shift = {"left": box.x0, "center": (box.x0 + box.x1) / 2, "right": box.x1}[anchor]
        place = Affine2D().translate(x - shift, self.height - y)
        ink = PALETTE[color][0]
        patch = PathPatch(outline, transform=place, facecolor=ink, linewidth=0, gid=role + _OUTLINED)
        self._figure.add_artist(patch)
        self._outlined.append(line)

    def _add(self, role: str, path: Path, **style: Any) -> None:
        self._figure.add_artist(PathPatch(path, transform=self._down, joinstyle="round", gid=role, **style))


def _path(runs: Sequence[Sequence[Point]]) -> Path:
    """One path of several runs, each point of which is kept."""
    codes = [int(Path.LINETO if n else Path.MOVETO) for run in runs for n in range(len(run))]
    path = Path([point for run in runs for point in run], codes)
    path.should_simplify = False  # it would take away what does not move
    return path


_OUTLINED = " outlined"


def _plain(mark: ElementTree.Element, role: str) -> ElementTree.Element:
    """A mark of matplotlib's SVG without namespace, id, surplus digits and surplus words."""
    style = dict(part.split(": ", 1) for part in mark.attrib["style"].split("; ") if part)
    plain = {"class": f"bf-{role}"}
    if mark.tag == f"{{{_SVG}}}text":
        style["font-family"] = FAMILIES
        plain |= {"x": _short(float(mark.attrib["x"])), "y": _short(float(mark.attrib["y"]))}
        if style["text-anchor"] == "start":
            del style["text-anchor"]
    else:
        outline = _NUMBER.sub(lambda found: _short(float(found[0])), mark.attrib["d"])
        plain["d"] = re.sub(r"\s*([A-Za-z])\s*", r"\1", outline)
        if style.get("stroke-dashoffset") == "0":
            del style["stroke-dashoffset"]
    plain["style"] = ";".join(f"{name}:{value}" for name, value in style.items())
    element = ElementTree.Element(mark.tag.removeprefix(f"{{{_SVG}}}"), plain)
    element.text = mark.text
    return element


def _short(number: float) -> str:
    """A number of points to the hundredth: finer than any printer."""
    return f"{round(number, 2) + 0:.2f}".rstrip("0").rstrip(".")
