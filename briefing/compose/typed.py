"""Figures that the author typed into the config instead of printing them from facts, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel

from briefing.compose.writer import Writer
from briefing.config import Config
from briefing.diagnostics import Where, shown
from briefing.numerals import Numeral, around, typed

HINT = 'write it as a fact and print it with value("id"), or put the phrase under allow: in the config'
_WRITTEN = {"title", "subtitle", "summary", "text", "label", "head", "unit", "if_empty", "disclaimer"}
_OPENING = re.compile(r"\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


def report_typed(config: Config, where: Where, writer: Writer) -> None:
    """Report every numeral in the author's own words that is no date, name or reference. `where` is the config."""
    for text, place in written(config, where):
        words = _words(text)
        for numeral in typed(words, writer.formatter.locale, config.allow):
            below = text.count("\n", 0, numeral.start)
            report_figure(numeral, words, replace(place, below=below), writer)


def written(config: Config, where: Where) -> Iterator[tuple[str, Where]]:
    """The texts of the author's own in a config, with their places. `where` is the config."""
    parts: dict[str, object] = {"title": config.title, "subtitle": config.subtitle, "summary": config.summary}
    parts |= {"day": config.day, "maps": config.maps, "sections": config.sections}
    for name, part in parts.items():
        yield from _texts(part, name, where / name)


def report_figure(numeral: Numeral, text: str, where: Where, writer: Writer) -> None:
    """Report one numeral of a text as typed."""
    message = f"the figure {shown(numeral.plain)} is typed here and has no source"
    beside = around(text.replace(_GONE, "…"), numeral.start, numeral.end)
    writer.report("untraced-numeral", f"{message}: {shown(beside, 80)}", HINT, where)


def _texts(part: object, name: str, where: Where) -> Iterator[tuple[str, Where]]:
    """The texts of the author's own below a part of the config, with their places."""
    if isinstance(part, str):
        if name in _WRITTEN:
            yield part, where
    elif isinstance(part, tuple):
        for number, one in enumerate(part):
            yield from _texts(one, name, where / number)
    elif isinstance(part, BaseModel):
        kind = getattr(part, "block", None)
        below = where if kind is None else where / str(kind)
        for field in type(part).model_fields:
            place = below if kind == field or (kind == "key_figures" and field == "items") else below / field
            yield from _texts(getattr(part, field), field, place)


_GONE = "\N{OBJECT REPLACEMENT CHARACTER}"


def _words(text: str) -> str:
    """The text, of the same length, without what a template fills in."""
    pieces, at = [], 0
    for match in _OPENING.finditer(text):
        if match.start() < at:
            continue
        end = text.find(_CLOSING[match[0]], match.end()) + 2
        if end < 2:
            break
        pieces += [text[at : match.start()], re.sub(r"[^\n]", _GONE, text[match.start() : end])]
        at = end
    return "".join([*pieces, text[at:]])
