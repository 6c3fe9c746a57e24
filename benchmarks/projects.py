"""Projects to measure: a config, facts files and a table, the same for every size on every machine."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DAY = date(2026, 3, 14)
"""The date of every edition that is measured."""

TABLE_ROWS = 40
PER_SECTION = 30
PER_SOURCE = 5
"""Facts that rest on one source, where sources are shared."""

PLACES = (
    "Lower Marsh", "Old Bridge", "Harbour Quarter", "Northfield", "Upper Wend", "Saltpans", "Mill Island", "Eastgate",
    "Ferry Landing", "Stonebridge", "Kiln Lane", "Westhaven", "Alder Hill", "Cranes Reach", "Fenwick", "Longshore",
)  # fmt: skip
AGENCIES = (
    "County crisis cell", "Water Authority", "Ministry of Health", "National Red Cross", "UN OCHA",
    "Fire and rescue service", "Mayor’s office", "Power grid operator", "WHO", "UNICEF", "Ministry of the Interior",
)  # fmt: skip
CLAIMS = (
    (
        "people",
        "The {said_by} counts {value} people who had to leave their homes in {place} and stay in public shelters",
    ),
    ("homes", "{value} homes in {place} are without power, and the {said_by} expects the repair to take several days"),
    (
        "wells",
        "The {said_by} has closed {value} wells in {place} after samples showed more bacteria than the limit allows",
    ),
    ("patients", "Hospitals in {place} treat {value} patients with injuries or infections, according to the {said_by}"),
    ("pupils", "Schools in {place} stay closed for {value} pupils until the buildings have been inspected"),
    ("metres", "Along the river in {place}, {value} metres of the embankment are damaged and guarded by volunteers"),
    ("animals", "Farmers in {place} have brought {value} animals to higher ground, the {said_by} reports"),
    ("tonnes", "The {said_by} has delivered {value} tonnes of drinking water, food and blankets to {place}"),
)
OVERVIEW = "The river is falling, and the work of clearing up has begun."
"""The sentence that is changed to see how long one more build takes."""

THEMES = ("Shelter", "Power", "Water", "Health", "Schools", "Embankments", "Farms", "Relief")


def write(folder: Path, facts: int, *, own_sources: bool = False) -> Path:
    """Write a project that prints `facts` facts, each cited, and give its config.

    All but 40 of them are sentences in lists; those 40 are the rows of a table, and 8 of them a chart. Six are shown
    as key figures as well. With `own_sources` every fact has a source of its own, else five share one.
    """
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    sentences = facts - TABLE_ROWS
    per_source = 1 if own_sources else PER_SOURCE
    _dump(folder / "facts/sources.yaml", {"sources": {f"s{n}": _source(n) for n in range(-(-facts // per_source))}})
    books = {"indicators": {unit: {"label": f"Affected {unit}", "unit": unit} for unit, _ in CLAIMS}}
    books["facts"] = {f"f{n}": _fact(n, sentences, per_source) for n in range(facts)}
    _dump(folder / "facts/facts.yaml", books)
    with (folder / "level.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "level"])
        rows.writerows((DAY - timedelta(days=44 - n), 240 + (n * n * 7) % 90 + 6 * n) for n in range(45))
    _dump(folder / "config.yaml", _config(sentences))
    return folder / "config.yaml"


def _published(source: int) -> date:
    return DAY - timedelta(days=source % 2)


def _place(n: int) -> str:
    return f"{PLACES[n % len(PLACES)]} {n // len(PLACES) + 1}"


def _source(n: int) -> dict[str, str]:
    place, agency = _place(n), AGENCIES[n % len(AGENCIES)]
    return {
        "title": f"{THEMES[n % len(THEMES)]} in {place}: situation report no. {n + 1}",
        "publisher": agency,
        "url": f"https://reports.example.org/2026/{n % 9 + 1:02}/{place.lower().replace(' ', '-')}-{n + 1}",
        "published": str(_published(n)),
        "retrieved": str(DAY),
        "kind": "report",
    }


def _fact(n: int, sentences: int, per_source: int) -> dict[str, Any]:
    """Most values are exact, every fourth is a range, every seventh an approximation."""
    unit, claim = CLAIMS[n % len(CLAIMS)]
    number = 40 + (n * 137) % 4200
    in_table = n >= sentences
    value = (
        f"{number}..{number + number // 3}" if n % 4 == 3 or in_table else f"~{number}" if n % 7 == 6 else str(number)
    )
    return {
        "indicator": unit,
        "subject": f"{THEMES[n % len(THEMES)]}, {_place(n)}",
        "claim": claim,
        "value": value,
        "as_of": str(_published(n // per_source) - timedelta(days=n % 3 // 2)),
        "said_by": AGENCIES[(n * 3) % len(AGENCIES)],
        "place": _place(n),
        "sources": [f"s{n // per_source}"],
        "tags": ["table", *(["drawn"] if n < sentences + 8 else [])] if in_table else [f"section-{n // PER_SECTION}"],
    }


def _config(sentences: int) -> dict[str, Any]:
    sections: list[dict[str, Any]] = [
        {"title": "Key figures", "blocks": [{"key_figures": [f"f{n}" for n in range(6)]}, {"text": OVERVIEW}]},
        {
            "title": "Charts",
            "blocks": [
                {
                    "chart": {
                        "kind": "line",
                        "title": "The river has risen for six weeks",
                        "series": ["level"],
                        "height": 60,
                    }
                },
                {
                    "chart": {
                        "kind": "range",
                        "title": "What is stated, and by whom",
                        "facts": {"tag": "drawn"},
                        "by": "subject",
                    }
                },
            ],
        },
    ]
    for n in range(-(-sentences // PER_SECTION)):
        text = (
            f"What is known of part {n + 1} of the county on the day, place by place, as the services there report it."
        )
        blocks: list[dict[str, Any]] = [{"text": text}, {"facts": {"tag": f"section-{n}"}}]
        sections.append({"title": f"Part {n + 1}: {PLACES[n % len(PLACES)]}", "blocks": blocks})
    table = {
        "title": "Figures by place",
        "facts": {"tag": "table"},
        "columns": ["subject", "said_by", "value", "as_of"],
    }
    sections.append({"title": "Table", "blocks": [{"table": table}]})
    return {
        "title": "Flood on the Wend",
        "subtitle": "Situation briefing",
        "briefing": "measured",
        "date": str(DAY),
        "publisher": "Crisis cell of the county",
        "limits": {"seconds": 900, "memory_mb": 8000},
        "feeds": [
            {
                "file": "level.csv",
                "series": [
                    {
                        "id": "level",
                        "indicator": "metres",
                        "subject": "River",
                        "said_by": "Water Authority",
                        "sources": ["s0"],
                        "claim": "The river stands at {value}",
                        "as_of": {"column": "day"},
                        "value": {"column": "level"},
                    }
                ],
            }
        ],
        "sections": sections,
    }


def _dump(path: Path, content: dict[str, Any]) -> None:
    path.write_text("".join(f"{line}\n" for line in _lines(content, 0)), encoding="utf-8")


def _lines(content: dict[str, Any], depth: int) -> list[str]:
    """YAML as people write it: block mappings down to the fields, lists and texts in one line."""
    lines: list[str] = []
    for key, value in content.items():
        if isinstance(value, dict):
            lines += [f"{'  ' * depth}{key}:", *_lines(value, depth + 1)]
        else:
            lines.append(f"{'  ' * depth}{key}: {_flow(value)}")
    return lines


def _flow(value: object) -> str:
    """A scalar or list in one line. JSON's strings are YAML's; a plain word, number or date needs no quotes."""
    if isinstance(value, str) and value.replace("-", "").replace(" ", "").isalnum():
        return value
    return json.dumps(value, ensure_ascii=False)
