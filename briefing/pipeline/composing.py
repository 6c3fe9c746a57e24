"""From files to the tree: what was loaded, validated, resolved and composed, and in which theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from briefing.compose import compose
from briefing.compose.changes import recalled
from briefing.compose.lettering import missing_glyphs
from briefing.compose.references import number_references
from briefing.config import Config
from briefing.diagnostics import Diagnostic, Where, failed, located
from briefing.edition import Edition
from briefing.errors import UsageError
from briefing.evidence import Evidence
from briefing.facts import FactSet
from briefing.formats import Formatter
from briefing.load import Loaded
from briefing.look import look_of
from briefing.render import Theme
from briefing.render.theme import theme_folder
from briefing.resolve import resolve
from briefing.templating import TemplateProblem
from briefing.validate import validate
from briefing.versions import NO_PAST, Past


@dataclass(frozen=True, slots=True)
class Composed:
    """The edition as a tree, what it rests on, all that the files hold, and everything that is wrong."""

    edition: Edition | None
    evidence: Evidence | None
    together: FactSet
    found: tuple[Diagnostic, ...]


def composed_of(
    loaded: Loaded, name: str, edition_date: date | None, produced: datetime | None, past: Past = NO_PAST
) -> Composed:
    """What becomes of the files of a briefing; without a config or a date only what is wrong with them.

    `name` is that of the config; `past` is what the edition has behind it.
    """
    found = loaded.diagnostics
    together, problems = validate(loaded.config, name, loaded.documents[1:], loaded.tables, edition_date)
    found += problems
    if loaded.config is None or edition_date is None:
        return Composed(None, None, together, located(found, loaded.files))
    whole = not failed(loaded.diagnostics)
    evidence = resolve(together, edition_date, max_age=loaded.config.max_age, whole=whole, outlines=loaded.outlines)
    evidence = recalled(evidence, past)
    edition, problems = compose(loaded.config, name, evidence, produced, past)
    found += problems
    found += tuple(missing_glyphs(edition, evidence, loaded.config, Where(name), loaded.glyphs))
    if not failed(found):
        edition = number_references(edition, evidence, Formatter(edition.language))
    return Composed(edition, evidence, together, located(found, loaded.files))


def date_of(config: Config | None, day: date | None, now: datetime | None) -> date:
    """The calendar date of the edition in the briefing's own time zone."""
    if day is not None:
        return day
    if config is not None and config.date is not None:
        return config.date
    if now is None:
        raise UsageError("no date is given: neither by the call nor by the config")
    return now.astimezone(ZoneInfo(config.timezone if config is not None else "UTC")).date()


def theme_of(loaded: Loaded, settings: Config) -> Theme:
    """The theme of the config in its look. What is wrong with either is said when it is used."""
    return Theme(theme_folder(settings.theme, loaded.folder), look_of(settings, loaded.contents, loaded.letters))


def of_theme(problem: TemplateProblem, settings: Config) -> Diagnostic:
    """What is wrong with a theme, as the author reads it."""
    where = Where(f"{settings.theme}/{problem.template}", line=problem.line)
    return Diagnostic(where, problem.code, problem.message, problem.hint)
