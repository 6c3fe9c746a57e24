"""The key of a map: what is measured, classes of shades, sizes of dots, what hatching and dashes say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from babel import Locale

from briefing.drawing.axes import number_words
from briefing.drawing.lettering import PLAIN, SMALL, widest, width, wrap
from briefing.drawing.sheet import Point, Sheet
from briefing.edition import ChartSpec
from briefing.geography.measure import dot_sizes, shade_of

_BOX = 9.0
"""The height of a swatch."""
_GAP = 16.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a map shows that its key has to explain. `highest` is the largest figure of a dot, drawn `largest` wide."""

    highest: Decimal | None
    largest: float
    empty: bool
    hatched: bool
    unsettled: bool


class Key:
    """The key above a map, measured before it is drawn."""

    def __init__(self, spec: ChartSpec, locale: Locale, wide: float, shown: Shown) -> None:
        assert spec.map is not None  # noqa: S101  # a map has one
        self.shown, self.wide = shown, wide
        self.unit = wrap(spec.unit, wide, lines=2)
        self.breaks = spec.map.breaks
        self.ticks = number_words(self.breaks, locale) if len(self.breaks) > 1 else []
        self.step = max(34.0, widest(self.ticks, SMALL) + 8)
        self.sizes = dot_sizes(shown.highest) if shown.highest is not None else ()
        self.size_words = number_words(self.sizes, locale) if self.sizes else []
        words = spec.map.key
        notes = ("none", words.no_figure, shown.empty), ("hatch", words.inexact, shown.hatched)
        explained = (*notes, ("unsettled", words.unsettled, shown.unsettled))
        self.notes = [(kind, text) for kind, text, is_shown in explained if is_shown]
        self.rows = self._flow()

    @property
    def height(self) -> float:
        """From the top of the sheet to the map."""
        return len(self.unit) * PLAIN.line + 4 + sum(self._tall(row) for row in self.rows)

    def _flow(self) -> list[list[tuple[float, str, str]]]:
        """The parts of the key in rows: left edge, kind, words."""
        parts: list[tuple[float, str, str]] = []
        if self.ticks:
            half = widest([self.ticks[0]], SMALL) / 2, widest([self.ticks[-1]], SMALL) / 2
            parts.append((half[0] + self.step * (len(self.ticks) - 1) + half[1], "classes", ""))
        parts += [
            (self._diameter(size) + 4 + width(words, SMALL), f"size {n}", words)
            for n, (size, words) in enumerate(zip(self.sizes, self.size_words, strict=True))
        ]
        parts += [(18 + 4 + width(words, SMALL), kind, words) for kind, words in self.notes]
        rows: list[list[tuple[float, str, str]]] = []
        x = self.wide
        for wide, kind, words in parts:
            if x + wide > self.wide:
                rows.append([])
                x = 0.0
            rows[-1].append((x, kind, words))
            x += wide + _GAP
        return rows

    def _tall(self, row: list[tuple[float, str, str]]) -> float:
        """The height of a row: that of its largest dot, or of swatches, with numbers below them or not."""
        largest = max((self._size(kind) for _, kind, _ in row if kind.startswith("size")), default=0.0)
        return max(largest + 5, 25.0 if any(kind == "classes" for _, kind, _ in row) else 15.0)

    def _size(self, kind: str) -> float:
        return self._diameter(self.sizes[int(kind[5:])])

    def draw(self, sheet: Sheet) -> None:
        """The unit, then the rows."""
        sheet.text("unit", (0, PLAIN.size), self.unit, color="muted")
        y = len(self.unit) * PLAIN.line + 4
        for row in self.rows:
            tall = self._tall(row)
            top = y + 1 if any(kind == "classes" for _, kind, _ in row) else y + (tall - 4 - _BOX) / 2
            for x, kind, words in row:
                self._draw_part(sheet, x, top, kind, words)
            y += tall

    def _draw_part(self, sheet: Sheet, x: float, y: float, kind: str, words: str) -> None:
        box = [(x, y), (x + 18, y), (x + 18, y + _BOX), (x, y + _BOX)]
        if kind == "classes":
            self._draw_classes(sheet, x + widest([self.ticks[0]], SMALL) / 2, y)
            return
        if kind.startswith("size"):
            size = self._size(kind)
            sheet.ring("key-dot", (x + size / 2, y + _BOX / 2), size, "series2", width=1.0)
            sheet.text("tick", (x + size + 4, y + 7.2), [words], SMALL, color="muted")
            return
        if kind == "unsettled":
            line: list[Point] = [(x, y + _BOX / 2), (x + 18, y + _BOX / 2)]
            sheet.stroke("key-unsettled", line, color="muted", width=0.9, dash=(2.4, 1.8))
        else:
            sheet.shape("key", [box], "home" if kind == "none" else "shade3", edge="muted", width=0.4)
        if kind == "hatch":
            runs: list[list[Point]] = [[(x + n, y + _BOX), (x + n + _BOX, y)] for n in (0, 4.5, 9)]
            sheet.stroke("key-hatch", *runs, color="page", width=0.8)
        sheet.text("key", (x + 22, y + 7.2), [words], SMALL, color="muted")

    def _draw_classes(self, sheet: Sheet, x: float, y: float) -> None:
        for n in range(len(self.breaks) - 1):
            left, right = x + n * self.step, x + (n + 1) * self.step
            box = [(left, y), (right, y), (right, y + _BOX), (left, y + _BOX)]
            sheet.shape("key", [box], f"shade{shade_of(n, self.breaks)}", edge="page", width=0.8)
        for n, words in enumerate(self.ticks):
            at = x + n * self.step
            sheet.stroke("key-tick", [(at, y + _BOX), (at, y + _BOX + 2)], color="muted", width=0.6)
            sheet.text("tick", (at, y + _BOX + 2 + SMALL.size), [words], SMALL, color="muted", anchor="center")

    def _diameter(self, number: Decimal) -> float:
        return self.shown.largest * sqrt(float(number) / float(self.shown.highest or 1))
