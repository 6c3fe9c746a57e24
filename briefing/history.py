"""Questions to the books: what is different between two editions, what became of a fact, what rests on a source."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from briefing.books import Books, opened
from briefing.changes import (
    Change,
    about,
    by_how_much,
    compare,
    difference_of,
    how_confirmed,
    reason_of,
    what_before,
    what_else,
)
from briefing.diagnostics import near, printable, shown
from briefing.edition import Difference
from briefing.errors import InputError, UsageError
from briefing.facts import Fact
from briefing.fields import ID
from briefing.formats import Formatter
from briefing.load import load
from briefing.versions import PastEdition, Version, read_source, read_version


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose books are asked: the briefing's id, where they are, in which language it is written."""

    briefing: str
    books: Path | str
    language: str


def _asked(config: Path | str, out: Path | str | None, books: Path | str | None) -> _Asked:
    """The books of a config."""
    path = Path(config)
    loaded = load(path)
    if loaded.config is None:
        raise InputError(loaded.diagnostics)
    place = Path(out) if out is not None else path.parent / "out"
    return _Asked(loaded.config.id, books or loaded.config.books_in(place), loaded.config.language)


# What is different.


@dataclass(frozen=True, slots=True)
class Diff:
    """What is different between two editions, the earlier first."""

    briefing: str
    before: tuple[date, int]
    """Date and revision."""
    after: tuple[date, int]
    changes: tuple[Difference, ...]
    lines: tuple[str, ...]
    """The same in words, in the briefing's language."""

    def as_json(self) -> str:
        """The text of `briefing diff --json`."""
        ends = {
            name: {"date": day.isoformat(), "revision": revision}
            for name, (day, revision) in (("before", self.before), ("after", self.after))
        }
        return _json({"briefing": self.briefing, **ends, "changes": [asdict(one) for one in self.changes]})


def diff(
    config: Path | str, before: str, after: str, *, out: Path | str | None = None, books: Path | str | None = None
) -> Diff:
    """What is different between two recorded editions: dates, with the revision where another than the last is meant.

    "2022-04-08" is the last revision for that date, "2022-04-08@1" the first. Raises UsageError, BooksError.
    """
    where = _asked(config, out, books)
    with opened(where.books, new=False) as asked:
        then, now = _edition(asked, where, before), _edition(asked, where, after)
        around = _known_then(asked, where, set(then.printed.facts) - set(now.printed.facts), now.recorded)
    changes = compare(then.printed.facts, now.printed.facts, around=around, same_day=then.day == now.day)
    formatter = Formatter(where.language)
    return Diff(
        where.briefing,
        (then.day, then.revision),
        (now.day, now.revision),
        tuple(difference_of(one, formatter) for one in changes),
        tuple(_told(one, formatter) for one in changes),
    )


def _known_then(books: Books, where: _Asked, names: Iterable[str], moment: str) -> tuple[Fact, ...]:
    """The facts of these ids as the files held them at a moment: one may have been retracted and so not be printed."""
    return tuple(
        read_version(name, row.body).fact
        for name in names
        for row in books.versions(where.briefing, "fact", name)
        if row.recorded is not None and row.recorded <= moment and (row.gone is None or row.gone > moment)
    )


def _edition(books: Books, where: _Asked, name: str) -> PastEdition:
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:@([1-9][0-9]{0,5}))?", name, re.ASCII)
    try:
        day = date.fromisoformat(match[1] if match else "")
    except ValueError as error:
        raise UsageError(f"{shown(name)} is no edition; write 2022-04-08, or 2022-04-08@1 for a revision") from error
    revision = int(match[2]) if match and match[2] else None
    found = books.latest(where.briefing, day, revision)
    if found is None:
        days = [one.day for one in books.issues(where.briefing) if one.published]
        nearest = min(days, key=lambda one: abs(one - day), default=None)
        known = f"the nearest is of {nearest}" if nearest else "the books have none"
        raise UsageError(f"there is no edition {name} of '{where.briefing}'; {known}")
    return found


def _told(change: Change, formatter: Formatter) -> str:
    """A change in one line: "Updated: Soldiers killed, Russia (NATO): 18,600 → 18,900 (+300 since ...)"."""
    one = change.now or change.before
    if one is None:
        return ""
    words = formatter.words
    said_by = one.fact.said_by or words["not_attributed"]
    sides = [_figure(side, formatter) for side in (change.before, change.now) if side is not None]
    figures = " → ".join(dict.fromkeys(side for side in sides if side))
    figures += f" {one.unit}" if figures and one.unit[:1].isalpha() else ""
    rest = [by_how_much(change, formatter)]
    if change.kind == "confirmed":
        rest.append(how_confirmed(change, formatter))
    if change.kind == "amended":
        rest += [what_else(change, formatter), what_before(change, formatter)]
    if why := reason_of(change):
        rest.append(words["reason"].format(why))
    aside = "; ".join(part for part in rest if part)
    line = f"{words[f'kind_{change.kind}']}: {about(one, formatter)} ({said_by})"
    return printable(f"{line}{f': {figures}' if figures else ''}{f' ({aside})' if aside else ''}")


def _figure(version: Version, formatter: Formatter) -> str:
    fact = version.fact
    if fact.value is None:
        return ""
    unit = version.unit if version.unit and not version.unit[0].isalpha() else ""
    return f"{formatter.value(fact.value)}\N{NO-BREAK SPACE}{unit}" if unit else formatter.value(fact.value)


# What became of a fact.


@dataclass(frozen=True, slots=True)
class Story:
    """What the books know of one fact: its versions, the editions that printed it, its sources."""

    fact: str
    versions: tuple[dict[str, Any], ...]
    """Each with recorded, gone and the entry as a facts file would have it."""
    printed: tuple[dict[str, Any], ...]
    """Each with date, revision and value."""
    sources: tuple[dict[str, Any], ...]

    def as_json(self) -> str:
        """The text of `briefing show --json`."""
        return _json(asdict(self))

    def as_text(self) -> str:
        """The same for people."""
        lines = [self.fact, "", "Versions"]
        for one in self.versions:
            until = f" to {_short(one['gone'])}" if one["gone"] else ", still in the files"
            span = f"from {_short(one['recorded'])}{until}"
            lines += [f"  {span}", *(f"    {key}: {_plain(value)}" for key, value in one["entry"].items())]
        lines += ["", "Sources"]
        for one in self.sources:
            told = ", ".join(_plain(one["entry"][key]) for key in _CITED if key in one["entry"])
            lines.append(f"  {one['id']}: {told}")
        lines += ["", "Printed"]
        lines += [f"  {_issue(one)}: {one['value'] or 'its claim'}" for one in self.printed] or ["  in no edition"]
        return "\n".join(printable(line) for line in lines)


_CITED = ("publisher", "title", "published", "url")


def show(config: Path | str, fact: str, *, out: Path | str | None = None, books: Path | str | None = None) -> Story:
    """What the books know of a fact or series. Raises UsageError when they do not know it, BooksError."""
    where = _asked(config, out, books)
    _check_id(fact, "fact")
    with opened(where.books, new=False) as asked:
        versions = asked.versions(where.briefing, "fact", fact)
        if not versions:
            raise _unknown(asked, where, "fact", fact)
        printings = asked.printings(where.briefing, "fact", fact)
        cited = {name: None for row in versions for name in _sources_of(read_version(fact, row.body))}
        sources = [
            {"id": name, "entry": json.loads(rows[-1].body)}
            for name in cited
            if (rows := asked.versions(where.briefing, "source", name))
        ]
    known = [row for row in versions if row.recorded is not None]
    return Story(
        fact,
        tuple({"recorded": row.recorded, "gone": row.gone, "entry": json.loads(row.body)["fact"]} for row in known),
        tuple(
            {"date": row.date, "revision": row.revision, "value": _value(read_version(fact, row.body))}
            for row in printings
        ),
        tuple(sources),
    )


# What rests on a source.


@dataclass(frozen=True, slots=True)
class Impact:
    """Every fact and edition that rests on one source."""

    source: str
    title: str
    facts: tuple[dict[str, Any], ...]
    """Each with id, about, whether it has no other source, and the editions that printed it on this source."""
    editions: tuple[dict[str, Any], ...]

    def as_json(self) -> str:
        """The text of `briefing impact --json`."""
        return _json(asdict(self))

    def as_text(self) -> str:
        """The same for people."""
        lines = [f"{self.source}: {self.title}", "", f"Facts that rest on it: {len(self.facts)}"]
        lines += [f"  {one['id']}: {one['about']}{' (no other source)' if one['alone'] else ''}" for one in self.facts]
        lines += ["", f"Editions that cite it: {len(self.editions)}"]
        lines += [f"  {_issue(one)}: {', '.join(one['facts']) or 'in its text'}" for one in self.editions]
        return "\n".join(printable(line) for line in lines)


def impact(
    config: Path | str, source: str, *, out: Path | str | None = None, books: Path | str | None = None
) -> Impact:
    """What rests on a source, in the files by now or ever. Raises UsageError when the books do not know it."""
    where = _asked(config, out, books)
    _check_id(source, "source")
    with opened(where.books, new=False) as asked:
        rows = asked.versions(where.briefing, "source", source)
        if not rows:
            raise _unknown(asked, where, "source", source)
        citing: dict[str, Version] = {}
        for name, body in asked.bodies(where.briefing):
            version = read_version(name, body)
            if source in _sources_of(version):
                citing[name] = version
        editions: dict[tuple[str, int], list[str]] = {
            (row.date, row.revision): [] for row in asked.printings(where.briefing, "source", source)
        }
        for name in citing:
            for row in asked.printings(where.briefing, "fact", name):
                if source in _sources_of(read_version(name, row.body)):
                    editions.setdefault((row.date, row.revision), []).append(name)
    formatter = Formatter(where.language)
    facts = tuple(
        {"id": name, "about": about(one, formatter), "alone": len(set(_sources_of(one))) == 1}
        for name, one in citing.items()
    )
    cited = tuple(
        {"date": day, "revision": revision, "facts": names} for (day, revision), names in sorted(editions.items())
    )
    return Impact(source, read_source(source, rows[-1].body).title, facts, cited)


def _check_id(name: str, kind: str) -> None:
    if not ID.fullmatch(name):
        raise UsageError(f"{shown(name)} is not the id of a {kind}")


def _unknown(books: Books, where: _Asked, kind: str, name: str) -> UsageError:
    hint = near(name, books.names(where.briefing, kind), f"a {kind} with a similar name")
    message = f"the books of '{where.briefing}' have no {kind} {shown(name)}"
    return UsageError(f"{message}; {hint}" if hint else message)


def _sources_of(version: Version) -> tuple[str, ...]:
    return tuple(cited.source for cited in version.fact.sources)


def _value(version: Version) -> str:
    return str(version.fact.value) if version.fact.value is not None else ""


def _issue(one: dict[str, Any]) -> str:
    return f"{one['date']} revision {one['revision']}" if one["revision"] > 1 else str(one["date"])


def _short(stamp: str) -> str:
    """A moment of the books to the second."""
    return f"{stamp[:10]} {stamp[11:19]} UTC"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    return ", ".join(_plain(one) for one in value) if isinstance(value, list) else str(value)


def _json(given: dict[str, Any]) -> str:
    return json.dumps(given, ensure_ascii=False, indent=1)
