"""The audit: every numeral that a reader sees is traced to a fact, a date, a note or an allowance; or is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from briefing.audit.data import wrong_figures, wrong_rows
from briefing.audit.drawings import lost_figures, strange_texts
from briefing.audit.known import Known, known
from briefing.audit.paper import Expected, differences, expected
from briefing.audit.reading import Chunk, Drawing, Page, read_drawing, read_page
from briefing.diagnostics import Diagnostic, Where, shown
from briefing.edition import Chart, ChartSpec, Edition, narrowed, walk
from briefing.evidence import Evidence
from briefing.numerals import Numeral, around, inked, numerals, without

MAX_SAID = 20
"""Problems of one output that are spelt out: where a theme goes wrong, it does so everywhere."""

_TRACE = "print what the edition holds, or put the phrase under allow: in the config"
_AGAIN = "look into the theme's templates, if there are any; else make the edition again and report this"
PAPER = "briefing.pdf"


@dataclass(slots=True)
class Audit:
    """Audits the outputs of one edition.

    `drawings` are its charts as SVG, or nothing where they are not drawn; `allow` are phrases that need no source.
    """

    edition: Edition
    evidence: Evidence
    drawings: Mapping[ChartSpec, str]
    allow: tuple[str, ...] = ()
    _known: Known = field(init=False)
    _drawn: dict[ChartSpec, Drawing] = field(init=False)
    _numbers: set[str] = field(init=False)
    _fine: set[tuple[str, int, str]] = field(init=False, default_factory=set)
    _paper: Expected | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._known = known(self.edition)
        self._numbers = {str(number) for number in range(1, self._known.calls + 1)}
        self._drawn = {spec: read_drawing(svg) for spec, svg in self.drawings.items()}

    def files(self, files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
        """What is wrong with the pages, charts and data among the files of the edition."""
        found = list(self._charts())
        for name, data in files.items():
            if name.endswith(".html"):
                found += _few(self._page(name, read_page(data.decode())))
            elif name.endswith(".json"):
                wrong = wrong_figures(data.decode(), self.edition, self.evidence)
                found += _few(_told(name, "figures-differ", one, _AGAIN) for one in wrong)
            elif name.endswith(".csv"):
                wrong = wrong_rows(name, data.decode(), self.edition, self.evidence)
                found += _few(_told(name, "figures-differ", one, _AGAIN) for one in wrong)
            elif name.endswith(".svg"):
                found += _few(self._chart_file(name, read_drawing(data.decode())))
        return tuple(found)

    def paper(self, html: str, pictures: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
        """What is wrong with the page that goes to the printer, with its pictures by name."""
        page = read_page(html)
        drawn = {name: read_page(data.decode()) for name, data in pictures.items() if name.endswith(".svg")}
        self._paper = expected(page, drawn, self.allow)
        return tuple(_few(self._page(PAPER, page)))

    def pdf(self, data: bytes) -> tuple[Diagnostic, ...]:
        """What is wrong with the PDF that came of `paper()`, which goes first."""
        assert self._paper is not None  # noqa: S101  # said above
        more, less = differences(data, self._paper)
        found = [
            _told(PAPER, "untraced-numeral", f"{_numeral(one.plain, one.words)} on page {one.page}", _TRACE)
            for one in more
        ]
        for one in less:
            message = f"lacks {shown(one.plain)}{_under(one.place)}: {shown(one.words, 80)}"
            found.append(_told(PAPER, "figures-differ", message, _AGAIN))
        return tuple(_few(found))

    # Pages.

    def _page(self, name: str, page: Page) -> Iterator[Diagnostic]:
        wrong = set()
        for one in page.figures:
            stated = self._known.figures.get(one.fact, set())
            if (one.value, inked(one.text)) not in stated:
                wrong.add(one.fact)
                message = f"shows {shown(one.text)} ({one.value}) for {shown(one.fact)}{_under(one.place)}"
                yield _told(name, "figures-differ", f"{message}, which the edition does not have", _AGAIN)
        for date in page.moments:
            stated_dates = self._known.moments.get(date.iso)
            if stated_dates is not None and inked(date.text) not in stated_dates:
                message = f"shows {shown(date.text)} for the date {date.iso}{_under(date.place)}"
                yield _told(name, "figures-differ", message, _AGAIN)
        yield from self._untraced(name, page, wrong)
        yield from self._lost(name, page, wrong)
        drawn = set(self._drawn.values())
        for place, drawing in page.drawings:
            if drawn and drawing not in drawn:
                message = f"shows a chart{_under(place)} whose words are not those that were drawn"
                yield _told(name, "figures-differ", message, _AGAIN)

    def _untraced(self, name: str, page: Page, wrong: set[str]) -> Iterator[Diagnostic]:
        for chunk in page.chunks:
            text = chunk.text
            if (chunk.kind, chunk.number, text) in self._fine:
                continue
            strange = [one for one in numerals(without(text, self.allow)) if not self._traced(one, chunk, text)]
            if not strange and chunk.kind != "note":
                self._fine.add((chunk.kind, chunk.number, text))
            for one in strange:
                kind, fact = chunk.mark(one.start)
                if kind != "data" or fact not in wrong:
                    words = around(text, one.start, one.end)
                    message = f"{_numeral(one.plain, words)}{_under(chunk.place)}"
                    yield _told(name, "untraced-numeral", message, _TRACE)

    def _traced(self, one: Numeral, chunk: Chunk, text: str) -> bool:
        if chunk.kind in {"note", "footnote"} and chunk.alone(one.start, one.end, "[](), "):
            return one.plain == str(chunk.number) if chunk.number else one.plain in self._numbers
        reference = self._known.references.get(chunk.number) if chunk.kind != "note" else None
        if (reference or self._known.texts).has(one, text, alone=chunk.alone(one.start, one.end)):
            return True
        kind, address = chunk.mark(one.start)
        return kind == "link" and address in self._known.addresses and _of_address(one, text, address)

    def _lost(self, name: str, page: Page, wrong: set[str]) -> Iterator[Diagnostic]:
        inks = [inked(chunk.text) for chunk in page.chunks if chunk.kind == "text"]
        exact, whole = set(inks), "".join(inks)
        for line in self._known.lines:
            bare = len(line.figures) == 1 and line.inked == inked(line.figures[0].text)  # it may stand elsewhere too
            lost = whole.count(line.inked) < self._known.said.count(line.inked) if bare else line.inked not in exact
            if lost and (bare or line.inked not in whole):
                for figure in line.figures:
                    if figure.fact not in wrong and not {one.fact for one in line.figures} & wrong:
                        message = f"does not show {shown(figure.text)} of {shown(figure.fact)} with the words about it"
                        yield _told(name, "figure-lost", message, _AGAIN)

    # Charts.

    def _charts(self) -> Iterator[Diagnostic]:
        for chart in walk(self.edition.sections):
            if not isinstance(chart, Chart):
                continue
            name = f"charts/{chart.id}.svg"
            for spec in (chart.spec, narrowed(chart.spec)):
                for text in strange_texts(self._drawn.get(spec, ()), spec):
                    yield _told(name, "untraced-numeral", f"{shown(text)} stands there and was not to be drawn", _AGAIN)
                for text in lost_figures(self._drawn[spec], spec) if spec in self._drawn else ():
                    yield _told(name, "figure-lost", f"does not show {shown(text)} in full", _WIDER)

    def _chart_file(self, name: str, drawing: Drawing) -> Iterator[Diagnostic]:
        beside = " ".join(text for role, text in drawing if not role)
        chunk = Chunk("text", "", [beside], [0], size=len(beside))
        yield from self._untraced(name, Page([chunk]), set())
        inside = tuple(one for one in drawing if one[0])
        if inside not in self._drawn.values():
            yield _told(name, "figures-differ", "holds a chart whose words are not those that were drawn", _AGAIN)


def audited_page(name: str, html: str, edition: Edition, allow: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """What is wrong with one more page of an edition that was published before, whose drawings are not in it."""
    audit = Audit(edition, _nothing(edition), {}, allow)
    return audit.files({name: html.encode()})


def _nothing(edition: Edition) -> Evidence:
    """No evidence: of a page, only what the edition itself prints is asked for."""
    nothing: frozenset[str] = frozenset()
    return Evidence(edition.date, {}, {}, {}, {}, nothing, nothing, nothing, None, whole=True)


def shows_all(spec: ChartSpec, svg: str) -> bool:
    """Whether every figure of a chart stands in a drawing of it in full."""
    return not any(lost_figures(read_drawing(svg), spec))


def once(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """What is wrong in several outputs alike, said of the first."""
    first: dict[tuple[str, str], Diagnostic] = {}
    for one in found:
        first.setdefault((one.code, one.message), one)
    return tuple(first.values())


_WIDER = "give the chart more room, or the fact a shorter figure"


def _of_address(one: Numeral, text: str, address: str) -> bool:
    """Whether a numeral stands in a word that is a part of the address its link leads to."""
    start, end = one.start, one.end
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "\u200b…":
        start -= 1
    while end < len(text) and not text[end].isspace() and text[end] not in "\u200b…":
        end += 1
    return inked(text[start:end]) in inked(address)


def _numeral(plain: str, words: str) -> str:
    return f"the numeral {shown(plain)} in {shown(words, 80)} comes from no fact, date or note"


def _under(place: str) -> str:
    return f" under {shown(' '.join(place.split()))}" if place.strip() else ""


def _told(name: str, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(Where(name), code, message, hint)


def _few(found: Iterator[Diagnostic] | list[Diagnostic]) -> list[Diagnostic]:
    """The first of the diagnostics, each once."""
    unique = list(dict.fromkeys(found))
    rest = len(unique) - MAX_SAID
    if rest > 0:
        last = unique[MAX_SAID - 1]
        unique[MAX_SAID:] = [Diagnostic(last.where, last.code, f"{rest} more numerals of this output are wrong")]
    return unique
