"""What is wrong with the user's input: a place, a code, a sentence, a hint."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

Severity = Literal["error", "warning"]
Key = str | int
KEY = "\0key"
"""Behind the keys of a place: the key itself is meant, not its value."""

CODES: dict[str, str] = {
    # reading a file
    "file-missing": "A file that the config names is not there, or is no regular file that can be read.",
    "file-too-large": "A file is larger than the program reads.",
    "file-empty": "A file has nothing in it.",
    "encoding": "A file is not UTF-8 text. Spreadsheets and old editors save other encodings.",
    "forbidden-character": "A control character, half of a surrogate pair, or a character that turns the direction of "
    "text around. Invisible in an editor, and able to make a chart or a sentence say something else.",
    "syntax": "The file is not well-formed YAML, JSON, CSV or XLSX at this place.",
    "duplicate-key": "The same key stands twice in one mapping; YAML would silently keep the last.",
    "yaml-feature": "Anchors, aliases, tags, merge keys and further documents are not part of the facts format.",
    "too-deep": "Mappings and lists are nested deeper than any facts file needs.",
    "too-long": "A text is longer than its field allows.",
    "too-many": "There is more of something than one edition may hold.",
    # one field
    "missing-key": "A key that must be there is not.",
    "unknown-key": "A key that the format does not know. A near name is suggested.",
    "wrong-type": "A text stands where a list or mapping belongs, or the other way round.",
    "bad-value": "A value that is not in the syntax of values.",
    "bad-date": "A date that is no date, or lies outside the years 1500 to 2200.",
    "bad-id": "An id may have letters a-z and A-Z, digits, hyphens and underscores, 80 at most.",
    "bad-url": "Only http, https and mailto addresses become links.",
    "bad-address": "A text that is not an address of e-mail.",
    "bad-choice": "A word that is not one of those the field allows.",
    "bad-number": "A number that is none, or is outside its limits.",
    "bad-path": "A file path that the config may not name.",
    # the look
    "bad-colour": "A colour that is not written as # and six hexadecimal digits.",
    "low-contrast": "A colour of the look that cannot be read on its page: text and the names of series need 4.5:1.",
    "alike-colours": "Two colours of series that some readers, or a printer without colour, make into one.",
    "bad-picture": "A logo that is no PNG, JPEG or WebP, is damaged, moves, or has too many pixels.",
    "unknown-font": "The look names a family that is neither the program's nor in a folder of fonts.",
    # facts together
    "duplicate-id": "Two facts, sources, indicators or series have one id.",
    "unknown-source": "A fact or block cites a source that is not defined.",
    "unknown-indicator": "A fact or block names an indicator that is not defined.",
    "unknown-fact": "A block or claim names a fact that is not defined.",
    "unknown-series": "A chart names a series that no feed makes.",
    "no-source": "A fact has neither a source nor a waiver that says why.",
    "undated-source": "A source has neither a date of publication nor one of retrieval.",
    "no-as-of": "A figure does not say when it held.",
    "nothing-said": "A fact has neither a claim nor an indicator with a value.",
    "no-value": "A claim or block uses the value of a fact that has none.",
    "figure-typed": "A figure typed as digits in a claim, beside a value: the two could come to disagree.",
    "near-placeholder": "Braces that look like a misspelt placeholder. They are printed as they stand.",
    "circular-claim": "Claims that print one another's values or supersede one another in a circle.",
    # feeds
    "unknown-column": "A feed names a column that the table does not have.",
    "bad-row": "A row of a table has more or fewer cells than its head, or is not a row at all.",
    "ambiguous-number": 'A number such as "1,234" can be read in two ways; the feed has to say its format.',
    "no-rows": "A feed reads a table from which no row is left.",
    # what cannot be
    "total-falls": "A running total falls. Say why under revisions: of its feed, or mend the table.",
    "series-jumps": "A figure is ten times its neighbour or a tenth of it: a digit too many or too few.",
    "parts-total": "Parts do not add up to their total.",
    "over-hundred": "A percentage is over 100.",
    "as-of-after-published": "A figure holds at a later date than all its sources were published.",
    "date-in-future": "A fact rests on sources that were published only after the edition's date.",
    "lone-confirmation": "Credibility 1, confirmed by independent sources, but there is one origin.",
    "strong-verb": "A claim says confirmed, verified or proved; the status of the fact does not.",
    "likelihood-and-confidence": "A likelihood and a confidence in one sentence, which ICD 203 keeps apart.",
    "mixed-likelihood": "Terms of both rows of ICD 203's likelihood scale in one briefing.",
    "untrue-total": "A table or a stack is to have a total, and the sum of its figures would not be one.",
    "silent-choice": "A figure that others contradict is printed and nothing near it says whose it is.",
    "stale": "A figure is older than it may be. It is printed with its age.",
    # maps
    "no-disclaimer": "A map is drawn and the config has no words on what its boundaries mean.",
    "unknown-place": "A place that is no country or region of which there are outlines, and has no coordinates.",
    "outside-map": "A fact lies outside of the area that its map shows.",
    "one-place-twice": "Two figures of one map are of one place; neither may hide the other.",
    "mixed-units": "Figures of several units on one scale of shades or sizes.",
    "bad-outlines": "A file of outlines is no GeoJSON of polygons, each with a name of its own.",
    # editions in time
    "no-books": "The record of earlier editions cannot be used. The edition is made without a comparison.",
    "unexplained-correction": "An edition is issued again for its date with other facts, and nothing says why.",
    # the audit of numerals
    "untraced-numeral": "A numeral that comes from no fact, date, note or allowance: typed in a text of the config or "
    "in a template, or changed on its way to the page.",
    "figure-lost": "A figure of the edition that does not stand in full in one of its outputs.",
    "figures-differ": "Two outputs of one edition, or an output and its facts, have different figures.",
    # the edition
    "template": "A text or template does not hold: a misspelt name, a wrong call, or what a template may not do.",
    "not-markdown": "A text holds a table or picture as some kinds of Markdown have them; it is printed as typed.",
    "template-limit": "A template goes on for longer or prints more than a briefing needs.",
    "empty-selection": "A block selects facts and none fits.",
    "same-cell": "Two figures claim one place in a chart.",
    "no-share": "Figures of which no share of a whole can be drawn.",
    "after-edition": "A fact is named that holds only after the edition's date.",
    "superseded-fact": "A key figure names a fact that another fact supersedes.",
    "retracted-fact": "A retracted fact is printed as if it still held.",
    "missing-glyph": "No font of the project or the config has a character that is to be printed.",
}
"""Every code with the sentence that documents it."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the input.

    `keys` lead to it from the root of the file. Lines and columns count from 1; 0 is unknown.
    """

    file: str
    keys: tuple[Key, ...] = ()
    line: int = 0
    column: int = 0
    below: int = 0
    """Lines below the start of the text found at `keys`."""

    def __truediv__(self, key: Key) -> Where:
        """The place one key further in."""
        return Where(
            self.file, (*self.keys, key), self.line, self.column, self.below
        )  # replace() takes five times as long


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong. `str()` gives it as it is printed."""

    where: Where
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """`file:line:column: error[code]: message`, and the hint on a line of its own."""
        place = ":".join([self.where.file, *(str(n) for n in (self.where.line, self.where.column) if n)])
        text = f"{place}: {self.severity}[{self.code}]: {printable(self.message)}"
        return f"{text}\n  hint: {printable(self.hint)}" if self.hint else text


class Locator(Protocol):
    """Whatever knows the lines of one file."""

    def locate(self, keys: tuple[Key, ...]) -> tuple[int, int]:
        """Line and column of the value at `keys`, or of the nearest thing above it."""


def located(found: Iterable[Diagnostic], files: dict[str, Locator]) -> tuple[Diagnostic, ...]:
    """The diagnostics with their lines, each said once, in the order of files and lines."""
    order = {name: n for n, name in enumerate(files)}
    placed = []
    for one in found:
        where = one.where
        if not where.line and where.file in files:
            line, column = files[where.file].locate(where.keys)
            where = replace(where, line=line + where.below, column=column if not where.below else 0)
        placed.append(replace(one, where=where))
    unique = dict.fromkeys(placed)
    return tuple(sorted(unique, key=lambda d: (order.get(d.where.file, len(order)), d.where.line, d.where.column)))


def failed(found: Iterable[Diagnostic]) -> bool:
    """Whether an error is among them."""
    return any(one.severity == "error" for one in found)


def near(word: str, known: Iterable[str], kind: str = "a similar name") -> str:
    """A hint that names what `word` may have been meant for, or nothing."""
    words = list(known)[:20000]
    close = difflib.get_close_matches(
        word[:100], words if len(words) < 100 else _neighbours(word[:100], words), n=1, cutoff=0.6
    )
    return f"{kind} is '{close[0]}'" if close else ""


def _neighbours(word: str, words: list[str]) -> list[str]:
    """The first of many words to share most of a beginning or end: to compare thousands with thousands takes long."""
    for cut in (len(word) - 1, len(word) * 3 // 4, len(word) // 2, 2):
        found = [one for one in words if one.startswith(word[:cut]) or one.endswith(word[-cut:])] if cut > 0 else []
        if found:
            return found[:20]
    return []


def shown(text: object, limit: int = 60) -> str:
    """A piece of the user's input in quotes, cut and made harmless for a terminal."""
    piece = str(text)
    return f"'{printable(piece[:limit])}{'…' if len(piece) > limit else ''}'"


def printable(text: str) -> str:
    """`text` with control, surrogate and direction characters written out, so that a log line stays one line."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
        lambda m: f"\\u{ord(m[0]):04x}",
        text,
    )
