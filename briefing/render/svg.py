"""A drawing made at home where it is shown: in a page with a dark mode, or as a file that stands alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from briefing.drawing.palette import PALETTE
from briefing.edition import Chart, Edition, Line, Note, plain
from briefing.look import Look

_TOKENS = {light: token for token, (light, _) in PALETTE.items()}
_COLOUR = re.compile(rf' (fill|stroke)="({"|".join(_TOKENS)})"')
_PRESENTED = re.compile(
    r' (fill|stroke|opacity|(?:fill|stroke|font|letter|word|text|clip|paint)-[a-z-]+|dominant-baseline)="([^"]*)"'
)
_LENGTHS = {"font-size", "letter-spacing", "word-spacing"}
_FAMILIES = "'Briefing Sans','Source Sans 3','Noto Sans Arabic','Noto Sans Hebrew',Helvetica,Arial,sans-serif"
_MARGIN = 4
"""Millimetres around a drawing that stands alone."""


def on_screen(svg: str, alt: str, look: Look) -> Markup:
    """A drawing as part of an HTML page: its colours follow the page's, its letters are the page's.

    What an attribute says of its looks becomes a style: that knows variables, and any rule of a page is stronger than
    an attribute.
    """
    colours = look.colours

    def said(name: str, value: str) -> str:
        token = _TOKENS.get(value)
        if token is not None and name in {"fill", "stroke"}:
            return f"{name}: var(--bf-chart-{token}, {colours[token][0]})"
        return f"{name}: {value}{'px' if name in _LENGTHS and value[-1:].isdigit() else ''}"

    def at_home(tag: str) -> str:
        if found := _PRESENTED.findall(tag):
            style = "; ".join(said(name, value) for name, value in found)
            tag = re.sub(r"^<[^\s/>]+", lambda name: f'{name[0]} style="{style}"', _PRESENTED.sub("", tag))
        return tag.replace("Source Sans 3", "Briefing Sans")

    svg = _in_tags(svg, at_home)
    opening, rest = svg.split(">", 1)
    opening = re.sub(r' (?:role|aria-label|class|xmlns:xlink)="[^"]*"', "", opening)
    return Markup(f'{opening} class="bf-picture" role="img" aria-label="{escape(alt)}">{rest}')  # noqa: S704  # drawn by us


def in_colours(svg: str, look: Look) -> str:
    """A drawing in the light colours of a look, for paper and files."""
    if not look.own:
        return svg
    colours = look.colours
    return _in_tags(svg, lambda tag: _COLOUR.sub(lambda match: f' {match[1]}="{colours[_TOKENS[match[2]]][0]}"', tag))


def _in_tags(svg: str, change: Callable[[str], str]) -> str:
    """The drawing with its tags changed; labels may hold what looks like a colour."""
    return re.sub(r"<[^>]+>", lambda tag: change(tag[0]), svg)


def standing_alone(svg: str, chart: Chart, edition: Edition, look: Look, letters: str = "") -> str:
    """A drawing as a file of its own, with its title above and its sources below: no figure without them.

    `letters` are the style sheet of the fonts that it brings along.
    """
    size = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg)
    assert size is not None  # noqa: S101  # the drawing room's promise
    width, height = float(size[1]), float(size[2])
    unit = width / chart.spec.width  # user units in a millimetre
    svg = in_colours(svg, look)
    ink, muted, page = (look.colours[token][0] for token in ("ink", "muted", "page"))
    lines: list[str] = []
    y = 0.0

    def put(text: str, size: float, leading: float, colour: str, weight: int) -> None:
        nonlocal y
        for line in _wrapped(text, chart.spec.width / size):
            y += leading * unit
            lines.append(
                f'<text x="0" y="{y:.2f}" font-size="{size * unit:.2f}" font-weight="{weight}" '
                f'fill="{colour}">{escape(line)}</text>'
            )

    put(plain(chart.title), 4.2, 5.2, ink, 600)
    put(plain(chart.subtitle), 3.2, 4.4, muted, 400)
    y += 3 * unit
    top = y
    y += height
    for remark in chart.remarks:
        put(plain(remark), 2.7, 3.6, muted, 400)
    put(_sources(chart.source, edition), 2.7, 3.6, muted, 400)
    margin = _MARGIN * unit
    wide, tall = width + 2 * margin, y + 2 * margin
    inner = re.sub(r' (?:width|height|role|class|font-family)="[^"]*"', "", svg.split(">", 1)[0])
    inner = (
        f'{inner} x="0" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" overflow="visible">'
        f"{svg.split('>', 1)[1]}"
    )
    text = "".join(lines) + inner
    told = " ".join((chart.alt, *(plain(sentence) for sentence in chart.description)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-margin:.2f} {-margin:.2f} {wide:.2f} {tall:.2f}" '
        f'width="{wide / unit:.2f}mm" height="{tall / unit:.2f}mm" font-family="{_FAMILIES}" role="img" '
        f'aria-label="{escape(plain(chart.title))}">'
        f"<title>{escape(plain(chart.title))}</title><desc>{escape(told)}</desc>"
        f"<style>{letters}</style>"
        f'<rect x="{-margin:.2f}" y="{-margin:.2f}" width="{wide:.2f}" height="{tall:.2f}" '
        f'fill="{page}"/>{text}</svg>\n'
    )


def _wrapped(text: str, most: float) -> list[str]:
    """The text in lines of at most `most` ems, as a common sans measures; an East Asian letter takes a whole one."""
    lines, line, room = [], "", most
    whole = rf"[^\s\u2e80-\u9fff]{{1,{int(most / 0.48)}}}"  # a longer word is cut, but no number where it need not be
    for word in re.findall(rf"[\u2e80-\u9fff]|{whole}(?!(?<=\d)\d)|{whole}|\s+", text):
        taken = sum(1.0 if east_asian_width(letter) in "WF" else 0.48 for letter in word)
        if taken > room and line.strip() and word.strip():
            lines.append(line.strip())
            line, room = "", most
        line, room = line + word, room - taken
    return [*lines, line.strip()] if line.strip() else lines


def _sources(line: Line, edition: Edition) -> str:
    """The source line in full: no list of references stands beside a file."""
    references = {one.number: one.parts for one in edition.references}
    pieces: list[str] = []
    for node in line:
        if isinstance(node, Note):
            told = [references[mark.number] for mark in edition.marks[node.key]]
            pieces.append(" (" + "; ".join(", ".join(p for p in (one.title, one.published) if p) for one in told) + ")")
        else:
            pieces.append(plain((node,)))
    return f"{''.join(pieces)}. {edition.title}, {edition.date_text}."
