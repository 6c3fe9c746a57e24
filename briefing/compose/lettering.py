"""Characters of an edition that no font can show, each with the place where it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from briefing.compose.writer import Writer
from briefing.diagnostics import Where
from briefing.edition import Citation, Edition, walk
from briefing.facts import Fact, Source
from briefing.glyphs import missing, named


def report_missing_glyphs(edition: Edition, writer: Writer) -> None:
    """Report every character that is to be printed and that the project's fonts lack."""
    evidence = writer.evidence
    told: dict[str, Where] = {}
    cited = [node.source for node in walk(edition.sections) if isinstance(node, Citation)]
    places: list[tuple[str, Fact | Source | None]] = [("facts", evidence.facts.get(name)) for name in writer.printed]
    places += [("sources", evidence.sources.get(name)) for name in dict.fromkeys(cited)]
    for mapping, record in places:
        for key, text in _texts(record):
            for character in missing(text):
                told.setdefault(
                    character, Where(record.file if record else "", (mapping, record.id if record else "", key))
                )
    for _, text in (found for node in walk(edition) for found in _texts(node)):
        for character in missing(text):
            told.setdefault(character, Where(writer.where.file))
    hint = "name a folder of fonts that have it with fonts: in the config, such as Noto's for the script"
    for character, where in told.items():
        writer.report("missing-glyph", f"no font has the character {named(character)}", hint, where)


def _texts(node: object) -> Iterator[tuple[str, str]]:
    """The texts among the fields of a node, by the names of the fields. Ids and files are never printed."""
    if is_dataclass(node):
        for field in fields(node):
            given = getattr(node, field.name)
            if field.name not in {"id", "file", "fact", "url"} and given is not None and not isinstance(given, tuple):
                text = str(given) if isinstance(given, str) or field.name == "claim" else ""
                if text and not text.isascii():
                    yield field.name, text
