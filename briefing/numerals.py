"""Numerals in a text: where they stand, and which of them are dates, names or references rather than figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import decimal

from babel import Locale

_DIGIT = r"[\d¼-¾⅐-⅞]"
_GAPS = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_NUMERAL = re.compile(rf"{_DIGIT}+(?:[.,'’٫٬]{_DIGIT}+|[{_GAPS}]{_DIGIT}{{3}}(?!{_DIGIT}))*")
_RUN = re.compile(rf"{_DIGIT}+(?:[.,'’٫٬]{_DIGIT}+)*")
_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u0600-\u0605\u061c\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0001-\U000e007f]+"
)
_TAKEN = "\N{OBJECT REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in its plain form ("2240", "7,000", "1.5"), and where it stands in its text."""

    plain: str
    start: int
    end: int


def numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text, in any script. Spaces between its digits are no part of the plain form."""
    for match in _NUMERAL.finditer(text):
        yield Numeral(_plain(match[0]), match.start(), match.end())


def runs(text: str) -> Iterator[Numeral]:
    """Every numeral of a text, where a space of any kind ends it: in a PDF one is as good as another."""
    for match in _RUN.finditer(text):
        yield Numeral(_western(match[0]), match.start(), match.end())


def _plain(text: str) -> str:
    return "".join(one for one in _western(text) if one not in _GAPS)


def _western(text: str) -> str:
    """The text, of the same length, with the digits 0 to 9 for those of other scripts."""
    if text.isascii():
        return text
    return "".join(str(decimal(one)) if one.isdecimal() else one for one in text)


def inked(text: str) -> str:
    """A text in lower case without spaces and marks that nobody sees: lines may be broken as they like."""
    return _UNSEEN.sub("", text).lower()


def without(text: str, phrases: tuple[str, ...]) -> str:
    """The text, of the same length, in which these phrases have no numerals."""
    return _phrases(phrases).sub(_hidden, text) if phrases else text


@cache
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The phrases as a pattern: spaces of any kind between their words, and no number cut in two."""
    patterns = [r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True)]
    return re.compile(rf"(?<!{_DIGIT})(?:{'|'.join(filter(None, patterns)) or '(?!)'})(?!{_DIGIT})")


def around(text: str, start: int, end: int, room: int = 24) -> str:
    """The words about a place in a text, for a message."""
    before, after = text[max(0, start - room) : start], text[end : end + room]
    if start > room:
        before = before.partition(" ")[2]
    if end + room < len(text):
        after = after.rpartition(" ")[0]
    return " ".join(f"{before}{text[start:end]}{after}".split())


def typed(text: str, language: Locale, allowed: tuple[str, ...] = ()) -> Iterator[Numeral]:
    """The numerals of an author's text that look like figures.

    Not among them: dates, times of day and years from 1500 to 2200; digits in a name (G7, T-72, COVID-19); ordinals;
    numbers of list items, sections and articles; addresses; what `allowed` holds, phrase by phrase.
    """
    if not _NUMERAL.search(text):
        return
    hidden = _ADDRESS.sub(_hidden, without(_western(text), allowed))
    hidden = _WORD.sub(_hidden_name, hidden)
    for pattern in (*_dates(language), *_NO_FIGURES):
        hidden = pattern.sub(_hidden, hidden)
    yield from numerals(hidden)


def _hidden(match: re.Match[str]) -> str:
    return _TAKEN * len(match[0])


_CURRENCIES = "AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|INR|JPY|NOK|PLN|RUB|SEK|TRY|UAH|USD|US|ZAR"
_ORDINALS = "st|nd|rd|th|er|re|e|ème|ère|a|o|º|ª|й|го|му|ша|те|ї|ма"
_NUMBERED = (
    "section|subsection|number|chapter|article|annex|appendix|table|figure|chart|map|box|paragraph|para|page|part|item|note|no|"
    "numéro|chapitre|annexe|tableau|graphique|carte|encadré|paragraphe|partie|"
    "abschnitt|unterabschnitt|nummer|kapitel|artikel|anhang|tabelle|abbildung|absatz|seite|teil|nr|"
    "розділ|номер|глава|стаття|статті|додаток|таблиця|рисунок|графік|пункт|сторінка|частина|"
    "sección|número|capítulo|artículo|anexo|tabla|gráfico|párrafo|página|parte"
)
_YEAR = r"(?:1[5-9]\d\d|2[01]\d\d|2200)"
_NO_FIGURES = tuple(
    re.compile(pattern, re.IGNORECASE if ignore else 0)
    for pattern, ignore in (
        (r"(?m)^[ \t>]*(?:[-*+][ \t]+)*\d{1,9}[.)](?=[ \t])", False),
        (r"(?<![\d.,])\d{1,2}([./])\d{1,2}\1(?:\d{4}|\d\d)(?![\d.,]\d|\d)", False),
        (r"(?<![\d.,:])(?:[01]?\d|2[0-4])(?:[:h][0-5]\d)(?::[0-5]\d)?(?![\d:])", False),
        (r"(?<![\d.,:])(?:[01]?\d)(?:[:.][0-5]\d)?[ \u00a0]?(?:[ap]\.?m\b\.?)", True),
        (rf"(?<![\d.,])\d+-?(?:{_ORDINALS})\b", True),
        (r"(?<![\d.,])\d+s\b", False),
        (r"(?<![\w.,])\d{1,3}(?!(?:M|B|K|T)\b)[A-Z][A-Z0-9]*\b", False),
        (rf"\b(?:{_NUMBERED})s?\.?[ \u00a0]*(?:[º°][ \u00a0]*)?\d+(?:\.\d+)*(?:\(\w\))?", True),
        (r"(?:§§?|№|n°)[ \u00a0]*\d+(?:\.\d+)*", True),
        (rf"(?<![\w.,$€£¥+]){_YEAR}/\d\d(?!\d)", False),
        (rf"(?<![\w.,$€£¥+]){_YEAR}(?!\w|[.,]\d|[ \u00a0]?%)", False),
    )
)
_ADDRESS = re.compile(
    r"(?:https?://|mailto:|www\.)[^\s<>()\[\]]+|(?<!\d)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?(?!\d)",
    re.IGNORECASE,
)
"""Addresses of the web, and dates in their machine form."""
_WORD = re.compile(r"(?<![\w$€£¥\-‑/’'])[^\W\d_¼-¾⅐-⅞]\w*(?:[-‑/’']\w+)*")
_MONEY = re.compile(rf"(?:{_CURRENCIES})-?\d")


def _hidden_name(match: re.Match[str]) -> str:
    """A word that begins with a letter is a name: H5N1, T-72, A/RES/68/262; but not EUR5."""
    named = _NUMERAL.search(match[0]) and not _MONEY.match(match[0])
    return _hidden(match) if named else match[0]


_JOINING = "and|to|or|until|through|et|ou|au|à|und|bis|oder|y|al|a|o|e|і|й|та|до|по|и|و|إلى|حتى"


@cache
def _dates(language: Locale) -> tuple[re.Pattern[str], ...]:
    """How people write days and months: "24 February", "24–26 February", "12 to 27 March", "February 24"."""
    names = {
        name.rstrip(".").lower()
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in language.months[form][width].values()
    }
    names = {name for name in names if not any(one.isdecimal() for one in name)}
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    month = rf"(?:{words})\b\.?"
    day = r"(?<![\d.,])(?:[0-2]?\d|3[01])(?:\.|er|st|nd|rd|th|º)?"
    between = rf"(?:\s*[-–/,]\s*|\s+|,?\s+(?:{_JOINING})\s+)"
    of = r"\s*(?:(?:de|of|din)\s+)?"
    year = rf"(?:,?\s*(?:de\s+)?{_YEAR}(?!\d))?"
    return (
        re.compile(r"\d{1,4}\s?[年월년月日일]"),  # Chinese, Japanese, Korean
        re.compile(rf"{day}(?:{between}{day}){{0,6}}{of}{month}{year}", re.IGNORECASE),
        re.compile(rf"\b{month}\s+{day}(?:\s*[-–,]\s*{day}){{0,6}}(?!\d|[.,]\d){year}", re.IGNORECASE),
        re.compile(rf"\b{month}\s+{_YEAR}(?!\d)", re.IGNORECASE),
    )
