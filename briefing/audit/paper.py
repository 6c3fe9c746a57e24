"""The numerals of a PDF, read back from its bytes, against those of the page that was printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from briefing.audit.reading import Page
from briefing.numerals import around, runs, without

_PIECES = 4
"""Into how many parts a broken line may cut one number."""
_LONGEST = 40
"""The longest numeral that is looked at for others in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A numeral that is too many or too few, the page it is on (0 for none), and the words about it."""

    plain: str
    page: int
    place: str
    words: str


@dataclass(slots=True)
class _Printed:
    """The numerals of a PDF in the order of its pages."""

    pages: list[str] = field(default_factory=list)
    numerals: list[tuple[str, int, int, int]] = field(default_factory=list)
    """Each with its page from 0, its start and its end."""
    allowed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Expected:
    """The numerals that a page has to show on paper, and those that it may show."""

    page: Page
    allow: tuple[str, ...]
    required: Counter[str] = field(default_factory=Counter)
    once: Counter[str] = field(default_factory=Counter)
    """Numbers of notes, and addresses: a style sheet may hide them."""
    running: Counter[str] = field(default_factory=Counter)
    """What may stand on every sheet."""
    allowed: Counter[str] = field(default_factory=Counter)
    """How often one stands in an allowed phrase."""


def expected(page: Page, pictures: Mapping[str, Page], allow: tuple[str, ...] = ()) -> Expected:
    """The numerals of a page for paper, with its pictures by name. Those in phrases of `allow` may be or not."""
    found = Expected(page, allow)
    for chunk in page.chunks:
        if chunk.kind == "beside":
            continue
        text = chunk.text
        for one in runs(text):
            if chunk.kind == "running":
                found.running[one.plain] += 1
            elif chunk.kind == "note" or chunk.mark(one.start)[0] == "link":
                found.once[one.plain] += 1
            else:
                found.required[one.plain] += 1
        found.allowed.update(_allowed(text, allow))
    for picture in (pictures[name] for name in page.pictures if name in pictures):
        for text in (text for _, drawing in picture.drawings for _, text in drawing):
            (found.once if text in picture.outlined else found.required).update(one.plain for one in runs(text))
            found.allowed.update(_allowed(text, allow))
    found.once.update(str(number) for number in range(1, page.counted + 1))  # which the printer writes
    return found


def _allowed(text: str, allow: tuple[str, ...]) -> Counter[str]:
    """The numerals of a text that stand in a phrase of `allow`."""
    if not allow:
        return Counter()
    return Counter(one.plain for one in runs(text)) - Counter(one.plain for one in runs(without(text, allow)))


def differences(pdf: bytes, wanted: Expected) -> tuple[list[Found], list[Found]]:
    """The numerals that only the PDF has, and those that it lacks."""
    printed = _read(pdf, wanted.allow)
    sheets = len(printed.pages)
    furniture = wanted.once + Counter({plain: n * sheets for plain, n in wanted.running.items()})
    paged = {str(number): wanted.page.paged for number in range(1, sheets + 1) if wanted.page.paged}
    furniture.update(paged)
    furniture.update([str(number) for number in range(1, sheets + 1)] + [str(sheets)] * sheets)
    there = Counter(plain for plain, *_ in printed.numerals)
    more, less = there - wanted.required - furniture, wanted.required - there
    if more and less:
        _rejoin([plain for plain, *_ in printed.numerals], more, less, {*wanted.once, *wanted.running, *paged})
        more, less = +more, +less
        if _digits(more) == _digits(less):  # the same digits, cut elsewhere
            return [], []
    return list(_surplus(printed, more - printed.allowed)), list(_missing(wanted.page, less - wanted.allowed))


def _digits(numerals: Counter[str]) -> Counter[str]:
    return Counter(sign for sign in "".join(numerals.elements()) if sign.isalnum())


def _read(pdf: bytes, allow: tuple[str, ...]) -> _Printed:
    import pypdfium2

    printed = _Printed()
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            page = document[number]
            letters = page.get_textpage()
            text = letters.get_text_range()
            letters.close()
            page.close()
            printed.pages.append(text)
            printed.numerals += [(one.plain, number, one.start, one.end) for one in runs(text)]
            printed.allowed.update(_allowed(text, allow))
    finally:
        document.close()
    return printed


def _rejoin(every: list[str], more: Counter[str], less: Counter[str], beside: set[str]) -> None:
    """Take out what is one number cut by the end of a line, or several that stand close together.

    `beside` are numbers of notes and running heads, which may stand close to others too.
    """
    for size in range(2, _PIECES + 1):
        for at in range(len(every) - size + 1):
            pieces = every[at : at + size]
            if less["".join(pieces)] > 0 and any(more[piece] > 0 for piece in pieces):
                less.subtract(["".join(pieces)])
                more.subtract(piece for piece in pieces if more[piece] > 0)
    for plain in list(+more):
        while more[plain] > 0 and (pieces := _cut(plain, less, beside)):
            more.subtract([plain])
            less.subtract(piece for piece in pieces if less[piece] > 0)


def _cut(plain: str, less: Counter[str], beside: set[str]) -> list[str]:
    """The numerals of which this one is made. Empty if there are none.

    Groups of thousands before others, as the narrow spaces of a drawing are lost in the PDF; then as much of what is
    missing as may be.
    """
    if len(plain) > _LONGEST:
        return []
    found = [one for one in _cuts(plain, less, beside, _PIECES) if any(less[piece] > 0 for piece in one)]

    def rank(pieces: list[str]) -> tuple[bool, int]:
        missing = sum(len(piece) for piece in pieces if less[piece] > 0)
        return all(len(piece) == 3 for piece in pieces[1:]), missing

    return max(found, key=rank, default=[])


def _cuts(plain: str, less: Counter[str], beside: set[str], most: int) -> Iterator[list[str]]:
    """The ways to cut this numeral into two to so many others that are missing, or may stand beside another."""
    for cut in range(1, len(plain) if most > 1 else 1):
        left, right = plain[:cut].rstrip(".,"), plain[cut:].lstrip(".,")
        if less[left] > 0 or left in beside:
            if less[right] > 0 or right in beside:
                yield [left, right]
            yield from ([left, *rest] for rest in _cuts(right, less, beside, most - 1))


def _surplus(printed: _Printed, more: Counter[str]) -> Iterator[Found]:
    left = +more
    for plain, page, start, end in reversed(printed.numerals):
        if left[plain] > 0:
            left[plain] -= 1
            yield Found(plain, page + 1, "", around(printed.pages[page], start, end))


def _missing(page: Page, less: Counter[str]) -> Iterator[Found]:
    left = +less
    for chunk in page.chunks:
        if left and chunk.kind in {"text", "footnote"}:
            text = chunk.text
            for one in runs(text):
                if left[one.plain] > 0:
                    left[one.plain] -= 1
                    yield Found(one.plain, 0, chunk.place, around(text, one.start, one.end))
    for plain in left.elements():
        yield Found(plain, 0, "", plain)
