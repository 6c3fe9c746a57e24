"""The facts of each table and chart as CSV, for spreadsheets and programs: a row for a fact, or a date of a series."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from unicodedata import category

from briefing.edition import Chart, Edition, Figure, Table, charted_facts, walk
from briefing.evidence import Evidence
from briefing.facts import Fact
from briefing.fields import Moment
from briefing.formats import Formatter
from briefing.render.data import written
from briefing.value import Value

COLUMNS = (
    "fact", "indicator", "label", "subject", "place", "claim", "printed", "kind", "low", "high", "best", "unit",
    "as_of", "at", "said_by", "status", "source_publisher", "source_title", "source_url", "source_published", "waiver",
)  # fmt: skip
BETWEEN = "\n"
"""Between the sources of one fact: a line each in every column of sources. No title or address has line ends."""
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel takes UTF-8 for the code page of its machine."""
_FORMULA = frozenset(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV Injection)."""
_BREAKS = ("\t", "\r", "\n")


def sheets(edition: Edition, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Each table and chart as a file: its name and its text."""
    for node in walk(edition.sections):
        if isinstance(node, Table) and node.id:
            held = [_held(evidence.facts[row.fact]) for row in node.rows if row.fact is not None]
            yield f"tables/{node.id}.csv", _sheet(held, node, edition, evidence)
        elif isinstance(node, Chart):
            yield f"charts/{node.id}.csv", _sheet(list(_charted(node, evidence)), node.table, edition, evidence)


Held = tuple[Fact, Moment | None, Value | None]
"""A fact, when it held and its value: for a series many of them. A copy of the fact for each would be checked anew."""


def _held(fact: Fact) -> Held:
    return fact, fact.as_of, fact.value


def _charted(chart: Chart, evidence: Evidence) -> Iterator[Held]:
    """The facts that a chart draws; of a series one for each of its dates, whose id is that of the series.

    Of daily figures that were computed they are the totals that the asserter stated.
    """
    several = Counter(node.fact for node in walk(chart.table) if isinstance(node, Figure))
    for name in charted_facts(chart):
        if name in evidence.series and (chart.spec.lines or several[name] > 1):
            series = evidence.series[name]
            for point in series.points:
                yield series.fact, point.at, point.value
        else:
            yield _held(evidence.facts[name])


def _sheet(held: list[Held], table: Table, edition: Edition, evidence: Evidence) -> str:
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    formatter = Formatter(edition.language)
    shown = {(one.fact, one.value): one.text for one in walk(table) if isinstance(one, Figure)}
    for fact, as_of, value in held:
        printed = "" if value is None else shown.get((fact.id, str(value))) or formatter.value(value)
        writer.writerow(_row(fact, as_of, value, printed, evidence))
    return out.getvalue()


def _row(fact: Fact, as_of: Moment | None, value: Value | None, printed: str, evidence: Evidence) -> tuple[str, ...]:
    """A fact in the columns of COLUMNS. Only the three ends of a value are numbers; all else is made safe as text."""
    indicator = evidence.indicators.get(fact.indicator or "")
    sources = [evidence.sources[cited.source] for cited in fact.sources]
    texts = {
        "fact": fact.id,
        "indicator": fact.indicator,
        "label": indicator.label if indicator else None,
        "subject": fact.subject,
        "place": fact.place,
        "claim": str(fact.claim) if fact.claim else None,
        "printed": printed,
        "kind": value.kind if value is not None else None,
        "unit": indicator.unit if indicator else None,
        "as_of": written(as_of),
        "at": written(fact.at),
        "said_by": fact.said_by,
        "status": fact.status,
        "source_publisher": BETWEEN.join(one.publisher or "" for one in sources),
        "source_title": BETWEEN.join(one.title for one in sources),
        "source_url": BETWEEN.join(one.url or "" for one in sources),
        "source_published": BETWEEN.join(written(one.published) or "" for one in sources),
        "waiver": fact.waiver,
    }
    numbers = {name: written(getattr(value, name, None)) or "" for name in ("low", "high", "best")}
    return tuple(numbers[name] if name in numbers else _safe(texts[name] or "") for name in COLUMNS)


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before it says that it is text.

    Spaces of any kind and signs without a shape do not count: a spreadsheet may trim them.
    """
    seen = next((sign for sign in text if not sign.isspace() and category(sign) != "Cf"), "")
    return f"'{text}" if seen in _FORMULA or text.startswith(_BREAKS) else text
