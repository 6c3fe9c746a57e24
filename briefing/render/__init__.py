"""Render an edition: one function for each output, all over the same tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from briefing.diagnostics import shown
from briefing.edition import Chart, ChartSpec, Edition, KeyFigures, narrowed, plain, walk
from briefing.embedding.heights import WIDTHS, height_at
from briefing.finished import reach_of_page, without_policy
from briefing.look import PLAIN, Look
from briefing.render.letters import own_faces
from briefing.render.page import Mailed, Page
from briefing.render.scope import leaving, scoped
from briefing.render.svg import standing_alone
from briefing.render.theme import Theme
from briefing.render.tokens import sealed, tokens
from briefing.render.webfonts import few_letters, font_faces
from briefing.templating import TemplateProblem

Drawings = Mapping[ChartSpec, str]

_SCREEN_FACES = (
    ("Briefing Sans", 400, "normal"),
    ("Briefing Sans", 600, "normal"),
    ("Briefing Serif", 400, "normal"),
    ("Briefing Serif", 400, "italic"),
    ("Briefing Serif", 600, "normal"),
)
_FRAGMENT_STYLES = ("reset", "base", "screen", "embedded", "fragment", "own")
_CHART_FACES = _SCREEN_FACES[:2]


@dataclass(frozen=True, slots=True)
class PrintPage:
    """A page for the printer: HTML and the files it names as `asset:NAME`."""

    html: str
    assets: dict[str, bytes]


def charts_in(edition: Edition) -> tuple[ChartSpec, ...]:
    """Every chart and sparkline of an edition, each once."""
    return tuple(dict.fromkeys(node for node in walk(edition.sections) if isinstance(node, ChartSpec)))


def narrow_charts_in(edition: Edition) -> tuple[ChartSpec, ...]:
    """Every chart of an edition as a narrow screen shows it."""
    return tuple(dict.fromkeys(narrowed(node.spec) for node in walk(edition.sections) if isinstance(node, Chart)))


def half_charts_in(edition: Edition) -> tuple[ChartSpec, ...]:
    """Every chart of an edition that may stand beside another on paper, as narrow as it is there."""
    charts = (node for node in walk(edition.sections) if isinstance(node, Chart))
    return tuple(dict.fromkeys(narrowed(chart.spec) for chart in charts if chart.half))


def _closed(page: str, template: str) -> str:
    """The page, in which nothing reaches out, whatever its templates have put together. Raises TemplateProblem."""
    if (reach := reach_of_page(page)) is not None:
        raise TemplateProblem("template", reach[0], template)
    return str(page)


def _forbidding(page: str, template: str) -> str:
    """The same of a page that stands by itself and says that it loads nothing. Raises TemplateProblem."""
    if (missing := without_policy(page)) is not None:
        raise TemplateProblem("template", missing, template)
    return _closed(page, template)


def paper_page(edition: Edition, theme: Theme, drawings: Drawings, paper: str) -> PrintPage:
    """The edition for the printer.

    Two charts that may stand side by side do so where the narrow drawings of both are among the drawings.
    """
    page = Page(edition, theme, "paper", drawings)
    style = _style(theme, "base", "paper", "own", before=tokens(theme.look, "paper"))
    html = page.render("paper.html", style=style, paper=paper)
    return PrintPage(_closed(html, "paper.html"), page.assets)


def screen_page(edition: Edition, theme: Theme, drawings: Drawings) -> str:
    """The edition as one HTML file that asks nobody for anything.

    A chart whose narrow drawing is among the drawings shows that one where there is little room.
    """
    page = Page(edition, theme, "screen", drawings)
    body = page.render("body.html")
    fonts = font_faces(str(body), _SCREEN_FACES) + own_faces(str(body), theme.look)
    style = _style(theme, "base", "screen", "own", before=f"{fonts}\n{tokens(theme.look, 'screen')}")
    return _forbidding(page.render("screen.html", style=style, body=body), "screen.html")


def fragment(edition: Edition, theme: Theme, drawings: Drawings) -> str:
    """The edition as a part of somebody else's page: ids and styles of its own, no script, no head."""
    page = Page(edition, theme, "screen", drawings, f"{edition.briefing}-{edition.date.isoformat()}-")
    body = page.render("body.html")
    colours = tokens(theme.look, "screen")
    before = f"{sealed(colours)}\n{colours}"
    for name in _FRAGMENT_STYLES:
        if (found := leaving(theme.style(name))) is not None:
            raise TemplateProblem("template", found[0], f"style/{name}.css", found[1])
    style = _style(theme, *_FRAGMENT_STYLES, before=before)
    fonts = font_faces(str(body), _CHART_FACES)
    own = Markup(f"{fonts}\n{scoped(style, page.anchor('edition'))}")  # noqa: S704  # checked by style()
    return _closed(page.render("fragment.html", style=own, body=body), "fragment.html")


def embed_page(edition: Edition, theme: Theme, drawings: Drawings) -> str:
    """The edition as a page for a frame: links to the web open beside it, and it says how high it is.

    `data-height-360` of its root is its height in pixels where it is 360 pixels wide, as far as that can be told.
    """
    page = Page(edition, theme, "screen", drawings)
    body = in_new_tabs(page.render("body.html"))
    fonts = font_faces(str(body), _SCREEN_FACES) + own_faces(str(body), theme.look)
    before = f"{fonts}\n{tokens(theme.look, 'screen')}"
    style = _style(theme, "base", "screen", "embedded", "embed", "own", before=before)
    heights = tuple((width, height_at(width, str(body))) for width in WIDTHS)
    return _forbidding(page.render("embed.html", style=style, body=body, heights=heights), "embed.html")


_OUTWARD = re.compile(r'<a (?=[^<>]*\bhref="(?:https?|mailto):)')


def in_new_tabs(body: Markup) -> Markup:
    """The markup with its links to the web opening in tabs of their own: most sites refuse to be shown in a frame."""
    return Markup(_OUTWARD.sub('<a target="_blank" ', body))  # noqa: S704  # of our own rendering


def site_style(theme: Theme, text: str) -> str:
    """The style sheet of pages that lead to editions, with the letters that `text` needs. Raises TemplateProblem."""
    fonts = f"{font_faces(text, _SCREEN_FACES)}\n{own_faces(text, theme.look)}"
    return str(_style(theme, "base", "screen", "archive", "own", before=f"{fonts}\n{tokens(theme.look, 'screen')}"))


def mail_page(edition: Edition, theme: Theme, mailed: Mailed) -> PrintPage:
    """The edition as the HTML of a message, its styles not yet inside its elements; charts are `asset:ID.png`."""
    page = Page(edition, theme, "mail", {}, mailed=mailed)
    style = _with_colours(theme.style("mail"), theme.look)
    html = page.render("mail.html", style=Markup(style))  # noqa: S704  # checked by style()
    return PrintPage(_closed(html, "mail.html"), page.assets)


def _with_colours(style: str, look: Look) -> str:
    """A style sheet with colours in the place of their names, for programs that do not know variables.

    `var(--bf-ink)` is a token of the look, `var(--bf-ink-dark)` the same on a dark page.
    """
    colours = {token: light for token, (light, _) in look.colours.items()}
    colours |= {f"{token}-dark": dark for token, (_, dark) in look.colours.items()}
    return re.sub(r"var\(--bf-([a-z0-9-]+)\)", lambda name: colours.get(name[1], name[0]), style)


def chart_names(edition: Edition) -> dict[ChartSpec, str]:
    """What the charts of an edition are called in messages: their ids and titles."""
    return {
        node.spec: f"the chart {shown(node.id)} ({plain(node.title)})"
        for node in walk(edition.sections)
        if isinstance(node, Chart)
    }


def _style(theme: Theme, *names: str, before: str) -> Markup:
    """The theme's style sheets as the content of one element, `before` them what they may say otherwise."""
    return Markup("\n".join((before, *(theme.style(name) for name in names))))  # noqa: S704  # checked by style()


def chart_files(edition: Edition, drawings: Drawings, look: Look = PLAIN) -> Iterator[tuple[str, str]]:
    """Each chart as a file that stands alone: its name and its SVG. All have the same few letters in them."""
    charts = [node for node in walk(edition.sections) if isinstance(node, Chart)]
    bare = (standing_alone(drawings[one.spec], one, edition, look) for one in charts)
    letters = few_letters(re.sub("<[^>]*>", "", "".join(bare)), _CHART_FACES) if charts else ""
    for one in charts:
        yield f"{one.id}.svg", standing_alone(drawings[one.spec], one, edition, look, letters)


__all__ = [
    "Drawings",
    "KeyFigures",
    "Mailed",
    "PrintPage",
    "Theme",
    "chart_files",
    "chart_names",
    "charts_in",
    "embed_page",
    "fragment",
    "half_charts_in",
    "mail_page",
    "narrow_charts_in",
    "paper_page",
    "screen_page",
    "site_style",
]
