"""The words of a drawing against what was to be drawn: labels and figures as specified, ticks as computed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from unicodedata import normalize

from briefing.audit.reading import Drawing
from briefing.drawing.axes import date_words, dated, dates, extent, locale_of, measured, number_words, steps
from briefing.drawing.limits import class_limits, days_shown
from briefing.drawing.periods import marked_dates, places
from briefing.edition import ChartSpec
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
        if role == "bf-tick":
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
        ("bf-figure", [row.text for row in spec.rows]),
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
    stated["bf-unit"] = [_ink(spec.unit)]
    stated["bf-label"] = [_ink(row.label) for row in spec.rows] + [_ink(line.label) for line in spec.lines]
    stated["bf-part"] = [_ink(part) for part in (*spec.parts, *(row.part for row in spec.rows))]
    stated["bf-group"] = [_ink(row.group) for row in spec.rows] + [_ink(event.group) for event in spec.events]
    stated["bf-detail"] = [_ink(row.detail) for row in spec.rows] + [_ink(line.detail) for line in spec.lines]
    stated["bf-figure"] = [_ink(row.text) for row in spec.rows]
    stated["bf-last"] = [_ink(line.last) for line in spec.lines]
    stated["bf-total"] = [_ink(row.text) for row in spec.totals]
    stated["bf-event-label"] = [_ink(event.label) for event in spec.events]
    stated[""] = [one for each in stated.values() for one in each]
    return dict(stated)


def _ticks(spec: ChartSpec) -> set[str]:
    """All that may stand at an axis of these values and dates, however many ticks there is room for."""
    locale = locale_of(spec.language)
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
