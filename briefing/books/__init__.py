"""The books: which version of which fact was known when, which edition printed it, and all that it was made from."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select, text

from briefing.books import reading, writing
from briefing.books.engines import begin, engine_of, saying
from briefing.books.reading import Issue, stamp
from briefing.books.tables import editions, known, printed, records, snapshots
from briefing.books.writing import Entry
from briefing.versions import Past, PastEdition

if TYPE_CHECKING:
    from sqlalchemy import Row

_LONGEST_RUN = "10min"
"""How long PostgreSQL lets us wait for another run of the same briefing."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The inputs of the briefing as they were recorded last by some moment."""

    recorded: str
    config: str
    files: dict[str, bytes]


@contextlib.contextmanager
def opened(place: str | Path, *, new: bool = True) -> Iterator[Books]:
    """The books in a file, or at the URL of a database. With `new`, they are begun where there are none.

    Raises UsageError for what is no such URL and BooksError when they cannot be read.
    """
    engine = engine_of(place, new=new)
    try:
        with saying(place):
            begin(engine, new=new)
            yield Books(engine)
    finally:
        engine.dispose()


class Books:
    """Open books. Every method is one transaction: what it writes is there whole or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)

    @contextlib.contextmanager
    def alone(self, briefing: str) -> Iterator[None]:
        """Keep other machines from recording this briefing. Where the books are a file, its folder is locked anyway."""
        if self._engine.dialect.name != "postgresql":
            yield
            return
        key = int.from_bytes(hashlib.sha256(briefing.encode()).digest()[:8], signed=True)
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"set lock_timeout = '{_LONGEST_RUN}'"))
            connection.execute(select(func.pg_advisory_lock(key)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(key)))

    # Writing.

    def record(self, entry: Entry) -> int:
        """Record what was known and what an edition prints; the number of its row. It is not yet published."""
        with self._writer.begin() as connection:
            recorded = writing.moment_of(connection, entry)
            snapshot = writing.snapshot_of(connection, entry, recorded)
            facts = writing.records_of(connection, entry.briefing, "fact", entry.facts)
            sources = writing.records_of(connection, entry.briefing, "source", entry.sources)
            writing.know(connection, entry.briefing, {*facts.values(), *sources.values()}, recorded)
            row = {
                "briefing": entry.briefing,
                "date": entry.day.isoformat(),
                "revision": entry.revision,
                "recorded": recorded,
                "snapshot": snapshot,
                "base": reading.base(connection, entry.briefing, entry.day),
                "made_from": entry.made_from,
                "produced": entry.produced,
                "reason": writing.reason_of(connection, entry),
                "published": False,
            }
            number = writing.inserted(connection, editions, row)
            on_paper = (
                *writing.records_of(connection, entry.briefing, "fact", entry.printed.facts).values(),
                *writing.records_of(connection, entry.briefing, "source", entry.printed.sources).values(),
            )
            if on_paper:
                rows = [{"edition": number, "record": one, "place": place} for place, one in enumerate(on_paper)]
                connection.execute(printed.insert(), rows)
        return number

    def publish(self, number: int) -> bool:
        """Say that the edition of this row stands in its folder; whether there is such a row."""
        with self._writer.begin() as connection:
            done = connection.execute(editions.update().where(editions.c.id == number).values(published=True))
            return done.rowcount == 1

    def strike(self, numbers: Iterable[int]) -> None:
        """Remove rows of editions that never reached a reader: their run was killed before it published."""
        for number in numbers:
            with self._writer.begin() as connection:
                connection.execute(printed.delete().where(printed.c.edition == number))
                connection.execute(editions.delete().where(editions.c.id == number))

    # Reading.

    def briefings(self) -> tuple[str, ...]:
        """The ids of the briefings in these books."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(select(editions.c.briefing).distinct().order_by("briefing")).scalars())

    def issues(self, briefing: str, day: date | None = None, *, known_at: datetime | None = None) -> tuple[Issue, ...]:
        """The issues of a briefing, or of one date, in the order in which they were recorded."""
        with self._engine.connect() as connection:
            return tuple(reading.issues(connection, briefing, day, known_at))

    def unpublished(self, briefing: str) -> tuple[Issue, ...]:
        """The issues of which nobody has said that they stand in their folders."""
        with self._engine.connect() as connection:
            return tuple(reading.issues(connection, briefing, None, None, published=False))

    def past(self, briefing: str, day: date, *, known_at: datetime | None = None) -> Past:
        """What an edition of this date has behind it, as the books had it at a moment.

        It is compared with the edition that was the latest before its date when it was first recorded, so that making
        it again compares it with the same one.
        """
        with self._engine.connect() as connection:
            here = [one for one in reading.issues(connection, briefing, day, known_at) if one.published]
            base = here[0].base if here else reading.base(connection, briefing, day, known_at)
            latest = {one.revision: one for one in here}
            return Past(
                reading.past(connection, base) if base is not None else None,
                tuple(reading.past(connection, latest[revision].id) for revision in sorted(latest)),
            )

    def latest(self, briefing: str, day: date, revision: int | None = None) -> PastEdition | None:
        """The last issue for a date, or that of one revision."""
        fitting = [one for one in self.issues(briefing, day) if one.published and revision in {None, one.revision}]
        with self._engine.connect() as connection:
            return reading.past(connection, fitting[-1].id) if fitting else None

    def snapshot(self, briefing: str, known_at: datetime) -> Snapshot | None:
        """The inputs as they were recorded last by a moment."""
        chosen = (
            select(snapshots.c.recorded, snapshots.c.config, snapshots.c.files)
            .where(snapshots.c.briefing == briefing, snapshots.c.recorded <= stamp(known_at))
            .order_by(snapshots.c.recorded.desc(), snapshots.c.id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(chosen).first()
            if row is None:
                return None
            files = reading.contents(connection, reading.names_in(row.files))
            return Snapshot(row.recorded, row.config, files)

    def versions(self, briefing: str, kind: str, name: str) -> tuple[Row[Any], ...]:
        """Every version of a fact or source that the files held: id, body, recorded, gone."""
        chosen = (
            select(records.c.id, records.c.body, known.c.recorded, known.c.gone)
            .join(known, known.c.record == records.c.id, isouter=True)
            .where(records.c.briefing == briefing, records.c.kind == kind, records.c.name == name)
            .order_by(known.c.id, records.c.id)
        )
        with self._engine.connect() as connection:
            return tuple(connection.execute(chosen))

    def names(self, briefing: str, kind: str) -> tuple[str, ...]:
        """Every id of a fact or source that the books know."""
        chosen = select(records.c.name).where(records.c.briefing == briefing, records.c.kind == kind).distinct()
        with self._engine.connect() as connection:
            return tuple(sorted(connection.execute(chosen).scalars()))

    def bodies(self, briefing: str) -> tuple[tuple[str, str], ...]:
        """Id and line of every version of every fact."""
        chosen = select(records.c.name, records.c.body).where(records.c.briefing == briefing, records.c.kind == "fact")
        with self._engine.connect() as connection:
            return tuple((row.name, row.body) for row in connection.execute(chosen.order_by(records.c.id)))

    def printings(self, briefing: str, kind: str, name: str) -> tuple[Row[Any], ...]:
        """Where a fact or source was printed: date, revision, body, in order of dates; each revision once, its last."""
        chosen = (
            select(editions.c.date, editions.c.revision, records.c.body)
            .join(printed, printed.c.edition == editions.c.id)
            .join(records, records.c.id == printed.c.record)
            .where(editions.c.briefing == briefing, editions.c.published)
            .where(records.c.kind == kind, records.c.name == name)
            .order_by(editions.c.date, editions.c.revision, editions.c.id)
        )
        with self._engine.connect() as connection:
            latest: dict[tuple[str, int], Any] = {(row.date, row.revision): row for row in connection.execute(chosen)}
            return tuple(latest.values())


__all__ = ["Books", "Entry", "Issue", "Snapshot", "opened", "stamp"]
