"""The words of a drawing against what was to be drawn: labels and figures as specified, ticks as computed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from unicodedata import normalize

from babel import Locale

from briefing.audit.reading import Drawing
from briefing.drawing.axes import date_words, dated, dates, extent, locale_of, measured, number_words, steps
from briefing.drawing.limits import class_limits, days_shown
from briefing.drawing.periods import marked_dates, places
from briefing.edition import ChartMap, ChartSpec, MapMark
from briefing.geography.ground import Ground
from briefing.geography.measure import dot_sizes, scale_words
from briefing.kinds import chart_kind
from briefing.numerals import inked, numerals

_MOST_TICKS = 7
_MOST_DATES = 16


def strange_texts(drawing: Drawing, spec: ChartSpec) -> Iterator[str]:
    """Every text of a drawing with a numeral that its specification does not have there."""
    stated = _stated(spec)
    ticks: set[str] | None = None
    for role, text in drawing:
        if not role or not any(numerals(text)):
            continue
        if role == "bf-number":  # of a list of what is drawn
            if not all(one.isdecimal() and 1 <= int(one) <= len(_marks(spec)) for one in text.split("–")):
                yield text
        elif role == "bf-tick":
            ticks = _ticks(spec) if ticks is None else ticks
            if text not in ticks:
                yield text
        elif not any(_ink(text).removesuffix("…") in one for one in stated.get(role, stated[""])):
            yield text


def lost_figures(drawing: Drawing, spec: ChartSpec) -> Iterator[str]:
    """Every figure in words that does not stand in full in a drawing of a kind that promises so."""
    if not chart_kind(spec.kind).complete:
        return
    for role, figures in (
        ("bf-figure", [row.text for row in spec.rows] + [mark.text for mark in _marks(spec)]),
        ("bf-last", [one.last for one in spec.lines]),
        ("bf-total", [row.text for row in spec.totals]),
    ):
        drawn = "".join(_ink(text) for at, text in drawing if at == role)
        yield from (figure for figure in figures if _ink(figure) not in drawn)


def _ink(text: str) -> str:
    return inked(normalize("NFC", text))


def _stated(spec: ChartSpec) -> dict[str, list[str]]:
    """What a specification puts into words, by the role that it has in a drawing; all of it under no role."""
    stated: dict[str, list[str]] = defaultdict(list)
    marks = _marks(spec)
    stated["bf-unit"] = [_ink(spec.unit)]
    stated["bf-label"] = [_ink(row.label) for row in spec.rows] + [_ink(line.label) for line in spec.lines]
    stated["bf-part"] = [_ink(part) for part in (*spec.parts, *(row.part for row in spec.rows))]
    stated["bf-group"] = [_ink(row.group) for row in spec.rows] + [_ink(event.group) for event in spec.events]
    stated["bf-detail"] = [_ink(row.detail) for row in spec.rows] + [_ink(line.detail) for line in spec.lines]
    stated["bf-figure"] = [_ink(row.text) for row in spec.rows]
    stated["bf-label"] += [_ink(mark.label) for mark in marks]
    stated["bf-detail"] += [_ink(mark.detail) for mark in marks]
    stated["bf-figure"] += [_ink(mark.text) for mark in marks]
    stated["bf-place"] = [_ink(one.name) for one in spec.map.outlines] if spec.map is not None else []
    stated["bf-last"] = [_ink(line.last) for line in spec.lines]
    stated["bf-total"] = [_ink(row.text) for row in spec.totals]
    stated["bf-event-label"] = [_ink(event.label) for event in spec.events]
    stated[""] = [one for each in stated.values() for one in each]
    return dict(stated)


def _ticks(spec: ChartSpec) -> set[str]:
    """All that may stand at an axis of these values and dates, however many ticks there is room for."""
    locale = locale_of(spec.language)
    if spec.map is not None:
        return _map_ticks(spec, spec.map, locale)
    given = measured(spec)
    low, high = (Decimal(end) for end in extent(given or [Decimal(0)]))
    ticks: set[str] = set()
    for most in range(1, _MOST_TICKS if given else 0):
        marked = steps(given, most, spec.start)
        ticks |= {*number_words(marked, locale)}
        ticks |= {*number_words([tick for tick in marked if low <= tick <= high], locale)}
    if given and spec.kind == "heat":
        ticks |= {*number_words(class_limits(given), locale)}
    days = dated(spec)
    if days and not spec.lines:
        days = list(days_shown(spec))
    for most in range(2, _MOST_DATES if days else 0):
        ticks |= {word for lines in date_words(dates(min(days), max(days), most), locale) for word in lines}
        if spec.kind == "bar":
            ticks |= {
                word
                for lines in date_words(
                    marked_dates(places(point.at for line in spec.lines for point in line.points), most), locale
                )
                for word in lines
            }
    return ticks


def _marks(spec: ChartSpec) -> tuple[MapMark, ...]:
    return spec.map.marks if spec.map is not None else ()


def _map_ticks(spec: ChartSpec, pictured: ChartMap, locale: Locale) -> set[str]:
    """What may stand in the key of a map and at its scale: ends of classes, sizes of dots, one distance."""
    sizes = dot_sizes(
        max((one.value.numbers[-1] for one in pictured.marks if one.value and not one.area), default=Decimal())
    )
    ticks = {words for numbers in (pictured.breaks, sizes) if numbers for words in number_words(numbers, locale)}
    frame = Ground(pictured).frame(spec.height / spec.width if spec.height else None)
    return ticks | ({scale_words(frame.scale, locale)} if frame.scale else set())
