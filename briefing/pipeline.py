"""The stages in order: load, validate, resolve, compose, render, publish. The one page that knows them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from briefing.charts import drawings
from briefing.compose import compose
from briefing.compose.references import number_references
from briefing.config import Config, Format
from briefing.diagnostics import Diagnostic, Where, failed, located
from briefing.edition import Edition
from briefing.errors import InputError, UsageError
from briefing.evidence import Evidence
from briefing.formats import Formatter
from briefing.load import Loaded, load
from briefing.pdf import Limits, PrintedPDF, Printer, PrintJob
from briefing.publish import kept_files, manifest_of, publish
from briefing.render import Drawings, Theme, chart_files, charts_in, fragment, paper_page, screen_page
from briefing.render.data import edition_data
from briefing.render.theme import theme_folder
from briefing.resolve import resolve
from briefing.templating import TemplateProblem
from briefing.validate import validate

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found. `facts` counts what the files and feeds hold, series included."""

    config: Path
    diagnostics: tuple[Diagnostic, ...]
    facts: int
    sources: int

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not failed(self.diagnostics)


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` made: the folder, its files, and whether it stood there already."""

    folder: Path
    files: tuple[str, ...]
    unchanged: bool
    warnings: tuple[str, ...]
    pages: int | None = None


def check(config: Path | str, *, day: date | None = None, now: datetime | None = None) -> Report:
    """Everything that is wrong with a briefing and its facts, without rendering.

    `day` is the edition's date; without it the config's, else the day of `now` in the config's time zone.
    """
    path = Path(config)
    loaded = load(path)
    edition_date = _edition_date(loaded.config, day, now) if loaded.config is not None else None
    edition, evidence, found = _composed(loaded, path.name, edition_date, None)
    if edition is not None and loaded.config is not None and not failed(found):
        found += _theme_problems(edition, loaded.config, path.parent)
    facts = len(evidence.facts) + len(evidence.later) if evidence is not None else 0
    return Report(path, found, facts, len(evidence.sources) if evidence is not None else 0)


def _theme_problems(edition: Edition, settings: Config, beside: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with a theme of the user's own, found by filling its pages with empty pictures."""
    folder = theme_folder(settings.theme, beside)
    if folder is None:
        return ()
    blank = dict.fromkeys(charts_in(edition), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>')
    theme = Theme(folder)
    try:
        screen_page(edition, theme, blank)
        paper_page(edition, theme, blank, settings.paper)
        fragment(edition, theme, blank)
    except TemplateProblem as problem:
        return (_of_theme(problem, settings),)
    return ()


def _of_theme(problem: TemplateProblem, settings: Config) -> Diagnostic:
    where = Where(f"{settings.theme}/{problem.template}", line=problem.line)
    return Diagnostic(where, problem.code, problem.message, problem.hint)


def build(  # noqa: PLR0913  # each is a setting of its own
    config: Path | str,
    *,
    day: date | None = None,
    now: datetime | None = None,
    produced: datetime | None = None,
    formats: Iterable[Format] = (),
    out: Path | str | None = None,
    strict: bool = False,
    printer: Printer | None = None,
    progress: Progress = _silent,
) -> Built:
    """Make one edition: files in `out/<briefing>/<date>/`.

    `day` is the edition's date; without it the config's, else the day of `now` in the config's time zone. `produced` is
    the moment written into the PDF; by default noon of the edition's date. `formats` go before the config's. A
    `printer` that lives on makes a series of builds faster. With `strict`, warnings are errors.

    Raises InputError with diagnostics, UsageError, or OutputError; an earlier edition stays as it is.
    """
    path = Path(config)
    progress("reading")
    loaded = load(path)
    if loaded.config is None:
        raise InputError(_composed(loaded, path.name, None, None)[2])
    settings = loaded.config
    edition_date = _edition_date(settings, day, now)
    wanted = tuple(dict.fromkeys(formats)) or settings.formats
    theme = Theme(theme_folder(settings.theme, path.parent))
    place = Path(out) if out is not None else path.parent / "out"
    folder = place / settings.id / edition_date.isoformat()
    inputs = _inputs(loaded, path.name, edition_date, theme, produced)

    before = manifest_of(folder)
    if before is not None and before.get("made_from") != inputs["made_from"]:
        before = None  # made from something else: nothing of it is kept
    if before is not None and set(wanted) <= set(before["formats"]) and not (strict and before["warnings"]):
        return Built(folder, tuple(before["outputs"]), unchanged=True, warnings=tuple(before["warnings"]))

    fonts = tuple(path.parent / one for one in settings.fonts)
    with ExitStack() as stack:
        if "pdf" in wanted:
            printer = printer or stack.enter_context(Printer(place / ".cache" / "fonts", fonts))
            printer.start()  # it warms up beside us while facts are checked and charts drawn
        progress("checking facts")
        edition, evidence, found = _composed(loaded, path.name, edition_date, produced)
        if edition is None or evidence is None or failed(found) or (strict and found):
            raise InputError(found)
        progress("drawing charts")
        pictures = drawings(charts_in(edition), place / ".cache" / "charts", fonts)
        progress("laying out pages")
        try:
            files, pages = _rendered(edition, evidence, settings, wanted, _Means(theme, pictures, printer))
        except TemplateProblem as problem:
            raise InputError((_of_theme(problem, settings),)) from problem
    progress("publishing")
    warnings = tuple(str(one) for one in found)
    kept = kept_files(folder, before) if before is not None else None
    if before is not None and kept is not None:  # other formats of the same edition stay beside these
        files = kept | files
        wanted = tuple(dict.fromkeys((*before["formats"], *wanted)))
    publish(files, folder, {**inputs, "formats": sorted(wanted), "warnings": list(warnings)})
    return Built(folder, tuple(sorted(files)), unchanged=False, warnings=warnings, pages=pages)


def _composed(
    loaded: Loaded, name: str, edition_date: date | None, produced: datetime | None
) -> tuple[Edition | None, Evidence | None, tuple[Diagnostic, ...]]:
    """The edition as a tree, what it rests on, and everything that is wrong."""
    found = loaded.diagnostics
    together, problems = validate(loaded.config, name, loaded.documents[1:], loaded.tables, edition_date)
    found += problems
    if loaded.config is None or edition_date is None:
        return None, None, located(found, loaded.files)
    evidence = resolve(together, edition_date, max_age=loaded.config.max_age, whole=not failed(loaded.diagnostics))
    edition, problems = compose(loaded.config, name, evidence, produced)
    found += problems
    if not failed(found):
        edition = number_references(edition, evidence, Formatter(edition.language))
    return edition, evidence, located(found, loaded.files)


@dataclass(frozen=True, slots=True)
class _Means:
    """What rendering needs besides the edition."""

    theme: Theme
    pictures: Drawings
    printer: Printer | None


def _rendered(
    edition: Edition, evidence: Evidence, settings: Config, wanted: tuple[Format, ...], means: _Means
) -> tuple[dict[str, bytes], int | None]:
    """The files of the edition by name, and how many pages the PDF has. The PDF is printed beside the others."""
    printing: Future[PrintedPDF] | None = None
    with ThreadPoolExecutor(1) as beside:
        if "pdf" in wanted and means.printer is not None:
            paper = paper_page(edition, means.theme, means.pictures, settings.paper)
            limits = Limits(settings.limits.seconds, settings.limits.memory_mb)
            printing = beside.submit(means.printer.print, PrintJob(paper.html, paper.assets), limits)
        files = {f"charts/{name}": svg.encode() for name, svg in chart_files(edition, means.pictures)}
        if "html" in wanted:
            files["briefing.html"] = screen_page(edition, means.theme, means.pictures).encode()
        if "fragment" in wanted:
            files["fragment.html"] = fragment(edition, means.theme, means.pictures).encode()
        if "json" in wanted:
            files["briefing.json"] = edition_data(edition, evidence).encode()
        printed = printing.result() if printing is not None else None
    if printed is not None:
        files["briefing.pdf"] = printed.data
    return files, printed.pages if printed is not None else None


def _edition_date(config: Config | None, day: date | None, now: datetime | None) -> date:
    """The calendar date of the edition in the briefing's own time zone."""
    if day is not None:
        return day
    if config is not None and config.date is not None:
        return config.date
    if now is None:
        raise UsageError("no date is given: neither by the call nor by the config")
    return now.astimezone(ZoneInfo(config.timezone if config is not None else "UTC")).date()


def _font_files(loaded: Loaded) -> Iterator[tuple[int, Path]]:
    """The user's own font files. Raises UsageError for a folder that is not there."""
    for number, name in enumerate(loaded.config.fonts if loaded.config else ()):
        folder = loaded.folder / name
        if not folder.is_dir():
            raise UsageError(f"the folder of fonts {folder} is not there")
        for path in sorted(folder.glob("*.[ot]tf")):
            yield number, path


_PACKAGE = Path(__file__).parent
_LIBRARIES = ("babel", "jinja2", "markdown-it-py", "matplotlib", "pydyf", "weasyprint")


def _inputs(
    loaded: Loaded,
    name: str,
    edition_date: date,
    theme: Theme,
    produced: datetime | None,
) -> dict[str, Any]:
    """What an edition is made from, by hash and version; `made_from` stands for all of it."""
    known: dict[str, Any] = {
        "briefing": loaded.config.id if loaded.config else "",
        "date": edition_date.isoformat(),
        "config": name,
        "produced": produced.isoformat() if produced else None,
        "inputs": dict(sorted(loaded.hashes.items())),
        "theme": theme.fingerprint,
        "fonts": {f"{n}/{path.name}": path.stat().st_size for n, path in _font_files(loaded)},
        "program": {"version": metadata.version("briefing"), "sha256": _program()},
        "libraries": {library: metadata.version(library) for library in _LIBRARIES},
    }
    return {"made_from": _digest(known), **known}


def _program() -> str:
    """A hash of the program itself, so that a change in it makes editions anew."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    for path in sorted((_PACKAGE / "fonts").rglob("*.[tw]*f*")):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.hexdigest()


def _digest(known: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
