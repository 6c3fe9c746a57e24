"""The corpus of hostile input, and good projects with one thing changed.

texts.yaml      texts that come out as typed, daily bread among them
refused.yaml    one line of YAML, or one text, that is refused
files.py        whole files: bytes that are no text, tables, bombs
themes.yaml     templates and styles of a theme
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@cache
def corpus(name: str) -> tuple[dict[str, Any], ...]:
    """The cases of a file of the corpus."""
    return tuple(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")))


NUMERALS = sorted(
    {
        numeral
        for name in ("texts.yaml", "prose.yaml")
        for one in corpus(name)
        for numeral in re.findall(r"[\d½]+", str(one))
    }
)
"""Digits of hostile texts, which are allowed: those texts are not about figures."""
CONFIG = {
    "title": "Good",
    "briefing": "good",
    "date": "2022-04-09",
    "facts": "[facts.yaml]",
    "allow": json.dumps(NUMERALS, ensure_ascii=False),
}
BLOCKS = "- facts: {ids: [good]}"
SOURCE = {"title": "A report", "publisher": "NATO", "published": "2022-04-09"}
INDICATOR = {"label": "Soldiers killed", "unit": "soldiers"}
FACT = {
    "indicator": "killed",
    "claim": '"{value} were killed"',
    "value": "1300",
    "as_of": "2022-04-09",
    "said_by": "NATO",
    "sources": "[nato]",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A file and the line in it, from 1, where the changed part begins."""

    file: str
    line: int

    def below(self, lines: int) -> Place:
        """The place so many lines further down."""
        return Place(self.file, self.line + lines)

    def __str__(self) -> str:
        """As messages begin."""
        return f"{self.file}:{self.line}:"


def write(
    folder: Path, *, files: Mapping[str, str | bytes] | None = None, theme: str = "default", **changed: str
) -> Place:
    """Write the good project, changed in parts: config, block, text, source, indicator, fact. And further files.

    Gives the place of the first part.
    """
    if "text" in changed:
        changed = {"block": f"- text: |\n{_indented(changed['text'], 4)}"}
    config = _mapping(CONFIG | {"theme": theme}, changed.get("config", ""))
    blocks = "\n".join(filter(None, (BLOCKS, changed.get("block"))))
    config += f"\nsections:\n  - title: Overview\n    blocks:\n{_indented(blocks, 6)}\n"
    facts = "".join(
        f"{mapping}s:\n  {name}:\n{_indented(_mapping(good, changed.get(mapping, '')), 4)}\n"
        for mapping, name, good in (
            ("source", "nato", SOURCE),
            ("indicator", "killed", INDICATOR),
            ("fact", "good", FACT),
        )
    )
    for name, content in {"config.yaml": config, "facts.yaml": facts, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    part, given = next(iter(changed.items()), ("config", CONFIG["title"]))
    in_config = part in {"config", "block"}
    first = given.partition("\n")[0].strip()
    lines = (config if in_config else facts).split("\n")
    at = next((n for n, text in enumerate(lines, 1) if text.strip() == first), 1)
    return Place("config.yaml" if in_config else "facts.yaml", at)


def _mapping(good: Mapping[str, str], given: str) -> str:
    """The good lines but for those whose keys are given, then the given ones."""
    keys = {match[1] for match in re.finditer(r"^(\w+):", given, re.MULTILINE)}
    lines = [f"{key}: {value}" for key, value in good.items() if key not in keys]
    return "\n".join([*lines, given]) if given else "\n".join(lines)


def _indented(text: str, spaces: int) -> str:
    return "\n".join(" " * spaces + line for line in text.split("\n"))


# Editions in which every text of the corpus stands in every field.


@dataclass(frozen=True, slots=True)
class Case:
    """A text of the corpus: its name as an id, the text as written in a file and as it is to be printed."""

    id: str
    text: str
    typed: str
    chart: bool
    right_to_left: bool

    @property
    def seen(self) -> str:
        """The text without what has no shape of its own: joiners, selectors of variants."""
        return re.sub("[\u200c\u200d\ufe0f]", "", self.typed)

    @property
    def plain(self) -> str:
        """A harmless text of the same shape: an edition of these has the same structure, or something came in."""
        return re.sub(r"\S", lambda letter: "x" if letter[0].isalpha() else "·", self.typed)


@cache
def texts() -> tuple[Case, ...]:
    """Every text of the corpus."""
    return tuple(
        Case(
            id=f"t{n}",
            text=one["text"],
            typed=one.get("typed", one["text"]),
            chart=one.get("chart", True) and len(one["text"]) <= LABEL,
            right_to_left=one.get("right_to_left", False),
        )
        for n, one in enumerate(corpus("texts.yaml"))
    )


LABEL = 44
"""Letters for which the label of a chart has room in any script."""

TITLE = "<script>alert(1)</script> & {{ 7*7 }} $5 to $9 \"'*_"


def write_texts(folder: Path, *, plain: bool = False) -> Path:
    """Write a project that prints every text in every field, or harmless texts of the same shape. Gives its config."""

    def of(case: Case) -> str:
        return case.plain if plain else case.text

    everyone = texts()
    sources = {
        f"s-{case.id}": {"title": of(case), "publisher": "NATO", "author": of(case), "published": "2022-04-09"}
        for case in everyone[::3]
    }
    indicators = {f"i-{case.id}": {"label": of(case), "unit": of(case)} for case in everyone}
    facts: dict[str, Any] = {}
    for n, case in enumerate(everyone):
        source = f"s-{everyone[n - n % 3].id}"  # notes are dear
        common: dict[str, Any] = {name: of(case) for name in ("subject", "said_by", "place", "note")}
        common |= {"sources": [{"source": source, "locator": of(case), "quote": of(case)}]}
        facts[f"c-{case.id}"] = {"claim": of(case), **common}
        facts[f"v-{case.id}"] = {"indicator": f"i-{case.id}", "value": "5..7", "as_of": "2022-04-09", **common}
    charted = [case for case in everyone if case.chart]
    charts = [
        {
            "chart": {
                "id": f"chart-of-{n}",
                "kind": "range" if n % 2 else "bar",
                "title": f"Chart {n}",
                "by": "subject" if n % 3 else "said_by",
                "facts": {"ids": [f"v-{case.id}" for case in charted[n * 10 : n * 10 + 10]]},
            }
        }
        for n in range(-(-len(charted) // 10))
    ]
    columns = ["claim", "subject", "said_by", "place", "note", "sources"]
    items = [{"fact": f"v-{case.id}", "label": of(case)} for case in everyone[::3]]
    tree = {
        "title": re.sub(r"\S", "x", TITLE) if plain else TITLE,
        "briefing": "texts",
        "date": "2022-04-09",
        "facts": ["facts.json"],
        "allow": [*NUMERALS],
        "sections": [
            {
                "title": "Table",
                "blocks": [{"table": {"facts": {"ids": [f"c-{case.id}" for case in everyone]}, "columns": columns}}],
            },
            {"title": "Figures", "blocks": [{"key_figures": items}]},
            {"title": "Charts", "blocks": charts},
            *({"title": of(case), "blocks": [{"facts": {"ids": [f"v-{case.id}"]}}]} for case in everyone),
        ],
    }
    written = {"sources": sources, "indicators": indicators, "facts": facts}
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    return config
