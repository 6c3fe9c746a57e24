"""A sheet of paper to draw on in points, and its SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from math import cos, pi, sin
from typing import Any

from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from matplotlib.typing import ColorType
from PIL import Image

from briefing.drawing.lettering import FAMILIES, PLAIN, Face, needs_shaping, properties
from briefing.drawing.palette import PALETTE
from briefing.errors import DrawError

Point = tuple[float, float]

MM = 72 / 25.4
"""Points in a millimetre."""
TALLEST = 240.0
"""Millimetres of the tallest chart that a page can hold."""

_SVG = "http://www.w3.org/2000/svg"
_OUTLINED = " outlined"
_STEPPED = " stepped"
_INITIAL = {("text-anchor", "start"), ("stroke-dashoffset", "0")}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


class Sheet:
    """A transparent sheet in points: x runs right and y down from the top left.

    Every mark has a role, one word for what it shows; it becomes the class `bf-ROLE` in the SVG.
    """

    def __init__(self, width: float, height: float) -> None:
        if height > TALLEST * MM:
            raise DrawError(
                f"the chart would be {height / MM:.0f} mm tall, and a page holds {TALLEST:.0f} mm: "
                "give it less height, or fewer rows, series or events"
            )
        self.width = width
        self.height = height
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self._figure.patch.set_visible(False)
        self._down = Affine2D().scale(1, -1).translate(0, height)
        self._outlined: list[str] = []

    def stroke(
        self,
        role: str,
        *runs: Sequence[Point],
        color: str,
        width: float = 0.5,
        dash: Sequence[float] = (),
        coarse: bool = False,
    ) -> None:
        """A pen along each run of points, which a coarse one finds to the tenth of a point."""
        style = (0, [length / width for length in dash]) if dash else "solid"  # matplotlib counts in widths
        ink = PALETTE[color][0]
        patch = PathPatch(_path(runs), fill=False, edgecolor=ink, linewidth=width, linestyle=style)
        self._add(role + _STEPPED * coarse, patch)

    def area(self, role: str, outline: Sequence[Point], color: str, opacity: float = 1.0) -> None:
        """A filled outline."""
        path = Path([*outline, outline[0]], closed=True)
        self._add(role, PathPatch(path, facecolor=(PALETTE[color][0], opacity), linewidth=0))

    def shape(
        self, role: str, rings: Sequence[Sequence[Point]], color: str, *, edge: str = "", width: float = 0.5
    ) -> None:
        """Filled rings with their holes, and a pen along them."""
        path = Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in rings))
        pen = {"edgecolor": PALETTE[edge][0], "linewidth": width} if edge else {"linewidth": 0}
        self._add(role + _STEPPED, PathPatch(path, facecolor=PALETTE[color][0], **pen))

    def dots(self, points: Sequence[Point], color: str, size: float, *, hollow: bool = False) -> None:
        """Round dots of this diameter; a hollow one stands for an approximation."""
        path = _path([(point, point) for point in points])  # a round pen that does not move leaves a dot
        for token, pen in [(color, size), ("page", size - 2.4)][: 1 + hollow]:
            ink = PALETTE[token][0]
            self._add("dot", PathPatch(path, fill=False, edgecolor=ink, linewidth=pen, capstyle="round"))

    def disc(self, role: str, at: Point, size: float, color: str, *, edge: str = "") -> None:
        """A filled circle of this diameter."""
        self.shape(role, [_circle(at, size)], color, edge=edge)

    def ring(
        self, role: str, at: Point, size: float, color: str, *, width: float = 1.0, dash: Sequence[float] = ()
    ) -> None:
        """A circle of this diameter, drawn with a pen."""
        line = _circle(at, size)
        self.stroke(role, [*line, line[0]], color=color, width=width, dash=dash)

    def text(  # what a line of text is made of
        self,
        role: str,
        at: Point,
        lines: Sequence[str],
        face: Face = PLAIN,
        *,
        color: str = "ink",
        anchor: str = "left",
    ) -> None:
        """Lines of text from a first baseline down, each with its left, center or right at the point."""
        ink = PALETTE[color][0]
        for n, line in enumerate(lines):
            x, y = at[0], at[1] + n * face.line
            if needs_shaping(line):
                place = Affine2D().translate(x, self.height - y)
                glyphs = PathPatch(_glyphs(line, face, anchor), transform=place, facecolor=ink, linewidth=0)
                glyphs.set_gid(role + _OUTLINED)
                self._figure.add_artist(glyphs)
                self._outlined.append(line)
            else:
                words = Text(x, y, line, fontproperties=properties(face), color=ink, ha=anchor, va="baseline")
                words.set(parse_math=False, transform=self._down, gid=role)
                self._figure.add_artist(words)

    def svg(self) -> str:
        """The sheet as an SVG document of paths and texts, sized in millimetres."""
        drawn = StringIO()
        self._figure.savefig(drawn, format="svg", metadata=_NO_METADATA)
        figure = ET.fromstring(drawn.getvalue())[-1]  # noqa: S314  # written by matplotlib just now
        root = ET.Element("svg", xmlns=_SVG, viewBox=f"0 0 {_short(self.width)} {_short(self.height)}")
        root.set("width", f"{_short(self.width / MM)}mm")
        root.set("height", f"{_short(self.height / MM)}mm")
        root.set("role", "img")
        root.set("font-family", FAMILIES)
        root.set("stroke-linejoin", "round")  # which matplotlib takes for granted
        outlined = iter(self._outlined)
        for group in figure:
            role = group.attrib["id"]
            for mark in group:
                plain = _plain(mark, role.partition(" ")[0])
                if role.endswith(_STEPPED):
                    plain.set("d", _in_steps(plain.attrib["d"]))
                if role.endswith(_OUTLINED):
                    ET.SubElement(plain, "title").text = next(outlined)
                root.append(plain)
        return ET.tostring(root, encoding="unicode")

    def png(self, pixels: int, margin: float, colours: Mapping[str, str]) -> bytes:
        """The sheet as a PNG so many pixels wide, on a page that cannot be seen through.

        `margin` is the page around the sheet in millimetres, a part of those pixels; `colours` are those that go in
        the place of a token's own light one. The picture has a palette of 128 colours: a third of the bytes.
        """
        around = margin * MM
        wide, high = self.width + 2 * around, self.height + 2 * around
        self._figure.set_size_inches(wide / 72, high / 72)
        swapped = {PALETTE[token][0]: colour for token, colour in colours.items() if token in PALETTE}
        larger = Affine2D().translate(around, around).scale(pixels / wide)
        for mark in self._figure.get_children():
            if mark is not self._figure.patch:
                mark.set_transform(mark.get_transform() + larger)
            if isinstance(mark, Text):
                mark.set_color(_swapped(mark.get_color(), swapped))
            elif isinstance(mark, PathPatch):
                if mark.get_gid() == "dot":  # in pixels a pen that does not move leaves nothing
                    mark.set_path(_moved(mark.get_path()))
                    mark.set_snap(False)
                mark.set_edgecolor(_swapped(mark.get_edgecolor(), swapped))
                if mark.get_fill():
                    mark.set_facecolor(_swapped(mark.get_facecolor(), swapped))
        page = swapped.get(PALETTE["page"][0], PALETTE["page"][0])
        self._figure.patch.set_visible(True)
        drawn = BytesIO()
        dpi = 72 * pixels / wide
        self._figure.savefig(drawn, format="png", dpi=dpi, facecolor=page, metadata={"Software": None})
        return _in_few_colours(drawn)

    def _add(self, role: str, patch: PathPatch) -> None:
        patch.set(transform=self._down, joinstyle="round", gid=role)
        self._figure.add_artist(patch)


def _circle(at: Point, size: float) -> list[Point]:
    """The corners of a polygon that looks round."""
    corners = max(12, min(48, int(size * 2)))
    turns = [2 * pi * n / corners for n in range(corners)]
    return [(at[0] + size / 2 * cos(turn), at[1] + size / 2 * sin(turn)) for turn in turns]


def _in_few_colours(drawn: BytesIO) -> bytes:
    """A PNG with a palette. Letters and lines have few colours, and shades of them at their edges."""
    with Image.open(drawn) as picture:
        few = picture.convert("RGB").quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def _swapped(colour: ColorType, swapped: Mapping[str, str]) -> ColorType:
    """A colour, or what goes in its place, as opaque as before."""
    return (*to_rgba(swapped.get(to_hex(colour), colour))[:3], to_rgba(colour)[3])


def _moved(path: Path) -> Path:
    """Pairs of equal points, the second of each a hair away."""
    points: Any = path.vertices
    return Path([(x + 0.01 * (n % 2), y) for n, (x, y) in enumerate(points)], path.codes)


def _path(runs: Sequence[Sequence[Point]]) -> Path:
    """One path of several runs, each point of which is kept."""
    codes = [int(Path.LINETO if n else Path.MOVETO) for run in runs for n in range(len(run))]
    path = Path([point for run in runs for point in run], codes)
    path.should_simplify = False  # it would take away what does not move
    return path


def _glyphs(line: str, face: Face, anchor: str) -> Path:
    """The outlines of a line of text, anchored at zero."""
    path = TextPath((0, 0), line, size=face.size, prop=properties(face))
    box = path.get_extents()
    shift = {"left": box.x0, "center": (box.x0 + box.x1) / 2, "right": box.x1}[anchor]
    return path.transformed(Affine2D().translate(-shift, 0))


def _plain(mark: ET.Element, role: str) -> ET.Element:
    """A mark of matplotlib's SVG without namespace, id, surplus digits and surplus words.

    Its style becomes attributes: WeasyPrint warns of each property of SVG that it meets in a style.
    """
    look = dict(part.split(": ", 1) for part in mark.attrib["style"].split("; "))
    plain = ET.Element(mark.tag.removeprefix(f"{{{_SVG}}}"), {"class": f"bf-{role}"})
    if plain.tag == "text":
        plain.text = mark.text
        plain.attrib |= {axis: _short(float(mark.attrib[axis])) for axis in ("x", "y")}
        look["font-size"] = look["font-size"].removesuffix("px")
        del look["font-family"]  # which the whole drawing has
    else:
        outline = re.sub(r"-?\d+\.\d+", lambda number: _short(float(number[0])), mark.attrib["d"])
        plain.set("d", re.sub(r"\s*([A-Za-z])\s*", r"\1", outline))
    plain.attrib |= {name: value for name, value in look.items() if (name, value) not in _INITIAL}
    return plain


def _in_steps(outline: str) -> str:
    """An outline of straight lines in steps of tenths of a point, half as long: a coast has thousands."""
    steps: list[str] = []
    x = y = left = top = 0
    going = False
    for letter, pair in re.findall(r"([MLz])([^MLz]*)", outline):
        if letter == "z":
            steps.append("z")
            x, y, going = left, top, False
            continue
        to_x, to_y = (round(float(number) * 10) for number in pair.split())
        if letter == "M":
            left, top, going = to_x, to_y, False
            steps.append(f"M{_tenths(to_x)} {_tenths(to_y)}")
        elif (to_x, to_y) != (x, y):
            across, down = _tenths(to_x - x), _tenths(to_y - y)
            between = "" if across.startswith("-") else " "
            steps.append(f"{between if going else 'l'}{across}{'' if down.startswith('-') else ' '}{down}")
            going = True
        x, y = to_x, to_y
    return "".join(steps)


def _tenths(number: int) -> str:
    text = f"{number / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _short(number: float) -> str:
    """A number of points to the hundredth, finer than any printer."""
    return f"{round(number, 2) + 0:.2f}".rstrip("0").rstrip(".")
