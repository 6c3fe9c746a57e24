"""The look of one briefing: the program's own colours and letters, and what the config puts in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from briefing.colours import TEXT, contrast, view_in_which_alike, with_contrast
from briefing.config import Config
from briefing.config.look import Look as Chosen
from briefing.diagnostics import Diagnostic, Where
from briefing.drawing.palette import PALETTE

COLOURS: dict[str, tuple[str, str]] = PALETTE | {
    "accent": ("#0a5fb4", "#7db8ff"),
    "caution": ("#9a4a00", "#e2925b"),
    "shade": ("#f3f5f7", "#1d2126"),
    "strong": (PALETTE["ink"][0], "#6d7784"),
}
"""Each token of a page and its charts, on white and on the dark page."""

OWN_FAMILIES = {"Source Sans 3": "Briefing Sans", "Source Serif 4": "Briefing Serif"}
"""The program's own families, by the names of the originals, each with that of its part inside a web page."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, its words, and what it is: png, jpeg or webp."""

    data: bytes
    alt: str
    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look with every colour of its own worked out. A family that is "" is the program's."""

    own: tuple[tuple[str, tuple[str, str]], ...] = ()
    headings: str = ""
    text: str = ""
    logo: Logo | None = None
    letters: tuple[tuple[str, Path], ...] = ()
    """Font files of the families that are not the program's."""

    @property
    def colours(self) -> dict[str, tuple[str, str]]:
        """Every token with its light and its dark colour."""
        return COLOURS | dict(self.own)


PLAIN = Look()
"""The program's own."""


def look_of(settings: Config, contents: Mapping[str, bytes], letters: tuple[tuple[str, Path], ...]) -> Look:
    """The look that a config describes. `contents` are the files that were read by name, the logo's among them."""
    given = settings.look
    logo = None
    if given.logo is not None:
        data = contents[given.logo.file]
        logo = Logo(data, given.logo.alt or settings.publisher or "", picture_kind(data))
    return Look(tuple(_own(given)), given.headings or "", given.text or "", logo, letters)


def picture_kind(data: bytes) -> str:
    """What a picture is by its first bytes: png, jpeg or webp, or nothing of these."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _own(given: Chosen) -> Iterator[tuple[str, tuple[str, str]]]:
    named = [("accent", given.accent), *((f"series{n}", one) for n, one in enumerate(given.series, 1))]
    for token, shades in named:
        if shades is not None:
            yield token, (shades.light, shades.dark or _on_dark(token, shades.light))


def _on_dark(token: str, light: str) -> str:
    """A colour for the dark page. One of a series stands out there as it does on white, so that they stay apart."""
    least = TEXT if token == "accent" else min(max(contrast(light, COLOURS["page"][0]), TEXT), 12)  # noqa: S105
    return with_contrast(light, _ground(token, 1)[0], least)


def _ground(token: str, scheme: int) -> tuple[str, str]:
    """What a colour is read on, and its name: links stand in shaded boxes too, which leave them less contrast."""
    ground = "shade" if token == "accent" else "page"  # noqa: S105  # a token of colour
    return COLOURS[ground][scheme], "shaded boxes" if ground == "shade" else "the page"


def doubtful_colours(given: Chosen, where: Where) -> Iterator[Diagnostic]:
    """What is wrong with the colours of a look. `where` is its place in the config.

    Too little contrast is an error: somebody cannot read it. Series too are held to the contrast of text, for their
    names are lettered in their colours. Colours that some take for one another are a warning, because lines have
    their names and dashes too.
    """
    own = dict(_own(given))
    for token, pair in own.items():
        place = where / "accent" if token == "accent" else where / "series" / (int(token[-1]) - 1)  # noqa: S105
        for scheme, (name, colour) in enumerate(zip(("light", "dark"), pair, strict=True)):
            ground, called = _ground(token, scheme)
            ratio = contrast(colour, ground)
            if ratio < TEXT:
                message = f"{colour} has a contrast of {_floored(ratio)}:1 to {called} ({name}); {TEXT}:1 is the least"
                near = with_contrast(colour, ground, TEXT)
                yield Diagnostic(place, "low-contrast", message, f"the nearest of its hue that can be read is {near}")
    yield from _alike(own, where / "series")


def _alike(own: dict[str, tuple[str, str]], where: Where) -> Iterator[Diagnostic]:
    """For each series of one's own, the first other that it may be taken for, on the light page or else the dark."""
    series = [(token, pair) for token, pair in (COLOURS | own).items() if token.startswith("series")]
    told: set[str] = set()
    for (one, pair), (other, their) in combinations(series, 2):
        mine = other if other in own else one
        schemes = (scheme for scheme in (0, 1) if view_in_which_alike(pair[scheme], their[scheme]))
        if mine not in own or mine in told or (scheme := next(schemes, None)) is None:
            continue
        told.add(mine)
        view, name = view_in_which_alike(pair[scheme], their[scheme]), ("light", "dark")[scheme]
        both = f"{pair[scheme]} of series {one[-1]} and {their[scheme]} of series {other[-1]}"
        hint = "make one of them lighter or darker, or name all six; {light: , dark: } sets both"
        yield Diagnostic(
            where / (int(mine[-1]) - 1), "alike-colours", f"{both} look alike {view} ({name})", hint, "warning"
        )


def _floored(ratio: float) -> str:
    """A ratio to a tenth that is never more than it is: 4.46 has not 4.5."""
    return f"{int(ratio * 10) / 10}"
