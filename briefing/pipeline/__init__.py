"""The stages in order: load, validate, resolve, compose, render, publish. The one room that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from briefing.audit import Audit, once
from briefing.charts import drawings
from briefing.compose import as_draft, not_updated
from briefing.config import Config
from briefing.config.fields import Format
from briefing.diagnostics import Diagnostic, failed
from briefing.edition import Difference, Edition, printed_facts
from briefing.errors import InputError, UsageError
from briefing.evidence import Evidence
from briefing.load import Loaded, load
from briefing.pdf import Printer
from briefing.pipeline.composing import Composed, composed_of, date_of, of_theme, theme_of
from briefing.pipeline.placing import place, put, settle, standing, standing_of
from briefing.pipeline.previewing import NO_MEMORY, Memory, Previewed, preview
from briefing.pipeline.provenance import font_files, made_of
from briefing.pipeline.rendering import CHARTS, Means, rendered
from briefing.publish import DRAFT, NOT_UPDATED, alone, is_marked, point_to_latest, recording
from briefing.render import Theme, chart_names, charts_in, embed_page, fragment, paper_page, screen_page
from briefing.render.theme import theme_folder
from briefing.templating import TemplateProblem
from briefing.versions import known_fact, known_series, printed

if TYPE_CHECKING:
    from briefing.books import Entry


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
    edition_date = date_of(loaded.config, day, now) if loaded.config is not None else None
    composed = composed_of(loaded, path.name, edition_date, None)
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
    theme = theme_of(loaded, settings)
    try:
        pages = {
            "briefing.html": screen_page(edition, theme, blank).encode(),
            "fragment.html": fragment(edition, theme, blank).encode(),
            "embed.html": embed_page(edition, theme, blank).encode(),
        }
        paper = paper_page(edition, theme, blank, settings.paper)
    except TemplateProblem as problem:
        return (of_theme(problem, settings),)
    audit = Audit(edition, evidence, {}, settings.allow)
    return once(audit.files(pages) + audit.paper(paper.html, {}))


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
        raise InputError(composed_of(loaded, path.name, None, None).found)
    settings = loaded.config
    edition_date = date_of(settings, order.day, order.now)
    order = _with_moment_then(order, settings, edition_date)
    wanted = order.formats or settings.formats
    theme = theme_of(loaded, settings)
    folder = order.out / settings.id / edition_date.isoformat()
    inputs = made_of(loaded, path.name, edition_date, theme, order.produced)
    if not is_marked(folder.parent) and (there := _unchanged(folder, inputs, wanted, order)) is not None:
        return there

    from briefing.books.ledger import Ledger

    fonts = tuple(path.parent / one for one in settings.fonts)
    ledger = Ledger(
        order.books or settings.books_in(order.out), settings.id, standing_of(folder.parent), order.known_at
    )
    with ExitStack() as stack:
        printer = order.printer
        if "pdf" in wanted:
            printer = printer or stack.enter_context(Printer(order.out / ".cache" / "fonts", fonts))
            printer.start()  # it warms up beside us while facts are checked and charts drawn
        stack.enter_context(alone(folder.parent))
        stack.enter_context(ledger.alone())
        settle(folder.parent, ledger)
        if (there := _unchanged(folder, inputs, wanted, order)) is not None:  # another run has made it just now
            return there
        order.progress("checking facts")
        past = ledger.past(edition_date, order.reason)
        composed = composed_of(loaded, path.name, edition_date, order.produced, past)
        edition, evidence = composed.edition, composed.evidence
        if edition is None or evidence is None or failed(composed.found) or (order.strict and composed.found):
            raise InputError((*ledger.found, *composed.found))
        edition, folder = _noticed(edition, folder, order, settings)
        order.progress("drawing charts")
        pictures = drawings(charts_in(edition), order.out / CHARTS, fonts, chart_names(edition))
        order.progress("laying out pages")
        try:
            files, pages = rendered(
                edition, evidence, settings, wanted, Means(theme, pictures, printer, order.out / CHARTS, fonts)
            )
        except TemplateProblem as problem:
            raise InputError((of_theme(problem, settings),)) from problem
        order.progress("publishing")
        stack.enter_context(recording(folder, ledger.at_one) if order.issued else nullcontext())
        row = ledger.enter(_entry(loaded, path.name, composed, inputs, order, theme)) if order.issued else None
        recorded = row is not None or (order.known_at is not None and ledger.has(edition_date, inputs["made_from"]))
        if not order.aside:
            folder = place(folder, {**inputs, "revision": edition.revision}, ledger, recorded=recorded)
        warnings = tuple(str(one) for one in (*ledger.found, *composed.found))
        facts = {
            "revision": edition.revision,
            "reason": edition.reason,
            "recorded": recorded,
            "warnings": list(warnings),
        }
        names = put(files, folder, {**inputs, "formats": sorted(wanted), **facts})
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


def _entry(
    loaded: Loaded, name: str, composed: Composed, inputs: Mapping[str, Any], order: _Order, theme: Theme
) -> Entry:
    """What the books are to know of this edition."""
    from briefing.books import Entry

    edition, evidence, together, settings = composed.edition, composed.evidence, composed.together, loaded.config
    if edition is None or evidence is None or settings is None:
        raise AssertionError
    own = {f"{settings.theme}/{file}": data for file, data in theme.own_files.items()}
    fonts = {f"{settings.fonts[n]}/{path.name}": path.read_bytes() for n, path in font_files(loaded)}
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


def _unchanged(folder: Path, inputs: Mapping[str, Any], wanted: Iterable[Format], order: _Order) -> Built | None:
    """What stands in the folder, if it is what would be made."""
    there = standing(folder, inputs) if not order.aside and order.known_at is None else None
    if there is None or not there.get("recorded") or not set(wanted) <= set(there["formats"]):
        return None
    if (order.strict and there["warnings"]) or (
        there["revision"] > 1 and order.reason not in {"", there.get("reason")}
    ):
        return None
    return Built(
        folder, tuple(there["outputs"]), unchanged=True, warnings=tuple(there["warnings"]), revision=there["revision"]
    )


__all__ = [
    "NO_MEMORY",
    "Built",
    "Memory",
    "Previewed",
    "Report",
    "build",
    "check",
    "mark_last_good",
    "preview",
]
