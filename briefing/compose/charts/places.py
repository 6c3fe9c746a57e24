"""Maps: facts where they are, as areas and points, with their classes, words and data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from briefing.compose.charts.order import Order, Parts, named, opening, units
from briefing.compose.select import select
from briefing.compose.writer import Writer
from briefing.diagnostics import shown
from briefing.edition import ChartMap, Column, Line, MapKey, MapMark, MapOutline, Row, Table, Text
from briefing.facts import Fact
from briefing.geography.atlas import Atlas, of_outlines, with_regions, world
from briefing.geography.ground import OWN, Ground, country_code
from briefing.geography.measure import class_breaks
from briefing.geography.names import WORLD, country_of, named_place, near_place, own_of, region_anywhere
from briefing.geography.view import View

_EXAMPLE = (
    'add maps: {disclaimer: "..."} with a sentence that the publisher answers for, such as "The boundaries and names '
    'shown on this map do not imply any opinion of the publisher on the legal status of a territory."'
)
MAX_POINTS = 20_000
"""Points of a user's outlines that go into a map: four times as many as Ukraine's regions have."""
_FINE = 2500
"""A user's outlines keep what is larger than this part of their extent: less than a tenth of a millimetre on paper."""


def places(order: Order) -> Parts | None:
    """A map of facts; None when one of them has no place on it, which is then said."""
    writer, block = order.writer, order.block
    if not order.disclaimer:
        writer.report("no-disclaimer", "a map needs a disclaimer on its boundaries", _EXAMPLE, order.where)
    facts = select(block.facts, writer, order.where / "facts") if block.facts is not None else ()
    if not facts:
        return None
    before = len(writer.found)
    gazetteer = _Gazetteer(order)
    marks = tuple(mark for fact in facts if (mark := gazetteer.mark(fact)) is not None)
    given = [gazetteer.asked(name, n) for n, name in enumerate(block.area or ())]
    if len(marks) == len(facts):
        _report_doubles(marks, order)
        _report_mixed_units(marks, facts, order)
    if len(writer.found) > before or len(marks) < len(facts):
        return None
    codes = tuple(dict.fromkeys(code for code in given if code is not None))
    around = codes if block.area else gazetteer.holders(marks)
    own = gazetteer.outlines if any(code.startswith(OWN) for code in (*around, *(m.area for m in marks))) else ()
    numbers = [number for mark in marks if mark.area and mark.value is not None for number in mark.value.numbers]
    words = writer.words
    pictured = ChartMap(
        around=() if WORLD in around else around,
        marks=marks,
        key=MapKey(words["map_no_figure"], words["map_inexact"], words["map_unsettled"]),
        breaks=class_breaks(numbers) if numbers else (),
        outlines=_thin(own, order),
        stretched=not block.area,
    )
    if len(writer.found) > before:
        return None
    _report_outside(pictured, order)
    if block.area and len(writer.found) == before:
        _report_elsewhere(marks, codes, gazetteer, order)
    spec = replace(order.spec(_measured(facts, writer)), map=pictured)
    return Parts(spec, facts, _alternative(marks, order), _table(facts, order), ((Text(order.disclaimer),),))


@dataclass(frozen=True)
class _Gazetteer:
    """Which area or point a name or a fact stands for."""

    order: Order

    @property
    def outlines(self) -> tuple[MapOutline, ...]:
        """The user's own areas."""
        return self.order.writer.evidence.outlines

    @cached_property
    def own(self) -> Atlas | None:
        """The user's own areas as an atlas."""
        return of_outlines(self.outlines) if self.outlines else None

    def find(self, name: str) -> str | None:
        """The code of an area by its name or code: the user's own first, then countries, then regions."""
        if self.own is not None and (own := own_of(name, self.own)) is not None:
            return f"{OWN}{own}"
        country = country_of(name, self.order.writer.formatter.language)
        if country is not None and not world().areas[country].polygons:  # too small for an outline: the Vatican
            return None
        return country or region_anywhere(name)

    def asked(self, name: str, number: int) -> str | None:
        """The code of an area that the block names; one that is unknown is said."""
        code = WORLD if name.casefold() == WORLD.casefold() else self.find(name)
        if code is None:
            self._report(name, f"there are no outlines of {shown(name)}", self.order.where / "area" / number)
        return code

    def mark(self, fact: Fact) -> MapMark | None:
        """A fact as a mark; one that has no place is said."""
        writer, where = self.order.writer, self.order.where / "facts"
        text = writer.formatter.value(fact.value) if fact.value is not None else ""
        aged = bool(writer.aged(fact))
        mark = MapMark(
            label=fact.place or writer.label(fact),
            value=fact.value,
            text=text,
            detail=writer.as_of(fact) if fact.value is not None and writer.stale_from(fact) and aged else "",
            stale=aged,
        )
        if fact.lat is not None and fact.lon is not None:
            if fact.value is not None and fact.value.numbers[0] < 0:
                message = f"{shown(fact.id)} is {fact.value}, and no dot is smaller than nothing"
                writer.report("bad-number", message, "shade areas, draw bars, or select figures from zero up", where)
                return None
            return replace(mark, lat=fact.lat, lon=fact.lon)
        if not fact.place:
            hint = "give the fact a place:, or lat: and lon:"
            writer.report("unknown-place", f"{shown(fact.id)} does not say where it is", hint, where)
            return None
        code = self.find(fact.place)
        if code is None:
            self._report(
                fact.place, f"there are no outlines of {shown(fact.place)}, the place of {shown(fact.id)}", where
            )
            return None
        if fact.value is None:
            writer.report(
                "no-value", f"{shown(fact.id)} has no value to shade its place by", "give it lat: and lon:", where
            )
            return None
        return replace(mark, area=code, label=named_place(fact.place, code, writer.formatter.language))

    def holders(self, marks: Sequence[MapMark]) -> tuple[str, ...]:
        """The areas that hold the marks: countries, or the user's own areas."""
        holders: dict[str, None] = {}
        for mark in marks:
            if mark.area:
                holders[country_code(mark.area)] = None
            elif mark.lon is not None and mark.lat is not None:
                holder = world().holder(float(mark.lon), float(mark.lat))
                holders |= {holder: None} if holder is not None else {}
        return tuple(holders)

    def _report(self, name: str, message: str, where: object) -> None:
        writer = self.order.writer
        own = self.own.areas if self.own is not None else ()
        hint = near_place(name, writer.formatter.language, with_regions(), own)
        writer.report("unknown-place", message, hint or "give the fact lat: and lon:, or outlines under maps:", where)  # type: ignore[arg-type]


def _measured(facts: Sequence[Fact], writer: Writer) -> str:
    """What the key measures: the units, or the name of an only indicator that has none, as of magnitudes."""
    valued = [fact for fact in facts if fact.value is not None and fact.indicator]
    labels = dict.fromkeys(writer.label(fact) for fact in valued)
    return units(valued, writer) or (next(iter(labels)) if len(labels) == 1 else "")


def _report_doubles(marks: Sequence[MapMark], order: Order) -> None:
    """Two figures of one place would hide each other, and nobody may choose between them or average them."""
    writer, where = order.writer, order.where / "facts"
    hint = "select one of them, for example by said_by:; a range chart shows what several asserters say"
    taken = Counter((mark.area, mark.lat, mark.lon) for mark in marks)
    for mark in marks:
        if taken.pop((mark.area, mark.lat, mark.lon), 1) > 1:
            writer.report("one-place-twice", f"two facts of this map are of {shown(mark.label)}", hint, where)
    areas = {mark.area for mark in marks}
    for mark in marks:
        if "-" in mark.area and country_code(mark.area) in areas - {mark.area}:
            message = f"this map has figures of {shown(mark.label)} and of the country that it is in"
            writer.report("one-place-twice", message, "select either regions or the country", where)


def _report_mixed_units(marks: Sequence[MapMark], facts: Sequence[Fact], order: Order) -> None:
    """Shades, and sizes of dots, are of one measure each."""
    found: dict[bool, dict[str, None]] = defaultdict(dict)
    for mark, fact in zip(marks, facts, strict=True):
        if mark.value is not None:
            found[bool(mark.area)][order.writer.unit(fact)] = None
    for measured in found.values():
        if len(measured) > 1:
            listed = ", ".join(shown(unit) for unit in measured)
            message = f"this map would measure {listed} on one scale"
            order.writer.report("mixed-units", message, "make a map of each", order.where / "facts")


def _report_outside(pictured: ChartMap, order: Order) -> None:
    """What the frame leaves out; then no map is drawn."""
    ground = Ground(pictured)
    height = order.block.height
    frame = ground.frame(height / order.width if height else None)
    view = View(frame, (0.0, 0.0, 480.0, 480.0 * frame.ratio))
    for mark in pictured.marks:
        if mark.lon is not None and mark.lat is not None:
            seen = frame.holds(float(mark.lon), float(mark.lat))
        else:
            seen = bool(view.rings(*ground.find(mark.area)))
        if not seen:
            message = f"{shown(mark.label)} lies outside of this map"
            order.writer.report("outside-map", message, "widen area:, or select fewer facts", order.where)


def _report_elsewhere(marks: Sequence[MapMark], codes: Sequence[str], gazetteer: _Gazetteer, order: Order) -> None:
    """A figure within the frame that lies in a country which `area` does not name: the map would seem to claim it."""
    if WORLD in codes or any(code.startswith(OWN) for code in codes):
        return
    asked = {country_code(code) for code in codes}
    for mark in marks:
        for holder in gazetteer.holders((mark,)):
            if holder not in asked and not holder.startswith(OWN):
                country = named_place(holder, holder, order.writer.formatter.language)
                message = f"{shown(mark.label)} lies in {country}, which area: does not name"
                hint = f"add {country} to area:, or select fewer facts"
                order.writer.report("outside-map", message, hint, order.where / "area", warn=True)


def _thin(outlines: tuple[MapOutline, ...], order: Order) -> tuple[MapOutline, ...]:
    """A user's outlines without what is too fine to be seen; what is then still too much is said."""
    if not outlines:
        return ()
    numbers = [ring for one in outlines for polygon in one.polygons for ring in polygon]
    lons, lats = ([number for ring in numbers for number in ring[start::2]] for start in (0, 1))
    fine = max(max(lons) - min(lons), max(lats) - min(lats)) // _FINE
    thin = tuple(
        replace(one, polygons=tuple(tuple(_thin_ring(ring, fine) for ring in polygon) for polygon in one.polygons))
        for one in outlines
    )
    points = sum(len(ring) // 2 for one in thin for polygon in one.polygons for ring in polygon)
    if points > MAX_POINTS:
        message = f"the outlines have {points} points that a map could show; at most {MAX_POINTS} are drawn"
        order.writer.report("too-many", message, "leave out areas, or simplify their lines", order.where)
    return thin


def _thin_ring(ring: tuple[int, ...], fine: int) -> tuple[int, ...]:
    """The points of a ring that lie apart from the one before; four at least, so that it stays a ring."""
    pairs = [(ring[n], ring[n + 1]) for n in range(0, len(ring), 2)]
    kept = [pairs[0]]
    for lon, lat in pairs[1:-1]:
        if max(abs(lon - kept[-1][0]), abs(lat - kept[-1][1])) > fine:
            kept.append((lon, lat))
    if len(kept) < 3:
        kept = [pairs[len(pairs) * part // 3] for part in range(3)]
    return tuple(number for pair in (*kept, pairs[-1]) for number in pair)


def _alternative(marks: Sequence[MapMark], order: Order) -> str:
    """Every place with its figure, the largest first."""
    words = order.writer.words
    largest = sorted(marks, key=lambda mark: -mark.value.numbers[-1] if mark.value is not None else 1)
    pieces = [opening(order)]
    for mark in largest[:20]:
        figure = f": {mark.text}" if mark.text else ""
        pieces.append(f"{mark.label}{figure}{f' ({mark.detail})' if mark.detail else ''}.")
    if len(marks) > 20:
        pieces.append(words["and_more"].format(len(marks) - 20) + ".")
    return " ".join(pieces)


def _table(facts: Sequence[Fact], order: Order) -> Table:
    """Place, figure and date of every mark; the claim of those that have no figure."""
    writer = order.writer
    words = writer.words
    told = any(fact.value is None for fact in facts)
    valued = any(fact.value is not None for fact in facts)
    names = ["place", *(["claim"] if told else [])]
    columns = [Column(name, (Text(words[f"col_{name}"]),)) for name in names]
    columns += [Column("value", (Text(words["col_value"]),), numeric=True)] if valued else []
    columns += [Column("as_of", (Text(words["col_as_of"]),))]
    rows = []
    for fact in facts:
        cells: list[Line] = [(Text(named(fact, name, writer)),) for name in names]
        cells += [writer.figure(fact)] if valued else []
        rows.append(Row((*cells, writer.when(fact)), fact.id))
    return Table((Text(words["chart_table"]),), tuple(columns), tuple(rows))
