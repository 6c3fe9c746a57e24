"""The verb `archive`: the site of a briefing is brought to where its editions are, and nothing else is written."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from briefing.archiving import feed, search
from briefing.archiving.bar import Bars, Neighbours, neighbours
from briefing.archiving.feed import About
from briefing.archiving.issues import Issue, standing_in
from briefing.archiving.memory import Memory, remember, remembered
from briefing.archiving.pages import SCRIPT, STYLE_NAME, Lists
from briefing.archiving.place import Place
from briefing.config import Config
from briefing.diagnostics import Diagnostic, Where, located
from briefing.embedding import SCRIPT as EMBED_SCRIPT
from briefing.embedding import SCRIPT_NAME as EMBED_NAME
from briefing.embedding import Place as Embedded
from briefing.embedding import oembed
from briefing.errors import InputError, PublishError, UsageError
from briefing.load import load_look
from briefing.look import look_of
from briefing.publish import LATEST, alone
from briefing.render import Theme
from briefing.render.theme import theme_folder
from briefing.sites import SITE
from briefing.templating import TemplateProblem

_OURS = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:/revision-[0-9]{1,4})?|latest)/"
    r"(?:index\.html|oembed\.json|embed\.html|fragment\.html|briefing\.(?:html|pdf|json)|charts/[^/]+\.svg)",
    re.ASCII,
)
"""Files of editions as this program names them. They go even if the memory of them is lost: they can be secret by now.

Of all others only those go that the memory says were written: robots.txt is the user's own, and stays.
"""


@dataclass(frozen=True, slots=True)
class Archived:
    """What came of making a site. `written` and `removed` are names in its folder."""

    folder: Path
    written: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Folders of issues above the ceiling."""
    damaged: tuple[str, ...] = ()
    """Folders that are no whole edition, and so are not in the site."""


def archive(config: Path | str, *, out: Path | str | None = None) -> Archived:
    """Make the site of a briefing in `site` beside its editions, or bring it up to date.

    Raises InputError, UsageError where there is no edition, and PublishError.
    """
    path = Path(config)
    loaded = load_look(path)
    settings = loaded.config
    if settings is None or any(one.severity == "error" for one in loaded.diagnostics):
        raise InputError(located(loaded.diagnostics, loaded.files))
    folder = (Path(out) if out is not None else path.parent / "out") / settings.id
    if not folder.is_dir():
        raise UsageError(f"there is no edition in {folder}; `briefing build` makes one")
    theme = Theme(theme_folder(settings.theme, path.parent), look_of(settings, loaded.contents, loaded.letters))
    try:
        with alone(folder):
            try:
                return _made(folder, settings, theme)
            except FileNotFoundError:  # an edition was damaged while we made the site of it; it is seen when read anew
                return _made(folder, settings, theme)
    except TemplateProblem as problem:
        where = Where(f"{settings.theme}/{problem.template}", line=problem.line)
        raise InputError((Diagnostic(where, problem.code, problem.message, problem.hint),)) from problem
    except OSError as error:
        raise PublishError(f"the site cannot be made in {folder / SITE}: {error.strerror or error}") from error


def _made(folder: Path, settings: Config, theme: Theme) -> Archived:
    known = remembered(folder)
    there = standing_in(folder, settings.id, known.issues)
    if not there.issues and not (folder / SITE).exists():
        raise UsageError(f"there is no whole edition in {folder}; `briefing build` makes one")
    site = Place(folder / SITE, known.pages)
    ceiling = settings.archive.ceiling if settings.archive is not None else None
    issues = there.below(ceiling)
    making = _Making(folder, settings, theme, site, known, issues)
    making.all(there.latest_below(ceiling))
    site.clear(lambda name: name in known.names or _OURS.fullmatch(name) is not None)
    remember(folder, Memory({one.folder: one for one in there.read}, site.marks, making.shards, frozenset(site.names)))
    shown = {one.folder for one in issues}
    return Archived(
        site.folder,
        tuple(site.written),
        len(site.names) - len(site.written),
        tuple(sorted(site.removed)),
        tuple(one.folder for one in there.issues if one.folder not in shown),
        there.damaged,
    )


class _Making:
    """One making of a site, in the order in which its files may appear (`sites.upload_order`)."""

    def __init__(
        self, folder: Path, settings: Config, theme: Theme, site: Place, known: Memory, issues: tuple[Issue, ...]
    ) -> None:
        self.folder, self.site, self.known, self.issues = folder, site, known, issues
        self.about = About(settings.id, settings.title, settings.publisher or "", settings.language, settings.url)
        self.lists = Lists(theme, self.about, issues)
        self.bars = Bars(theme, self.about, settings.timezone)
        self.current = [one for one in issues if one.current]
        self.shards: dict[str, dict[str, tuple[int, ...]]] = {}

    def all(self, latest: Issue | None) -> None:
        """Every file of the site; `latest` is what the newest edition is shown as."""
        pages = {"index.html": self.lists.index()}
        pages |= {f"{year}/index.html": self.lists.year(year) for year in self.lists.years}
        self._style()
        self.site.put(search.SCRIPT_NAME, SCRIPT.encode())
        self.site.put(EMBED_NAME, EMBED_SCRIPT.encode())
        near = neighbours(self.issues)
        for issue in reversed(self.issues):
            self._issue(issue, near[issue.folder], issue.place)
        for year in self.lists.years:
            self._shard(year)
        for name in sorted(pages):  # years before the index
            self.site.put(name, pages[name])
        self.site.put("editions.json", feed.index(self.about, self.issues))
        self.site.put("feed.xml", feed.feed(self.about, self.issues))
        if self.about.url:
            self.site.put("sitemap.xml", feed.sitemap(self.about, self.issues, sorted(pages)))
        if latest is not None:
            self._issue(latest, near[self.current[-1].folder], f"{LATEST}/")

    def _style(self) -> None:
        theme = self.lists.theme
        made = f"{metadata.version('briefing')}{sorted(self.lists.texts)}{theme.look}{theme.fingerprint}"
        self.site.page(STYLE_NAME, _hash(made), self.lists.style)

    def _issue(self, issue: Issue, near: Neighbours, place: str) -> None:
        """The folder of an issue: the files that were published, and its page with the bar."""
        source = self.folder / issue.folder
        for name in issue.files:
            self.site.link(f"{place}{name}", source / name)
        if self.about.url and "embed.html" in issue.files:
            embedded = Embedded(issue.title, f"{self.about.url}/", place.rstrip("/"), dict(issue.heights))
            provider = issue.publisher or self.about.publisher or self.about.title
            self.site.put(f"{place}oembed.json", oembed(embedded, provider).encode())
        if issue.page:
            bar = self.bars.bar(issue, near, latest=place == f"{LATEST}/")
            page = source / "briefing.html"

            def make() -> bytes:
                return bar.put_into(page.read_text(encoding="utf-8"), f"{issue.folder}/briefing.html").encode()

            self.site.page(f"{place}index.html", bar.key(issue.page), make)

    def _shard(self, year: str) -> None:
        """What is searched of a year."""
        name = f"{search.SCRIPT_NAME.removesuffix('.js')}/{year}.json"
        of_year = [one for one in self.current if one.date[:4] == year]
        held = self.known.shards.get(year, {})

        def make() -> bytes:
            old = (self.site.folder / name).read_bytes() if self.site.is_as_it_was(name) else None
            return search.shard(of_year, self.folder, old, held)

        told = [(one.date, one.key, one.title, one.day, one.link, one.language) for one in of_year]
        self.site.page(name, _hash(json.dumps([search.VERSION, told])), make)
        self.shards[year] = {one.date: one.key for one in of_year}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
