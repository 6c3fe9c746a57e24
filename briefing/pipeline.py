"""The stages in order: load, validate, resolve, compose, render, publish. The one page that knows them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from briefing.audit import Audit, once, shows_all
from briefing.charts import drawings, drawings_that_fit
from briefing.compose import as_draft, compose, not_updated
from briefing.compose.changes import recalled
from briefing.compose.lettering import missing_glyphs
from briefing.compose.references import number_references
from briefing.config import ChartBlock, Config, Format
from briefing.diagnostics import Diagnostic, Where, failed, located
from briefing.edition import Difference, Edition, printed_facts
from briefing.errors import InputError, UsageError
from briefing.evidence import Evidence
from briefing.facts import FactSet
from briefing.formats import Formatter
from briefing.kinds import OURS, maker_of
from briefing.load import Loaded, load
from briefing.load.parsed import NOTHING_PARSED, Parsed
from briefing.look import look_of
from briefing.pdf import Limits, PrintedPDF, Printer, PrintJob
from briefing.publish import (
    DRAFT,
    NOT_UPDATED,
    alone,
    is_marked,
    keep,
    kept_files,
    manifest_of,
    point_to_latest,
    publish,
    recording,
    unmark,
)
from briefing.render import (
    Drawings,
    PrintPage,
    Theme,
    chart_files,
    charts_in,
    embed_page,
    fragment,
    narrow_charts_in,
    paper_page,
    screen_page,
)
from briefing.render.data import edition_data
from briefing.render.sheets import sheets
from briefing.render.theme import theme_folder
from briefing.resolve import resolve
from briefing.templating import TemplateProblem
from briefing.validate import validate
from briefing.versions import NO_PAST, Past, known_fact, known_series, printed

if TYPE_CHECKING:
    from briefing.books import Entry
    from briefing.books.ledger import Ledger

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
    revision: int = 1
    corrections: tuple[Difference, ...] = ()
    """What this revision corrects in the one before."""


def check(config: Path | str, *, day: date | None = None, now: datetime | None = None) -> Report:
    """Everything that is wrong with a briefing and its facts, without rendering.

    `day` is the edition's date; without it the config's, else the day of `now` in the config's time zone.
    """
    path = Path(config)
    loaded = load(path)
    edition_date = _edition_date(loaded.config, day, now) if loaded.config is not None else None
    composed = _composed(loaded, path.name, edition_date, None)
    edition, evidence, found = composed.edition, composed.evidence, composed.found
    if edition is not None and evidence is not None and loaded.config is not None and not failed(found):
        found += _theme_problems(edition, evidence, loaded)
    facts = len(evidence.facts) + len(evidence.later) if evidence is not None else 0
    return Report(path, found, facts, len(evidence.sources) if evidence is not None else 0)


def _theme_problems(edition: Edition, evidence: Evidence, loaded: Loaded) -> tuple[Diagnostic, ...]:
    """What is wrong with a theme of the user's own, found by filling its pages with empty pictures."""
    settings = loaded.config
    if settings is None or theme_folder(settings.theme, loaded.folder) is None:
        return ()
    blank = dict.fromkeys(charts_in(edition), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>')
    theme = _theme(loaded, settings)
    try:
        pages = {
            "briefing.html": screen_page(edition, theme, blank).encode(),
            "fragment.html": fragment(edition, theme, blank).encode(),
            "embed.html": embed_page(edition, theme, blank).encode(),
        }
        paper = paper_page(edition, theme, blank, settings.paper)
    except TemplateProblem as problem:
        return (_of_theme(problem, settings),)
    audit = Audit(edition, evidence, {}, settings.allow)
    return once(audit.files(pages) + audit.paper(paper.html, {}))


def _theme(loaded: Loaded, settings: Config) -> Theme:
    """The theme of the config in its look. What is wrong with either is said when it is used."""
    return Theme(theme_folder(settings.theme, loaded.folder), look_of(settings, loaded.contents, loaded.letters))


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
    reason: str = "",
    known_at: datetime | None = None,
    draft: bool = False,
    books: Path | str | None = None,
    printer: Printer | None = None,
    progress: Progress = _silent,
) -> Built:
    """Make one edition: files in `out/<briefing>/<date>/`.

    `day` is the edition's date; without it the config's, else the day of `now` in the config's time zone. `produced` is
    the moment written into the PDF; by default noon of the edition's date. `formats` go before the config's. A
    `printer` that lives on makes a series of builds faster. With `strict`, warnings are errors.

    The edition is recorded in `books`, a file or the URL of a database (by default the config's, else a file beside the
    editions), at the moment `now` (by default `produced`). When it prints other facts than the last issue for its date,
    it is the next revision, and `reason` says why.

    A `draft` says so, goes to `out/<briefing>/draft/`, and is not recorded. With `known_at` it is made from what
    the books had recorded by that moment, and nothing is recorded. A moment without a zone is in the briefing's.

    Raises InputError with diagnostics, UsageError, or OutputError; an earlier edition stays as it is.
    """
    path = Path(config)
    order = _Order(
        day=day,
        now=now,
        produced=produced,
        formats=tuple(dict.fromkeys(formats)),
        out=Path(out) if out is not None else path.parent / "out",
        strict=strict,
        draft=draft,
        reason=" ".join(reason.split()),
        books=books,
        printer=printer,
        progress=progress,
    )
    if known_at is None:
        return _led_to(_made(path, order))
    from briefing.books.restore import restored

    settings = load(path).config if path.is_file() else None
    moment = (
        known_at if known_at.tzinfo else known_at.replace(tzinfo=ZoneInfo(settings.timezone if settings else "UTC"))
    )
    place = books or (settings.books_in(order.out) if settings else None)
    if place is None:
        raise UsageError(f"there is no file {path}; to make an edition without it, give its books")
    with restored(place, settings.id if settings else None, moment) as then:
        return _made(then, replace(order, books=place, known_at=moment))


def _led_to(built: Built) -> Built:
    """Let `latest` lead to the newest edition; a warning where it cannot."""
    trouble = point_to_latest(built.folder.parent)
    return replace(built, warnings=(*built.warnings, f"warning: {trouble}")) if trouble else built


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked of a build."""

    day: date | None
    now: datetime | None
    produced: datetime | None
    formats: tuple[Format, ...]
    out: Path
    strict: bool
    draft: bool
    reason: str
    books: Path | str | None
    printer: Printer | None
    progress: Progress
    known_at: datetime | None = None
    missing: date | None = None
    """The edition that could not be made, when the last good one is to say so."""

    @property
    def aside(self) -> bool:
        """Whether it goes to a folder of its own and not to that of its date."""
        return self.draft or self.missing is not None

    @property
    def issued(self) -> bool:
        """Whether it is an edition for readers, to be recorded."""
        return self.known_at is None and not self.draft


@dataclass(frozen=True, slots=True)
class Previewed:
    """What `preview` made: the page, or None when something is wrong, and all that is to be said about the input."""

    page: str | None
    diagnostics: tuple[Diagnostic, ...]
    inputs: tuple[Path, ...]
    """The files that were read, beside the config or elsewhere."""
    memory: Memory
    """What the next preview need not make again."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a preview leaves to the next one: nothing is compiled, parsed or drawn twice that is still the same."""

    theme: tuple[str, Theme] | None = None
    """The theme with the hash of its files."""
    parsed: Parsed = NOTHING_PARSED
    fonts: tuple[tuple[str, int], ...] = ()
    """The user's own font files with their sizes, in which the pictures were drawn."""
    wide: Drawings = field(default_factory=dict)
    narrow: Drawings = field(default_factory=dict)
    """Drawings of narrow charts that show all of their figures. An empty one stands for one that does not."""


NO_MEMORY = Memory()


def preview(
    config: Path | str,
    *,
    day: date | None = None,
    now: datetime | None = None,
    cache: Path | None = None,
    memory: Memory = NO_MEMORY,
) -> Previewed:
    """The page of a draft alone, as an author sees it while writing: no PDF, no files, no books, no comparison.

    `cache` is a folder for drawings, `memory` that of the preview before. Raises UsageError when there is no config.
    """
    path = Path(config)
    loaded = load(path, memory.parsed)
    memory = replace(memory, parsed=loaded.parsed)
    inputs = tuple(loaded.folder / name for name in loaded.contents)
    settings = loaded.config
    composed = _composed(loaded, path.name, _edition_date(settings, day, now) if settings else None, None)
    found, evidence = composed.found, composed.evidence
    if settings is None or composed.edition is None or evidence is None or failed(found):
        return Previewed(None, found, inputs, memory)
    edition = as_draft(composed.edition)
    memory = _with_drawings(edition, loaded, cache, _with_theme(memory, _theme(loaded, settings)))
    pictures = {**memory.wide, **{spec: svg for spec, svg in memory.narrow.items() if svg}}
    assert memory.theme is not None  # noqa: S101  # said above
    try:
        page = screen_page(edition, memory.theme[1], pictures)
    except TemplateProblem as problem:
        return Previewed(None, (*found, _of_theme(problem, settings)), inputs, memory)
    wrong = once(Audit(edition, evidence, pictures, settings.allow).files({"briefing.html": page.encode()}))
    return Previewed(None if failed(wrong) else page, (*found, *wrong), inputs, memory)


def _with_theme(memory: Memory, read: Theme) -> Memory:
    """The memory with this theme: the one in it where it is the same, with its templates compiled."""
    fingerprint = read.fingerprint
    if memory.theme is not None and (memory.theme[0], memory.theme[1].look) == (fingerprint, read.look):
        return memory
    return replace(memory, theme=(fingerprint, read))


def _with_drawings(edition: Edition, loaded: Loaded, cache: Path | None, memory: Memory) -> Memory:
    """The memory with the drawings of this edition and no others."""
    settings = loaded.config
    folders = tuple(loaded.folder / one for one in settings.fonts) if settings is not None else ()
    fonts = tuple((str(path), path.stat().st_size) for _, path in _font_files(loaded))
    before = memory if memory.fonts == fonts else NO_MEMORY
    specs, fitting = charts_in(edition), narrow_charts_in(edition)
    wide = drawings((spec for spec in specs if spec not in before.wide), cache, folders)
    new = [spec for spec in fitting if spec not in before.narrow]
    narrow = dict.fromkeys(new, "") | drawings_that_fit(new, cache, folders)
    narrow = {spec: svg if svg and shows_all(spec, svg) else "" for spec, svg in narrow.items()}
    return replace(
        memory,
        fonts=fonts,
        wide={spec: wide[spec] if spec in wide else before.wide[spec] for spec in specs},
        narrow={spec: narrow[spec] if spec in narrow else before.narrow[spec] for spec in fitting},
    )


def mark_last_good(books: Path | str, briefing: str, out: Path, missing: date) -> Built | None:
    """Make the last good edition once more, out of the books, with a notice that `missing` could not be made.

    It goes to `out/<briefing>/not-updated/`, beside the edition itself. None when there is none in the books.
    Raises BriefingError.
    """
    from briefing.books.restore import last_issue, restored

    last = last_issue(books, briefing)
    if last is None:
        return None
    day, recorded, produced = last
    order = _Order(
        day,
        recorded,
        produced,
        (),
        out,
        strict=False,
        draft=False,
        reason="",
        books=books,
        printer=None,
        progress=_silent,
        known_at=recorded,
        missing=missing,
    )
    with restored(books, briefing, recorded) as then:
        return _made(then, order)


def _made(path: Path, order: _Order) -> Built:
    order.progress("reading")
    loaded = load(path)
    if loaded.config is None:
        raise InputError(_composed(loaded, path.name, None, None).found)
    settings = loaded.config
    edition_date = _edition_date(settings, order.day, order.now)
    order = _with_moment_then(order, settings, edition_date)
    wanted = order.formats or settings.formats
    theme = _theme(loaded, settings)
    folder = order.out / settings.id / edition_date.isoformat()
    inputs = _inputs(loaded, path.name, edition_date, theme, order.produced)
    if not is_marked(folder.parent) and (there := _unchanged(folder, inputs, wanted, order)) is not None:
        return there

    from briefing.books.ledger import Ledger

    fonts = tuple(path.parent / one for one in settings.fonts)
    ledger = Ledger(
        order.books or settings.books_in(order.out), settings.id, _standing_of(folder.parent), order.known_at
    )
    with ExitStack() as stack:
        printer = order.printer
        if "pdf" in wanted:
            printer = printer or stack.enter_context(Printer(order.out / ".cache" / "fonts", fonts))
            printer.start()  # it warms up beside us while facts are checked and charts drawn
        stack.enter_context(alone(folder.parent))
        stack.enter_context(ledger.alone())
        _settle(folder.parent, ledger)
        if (there := _unchanged(folder, inputs, wanted, order)) is not None:  # another run has made it just now
            return there
        order.progress("checking facts")
        past = ledger.past(edition_date, order.reason)
        composed = _composed(loaded, path.name, edition_date, order.produced, past)
        edition, evidence = composed.edition, composed.evidence
        if edition is None or evidence is None or failed(composed.found) or (order.strict and composed.found):
            raise InputError((*ledger.found, *composed.found))
        edition, folder = _noticed(edition, folder, order, settings)
        order.progress("drawing charts")
        pictures = drawings(charts_in(edition), order.out / _CHARTS, fonts)
        order.progress("laying out pages")
        try:
            files, pages = _rendered(
                edition, evidence, settings, wanted, _Means(theme, pictures, printer, order.out / _CHARTS, fonts)
            )
        except TemplateProblem as problem:
            raise InputError((_of_theme(problem, settings),)) from problem
        order.progress("publishing")
        stack.enter_context(recording(folder, ledger.at_one) if order.issued else nullcontext())
        row = ledger.enter(_entry(loaded, path.name, composed, inputs, order, theme)) if order.issued else None
        recorded = row is not None or (order.known_at is not None and ledger.has(edition_date, inputs["made_from"]))
        if not order.aside:
            folder = _place(folder, {**inputs, "revision": edition.revision}, ledger, recorded=recorded)
        warnings = tuple(str(one) for one in (*ledger.found, *composed.found))
        facts = {
            "revision": edition.revision,
            "reason": edition.reason,
            "recorded": recorded,
            "warnings": list(warnings),
        }
        names = _put(files, folder, {**inputs, "formats": sorted(wanted), **facts})
        if row is not None:
            ledger.published(row)
    revision, corrections = edition.revision, edition.corrections
    return Built(
        folder, names, unchanged=False, warnings=warnings, pages=pages, revision=revision, corrections=corrections
    )


def _with_moment_then(order: _Order, settings: Config, day: date) -> _Order:
    """For an edition of the past, the moment that was written into it then, where none is given now."""
    if order.known_at is None or order.produced is not None:
        return order
    from briefing.books.restore import produced_then

    place = order.books or settings.books_in(order.out)
    return replace(order, produced=produced_then(place, settings.id, day, order.known_at))


def _noticed(edition: Edition, folder: Path, order: _Order, settings: Config) -> tuple[Edition, Path]:
    """A draft, or the last good edition with its notice that a later one is missing, and where it goes."""
    if order.draft:
        return as_draft(edition), folder.with_name(DRAFT)
    if order.missing is None:
        return edition, folder
    since = (order.known_at or edition.produced).astimezone(ZoneInfo(settings.timezone))
    return not_updated(edition, since, order.missing), folder.with_name(NOT_UPDATED)


def _put(files: dict[str, bytes], folder: Path, facts: dict[str, Any]) -> tuple[str, ...]:
    """Publish the files; those of other formats of the same edition stay beside them. The names of all."""
    before = _standing(folder, facts)
    kept = kept_files(folder, before) if before is not None else None
    if before is not None and kept is not None:
        files = kept | files
        facts = {**facts, "formats": sorted({*before["formats"], *facts["formats"]})}
    publish(files, folder, facts)
    return tuple(sorted(files))


def _settle(briefing: Path, ledger: Ledger) -> None:
    """What became of an edition whose run was killed while it recorded and published it."""
    if is_marked(briefing) and ledger.settled():
        unmark(briefing)


def _entry(
    loaded: Loaded, name: str, composed: _Composed, inputs: Mapping[str, Any], order: _Order, theme: Theme
) -> Entry:
    """What the books are to know of this edition."""
    from briefing.books import Entry

    edition, evidence, together, settings = composed.edition, composed.evidence, composed.together, loaded.config
    if edition is None or evidence is None or settings is None:
        raise AssertionError
    own = {f"{settings.theme}/{file}": data for file, data in theme.own_files.items()}
    fonts = {f"{settings.fonts[n]}/{path.name}": path.read_bytes() for n, path in _font_files(loaded)}
    kinds = together.indicators
    names = printed_facts(edition.summary, edition.sections)
    return Entry(
        briefing=settings.id,
        day=edition.date,
        revision=edition.revision,
        recorded=order.now or edition.produced,
        config=name,
        inputs={**loaded.contents, **own, **fonts},
        facts={one.id: known_fact(one, kinds.get(one.indicator or "")) for one in together.facts.values()}
        | {one.id: known_series(one, kinds.get(one.fact.indicator or "")) for one in together.series.values()},
        sources=together.sources,
        printed=printed(names, (one.source for one in edition.references), evidence),
        made_from=inputs["made_from"],
        produced=order.produced.isoformat() if order.produced else "",
        reason=edition.reason,
    )


def _place(folder: Path, facts: Mapping[str, Any], ledger: Ledger, *, recorded: bool) -> Path:
    """The folder that an edition goes to. What stands there is kept beside it, unless this is the same revision of it.

    An edition of the past takes no other's place, nor that of one that never was.
    """
    if ledger.known_at is not None:
        free = not folder.exists() or _standing(folder, facts) is not None
        return (
            folder if recorded and free else folder.with_name(f"{folder.name}-known-at-{ledger.known_at:%Y%m%dT%H%M%S}")
        )
    there, day = manifest_of(folder), date.fromisoformat(folder.name)
    if there is None or there["made_from"] == facts["made_from"]:
        return folder
    kept = folder.with_name(f"{folder.name}-revision-{there.get('revision', 1)}")
    if not ledger.has(day, there["made_from"]):  # these books do not know it: nobody else would have it
        if all(manifest_of(one) != there for one in folder.parent.glob(f"{folder.name}-*")):
            keep(folder, kept.name if there.get("recorded") and not kept.exists() else _free(folder))
    elif there.get("revision", 1) < facts["revision"]:
        stranger = manifest_of(kept)
        if stranger is not None and not ledger.has(day, stranger["made_from"]):
            keep(kept, _free(folder))
        keep(folder, kept.name)
    return folder


def _free(folder: Path) -> str:
    """A name under which an edition can be kept that other books, or none, know."""
    number = 1
    while folder.with_name(f"{folder.name}-kept-{number}").exists():
        number += 1
    return f"{folder.name}-kept-{number}"


def _standing_of(briefing: Path) -> Callable[[date], str | None]:
    """Says of a date what the edition in its folder was made from."""

    def standing(day: date) -> str | None:
        there = manifest_of(briefing / day.isoformat())
        return there.get("made_from") if there is not None else None

    return standing


def _unchanged(folder: Path, inputs: Mapping[str, Any], wanted: Iterable[Format], order: _Order) -> Built | None:
    """What stands in the folder, if it is what would be made."""
    there = _standing(folder, inputs) if not order.aside and order.known_at is None else None
    if there is None or not there.get("recorded") or not set(wanted) <= set(there["formats"]):
        return None
    if (order.strict and there["warnings"]) or (
        there["revision"] > 1 and order.reason not in {"", there.get("reason")}
    ):
        return None
    return Built(
        folder, tuple(there["outputs"]), unchanged=True, warnings=tuple(there["warnings"]), revision=there["revision"]
    )


def _standing(folder: Path, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest of the edition in the folder, if it is whole and made from the same."""
    there = manifest_of(folder)
    if there is None or there.get("made_from") != inputs["made_from"]:
        return None
    return there if inputs.get("revision") in {None, there.get("revision")} else None


@dataclass(frozen=True, slots=True)
class _Composed:
    """The edition as a tree, what it rests on, all that the files hold, and everything that is wrong."""

    edition: Edition | None
    evidence: Evidence | None
    together: FactSet
    found: tuple[Diagnostic, ...]


def _composed(
    loaded: Loaded, name: str, edition_date: date | None, produced: datetime | None, past: Past = NO_PAST
) -> _Composed:
    found = loaded.diagnostics
    together, problems = validate(loaded.config, name, loaded.documents[1:], loaded.tables, edition_date)
    found += problems
    if loaded.config is None or edition_date is None:
        return _Composed(None, None, together, located(found, loaded.files))
    whole = not failed(loaded.diagnostics)
    evidence = resolve(together, edition_date, max_age=loaded.config.max_age, whole=whole, outlines=loaded.outlines)
    evidence = recalled(evidence, past)
    edition, problems = compose(loaded.config, name, evidence, produced, past)
    found += problems
    found += tuple(missing_glyphs(edition, evidence, loaded.config, Where(name), loaded.glyphs))
    if not failed(found):
        edition = number_references(edition, evidence, Formatter(edition.language))
    return _Composed(edition, evidence, together, located(found, loaded.files))


_CHARTS = Path(".cache", "charts")
"""Where drawings are kept, in the folder of all editions."""


@dataclass(frozen=True, slots=True)
class _Means:
    """What rendering needs besides the edition."""

    theme: Theme
    pictures: Drawings
    printer: Printer | None
    cache: Path
    fonts: tuple[Path, ...]


def _rendered(
    edition: Edition, evidence: Evidence, settings: Config, wanted: tuple[Format, ...], means: _Means
) -> tuple[dict[str, bytes], int | None]:
    """The files of the edition by name, and how many pages the PDF has. The PDF is printed beside the others."""
    printing: Future[PrintedPDF] | None = None
    paper: PrintPage | None = None
    with ThreadPoolExecutor(1) as beside:
        if "pdf" in wanted and means.printer is not None:
            paper = paper_page(edition, means.theme, means.pictures, settings.paper)
            limits = Limits(settings.limits.seconds, settings.limits.memory_mb)
            printing = beside.submit(means.printer.print, PrintJob(paper.html, paper.assets), limits)
        files = {f"charts/{name}": svg.encode() for name, svg in chart_files(edition, means.pictures, means.theme.look)}
        files |= {name: text.encode() for name, text in sheets(edition, evidence)}
        pictures = {**means.pictures}
        if {"html", "fragment"} & set(wanted):
            narrow = drawings_that_fit(narrow_charts_in(edition), means.cache, means.fonts)
            pictures |= {spec: svg for spec, svg in narrow.items() if shows_all(spec, svg)}
        if "html" in wanted:
            files["briefing.html"] = screen_page(edition, means.theme, pictures).encode()
        if "fragment" in wanted:
            files["fragment.html"] = fragment(edition, means.theme, pictures).encode()
            files["embed.html"] = embed_page(edition, means.theme, pictures).encode()
        if "json" in wanted:
            files["briefing.json"] = edition_data(edition, evidence).encode()
        audit = Audit(edition, evidence, pictures, settings.allow)
        found = audit.files(files)
        if paper is not None:
            found += audit.paper(paper.html, paper.assets)  # while it is printed
        printed = printing.result() if printing is not None else None
    if printed is not None:
        files["briefing.pdf"] = printed.data
        found += audit.pdf(printed.data)
    if found:
        raise InputError(once(found))
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
        "inputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(loaded.contents.items())},
        "theme": theme.fingerprint,
        "fonts": {f"{n}/{path.name}": path.stat().st_size for n, path in _font_files(loaded)},
        "program": {"version": metadata.version("briefing"), "sha256": _program()},
        "libraries": {library: metadata.version(library) for library in _LIBRARIES},
        "plugins": dict(sorted(_plugins(loaded.config))),
    }
    return {"made_from": _digest(known), **known}


def _plugins(config: Config | None) -> set[tuple[str, str]]:
    """The packages of others that this briefing draws with, each with its version."""
    blocks = (block for section in (config.sections if config is not None else ()) for block in section.blocks)
    makers = {maker_of(block.kind) for block in blocks if isinstance(block, ChartBlock)}
    return {maker for maker in makers if maker[0] != OURS}


def _program() -> str:
    """A hash of the program itself, so that a change in it makes editions anew."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    for path in sorted([*(_PACKAGE / "fonts").rglob("*.[tw]*f*"), *(_PACKAGE / "geography").glob("*.json")]):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.hexdigest()


def _digest(known: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
