"""What an edition says of its own figures: how well they are founded, and whose they are where others disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from briefing.compose.writer import Writer
from briefing.diagnostics import Where, shown
from briefing.edition import Aside, Block, Figure, Line, Text, walk
from briefing.weighing import Rivals, coverage


def coverage_line(writer: Writer) -> Line:
    """How many figures the edition prints, the oldest, how many stale, of one origin, not attributed or waived."""
    facts = [writer.evidence.facts[name] for name in writer.printed if name in writer.evidence.facts]
    found, words = coverage(facts, writer.evidence), writer.words
    parts = [words["coverage_figure"] if found.figures == 1 else words["coverage_figures"].format(found.figures)]
    if found.oldest is not None and found.oldest.as_of is not None:
        parts.append(words["coverage_oldest"].format(writer.formatter.moment(found.oldest.as_of)))
    counts = {name: len(getattr(found, name)) for name in ("stale", "single", "unattributed", "waived")}
    parts += [words[f"coverage_{name}"].format(count) for name, count in counts.items() if count]
    text = "; ".join(parts)
    return (Text(f"{text[:1].upper()}{text[1:]}."),)


def report_silent_choices(blocks: Iterable[Block], groups: dict[str, Rivals], writer: Writer, where: Where) -> None:
    """Report every figure that others contradict and whose asserter the block does not name."""
    printed = tuple(blocks)
    text = " ".join(node.text for node in walk(printed) if isinstance(node, (Text, Aside)))
    text += " ".join(str(getattr(node, "label", "")) for node in walk(printed))
    for name in dict.fromkeys(node.fact for node in walk(printed) if isinstance(node, Figure)):
        group = groups.get(name)
        if group is None:
            continue
        fact = writer.evidence.facts[name]
        if not _named(fact.said_by or "", text):
            others = ", ".join(f"{one.said_by} ({one.value})" for one in group.facts if one.id != name)
            message = f"{shown(name)} is printed without its asserter {shown(fact.said_by)}; others differ: {others}"
            writer.report("silent-choice", message, "name who states the figure", where, warn=True)


def _named(asserter: str, text: str) -> bool:
    """Whether a text names an asserter: in full, or by a word of the name that begins with a capital."""
    words = [word for word in re.findall(r"\w{2,}", asserter) if word[0].isupper()]
    if asserter.upper() == asserter.lower():  # a script without capitals, and often without spaces
        return asserter in text
    whole = re.search(rf"(?<!\w){re.escape(asserter)}(?!\w)", text, re.IGNORECASE)
    return whole is not None or any(re.search(rf"\b{word}\b", text) for word in words)
