"""Characters of an edition that no font can show, each with the place where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from briefing.compose.typed import written
from briefing.config import Config
from briefing.diagnostics import Diagnostic, Where
from briefing.edition import ChartSpec, Citation, Edition, printed_facts, walk
from briefing.evidence import Evidence
from briefing.facts import Fact, Indicator, Source
from briefing.glyphs import family_for, missing, named

_NEVER_PRINTED = {"id", "file", "fact", "url"}


def missing_glyphs(
    edition: Edition, evidence: Evidence, config: Config, where: Where, further: frozenset[int] = frozenset()
) -> Iterator[Diagnostic]:
    """Every character that is to be printed and that neither our fonts have nor those of the config.

    `where` is the config; `further` are the characters of its fonts. A web page is shown in its reader's letters too,
    so that without a PDF only what stands in charts counts.
    """
    shown: Iterable[object] = walk(edition)
    if "pdf" in config.formats:
        cited = dict.fromkeys(node.source for node in walk(edition.sections) if isinstance(node, Citation))
        shown = (*shown, *(evidence.sources.get(name) for name in cited))
    else:
        shown = (node for chart in shown if isinstance(chart, ChartSpec) for node in walk(chart))
    texts = (text for node in shown for _, text in _texts(node))
    strange = dict.fromkeys(one for text in texts for one in missing(text) if ord(one) not in further)
    if not strange:
        return
    places = list(_places(edition, evidence, config, where))
    for character in strange:
        place = next((place for text, place in places if character in text), where)
        hint = f"a font such as {family} has it" if (family := family_for(character)) else "no font is known to have it"
        hint += "; put its file into a folder, and name the folder under fonts: in the config" if family else ""
        yield Diagnostic(place, "missing-glyph", f"no font has the character {named(character)}", hint)


def _places(edition: Edition, evidence: Evidence, config: Config, where: Where) -> Iterator[tuple[str, Where]]:
    """The texts that an edition is made from, with where each was written."""
    facts = [evidence.facts[name] for name in printed_facts(edition) if name in evidence.facts]
    kinds = dict.fromkeys(fact.indicator for fact in facts if fact.indicator)
    cited = dict.fromkeys(node.source for node in walk(edition.sections) if isinstance(node, Citation))
    records: list[tuple[str, Fact | Indicator | Source | None]] = [("facts", fact) for fact in facts]
    records += [("indicators", evidence.indicators.get(name)) for name in kinds]
    records += [("sources", evidence.sources.get(name)) for name in cited]
    for mapping, record in records:
        for key, text in _texts(record):
            if record is not None:
                yield text, Where(record.file, (mapping, record.id, key))
    yield from written(config, where)


def _texts(node: object) -> Iterator[tuple[str, str]]:
    """The texts among the fields of a node that are not plain Latin, by the names of the fields."""
    if is_dataclass(node):
        for field in fields(node):
            given = getattr(node, field.name)
            if field.name not in _NEVER_PRINTED and (isinstance(given, str) or field.name == "claim"):
                text = str(given) if given is not None else ""
                if not text.isascii():
                    yield field.name, text
