"""The books: which version of which fact was known when, which edition printed it, and all that it was made from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, SQLAlchemyError

from briefing.books.chunks import MOST, pieces
from briefing.books.tables import FORM, editions, form, known, metadata, printed, records, snapshots
from briefing.books.tables import pieces as pieces_table
from briefing.errors import BooksError, UsageError
from briefing.facts import Source
from briefing.versions import Past, PastEdition, Printed, Version, read_source, read_version, written

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

_FEW = 500
"""How many parameters one statement takes at a time; SQLite allows some thousands."""

PATIENCE = 30
"""Seconds to wait for what another process has locked."""

_ALIVE = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4}
"""Seconds after which a database that says nothing is given up."""

_LONGEST_RUN = "10min"
"""How long PostgreSQL lets us wait for another run of the same briefing."""

_BEGINNING = 0x626F6F6B73
"""The advisory lock under which tables are made in PostgreSQL."""

_MOST_NAMES = 2**26
"""Bytes of the names and pieces of one snapshot, unpacked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded of one edition."""

    briefing: str
    day: date
    revision: int
    recorded: datetime
    config: str
    """The name of the config among the inputs."""
    inputs: Mapping[str, bytes]
    facts: Mapping[str, Version]
    """All facts and series that the files hold, printed or not."""
    sources: Mapping[str, Source]
    printed: Printed
    made_from: str
    produced: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The inputs of the briefing as they were recorded last by some moment."""

    recorded: str
    config: str
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Issue:
    """One row of the editions: an issue of a date, as it was put in its folder."""

    id: int
    day: date
    revision: int
    recorded: str
    made_from: str
    produced: str
    reason: str
    base: int | None
    published: bool = field(compare=False)


def stamp(moment: datetime) -> str:
    """A moment as the books write it: UTC to the microsecond, so that texts sort as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextlib.contextmanager
def opened(place: str | Path, *, new: bool = True) -> Iterator[Books]:
    """The books in a file, or at the URL of a database. With `new`, they are begun where there are none.

    Raises UsageError for what is no such URL and BooksError when they cannot be read.
    """
    engine = _engine(place, new=new)
    try:
        with _saying(place):
            _begin(engine, new=new)
            yield Books(engine)
    finally:
        engine.dispose()


def _engine(place: str | Path, *, new: bool) -> Engine:
    try:
        url = _url(place)
        if url.get_backend_name() == "sqlite":
            if not new and isinstance(place, Path) and not place.is_file():
                raise BooksError(f"there are no books at {place}")
            engine = create_engine(url, connect_args={"timeout": PATIENCE})
            event.listen(engine, "connect", _strictly)
            event.listen(engine, "begin", _at_once)
            return engine
        if url.get_backend_name() == "postgresql":
            plain = url.drivername == "postgresql"
            url = url.set(drivername="postgresql+psycopg") if plain else url
            engine = create_engine(url, connect_args=_ALIVE)
            event.listen(engine, "connect", _patiently)
            return engine
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise UsageError("the address of the books is no URL such as postgresql://user@host/name") from error
    except ModuleNotFoundError as error:
        raise UsageError("for books in PostgreSQL, install briefing[postgresql]") from error
    raise UsageError(f"books are kept in SQLite or PostgreSQL, not in {url.get_backend_name()}")


def _url(place: str | Path) -> URL:
    return make_url(place) if isinstance(place, str) else URL.create("sqlite", database=str(place))


def _strictly(connection: Any, _: object) -> None:  # noqa: ANN401  # the driver's own
    connection.isolation_level = None  # transactions begin where we say
    connection.execute("pragma foreign_keys = on")


def _patiently(connection: Any, _: object) -> None:  # noqa: ANN401  # the driver's own
    connection.execute(f"set lock_timeout = '{PATIENCE}s'")
    connection.commit()


def _at_once(connection: Connection) -> None:
    """Who writes takes the file before it looks, so that nobody writes between its looking and its writing."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


@contextlib.contextmanager
def _saying(place: str | Path) -> Iterator[None]:
    """Tell the database's trouble as ours, without the password that may stand in a URL."""
    shown = str(place) if isinstance(place, Path) else make_url(place).set(query={}).render_as_string()
    try:
        yield
    except OperationalError as error:
        raise BooksError(f"the books at {shown} cannot be used: {_first_line(error)}") from error
    except (DatabaseError, SQLAlchemyError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise BooksError(f"the books at {shown} are damaged: {_first_line(error)}", damaged=True) from error


def _first_line(error: BaseException) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _begin(engine: Engine, *, new: bool) -> None:
    with engine.connect() as connection:
        there = _form(connection)
    if there is None and new:
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_BEGINNING)))
            there = _form(connection)
            if there is None:  # nor has another run begun them just now
                metadata.create_all(connection)
                connection.execute(form.insert().values(form=FORM))
                there = FORM
    if there is None:
        raise BooksError("the books are empty")
    if there > FORM:
        raise BooksError("the books were begun by a later version of the program")


def _form(connection: Connection) -> int | None:
    """The form of the tables; None where there are none."""
    if not inspect(connection).has_table(form.name):
        return None
    number: int | None = connection.execute(select(func.max(form.c.form))).scalar()
    return number


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
            recorded = _moment(connection, entry)
            snapshot = _snapshot(connection, entry, recorded)
            facts = _records(connection, entry.briefing, "fact", entry.facts)
            sources = _records(connection, entry.briefing, "source", entry.sources)
            _know(connection, entry.briefing, {*facts.values(), *sources.values()}, recorded)
            row = {
                "briefing": entry.briefing,
                "date": entry.day.isoformat(),
                "revision": entry.revision,
                "recorded": recorded,
                "snapshot": snapshot,
                "base": _base(connection, entry.briefing, entry.day),
                "made_from": entry.made_from,
                "produced": entry.produced,
                "reason": _reason(connection, entry),
                "published": False,
            }
            number = _inserted(connection, editions, row)
            on_paper = (
                *_records(connection, entry.briefing, "fact", entry.printed.facts).values(),
                *_records(connection, entry.briefing, "source", entry.printed.sources).values(),
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
            return tuple(_issues(connection, briefing, day, known_at))

    def unpublished(self, briefing: str) -> tuple[Issue, ...]:
        """The issues of which nobody has said that they stand in their folders."""
        with self._engine.connect() as connection:
            return tuple(_issues(connection, briefing, None, None, published=False))

    def past(self, briefing: str, day: date, *, known_at: datetime | None = None) -> Past:
        """What an edition of this date has behind it, as the books had it at a moment.

        It is compared with the edition that was the latest before its date when it was first recorded, so that making
        it again compares it with the same one.
        """
        with self._engine.connect() as connection:
            here = [one for one in _issues(connection, briefing, day, known_at) if one.published]
            base = here[0].base if here else _base(connection, briefing, day, known_at)
            latest = {one.revision: one for one in here}
            return Past(
                _past(connection, base) if base is not None else None,
                tuple(_past(connection, latest[revision].id) for revision in sorted(latest)),
            )

    def latest(self, briefing: str, day: date, revision: int | None = None) -> PastEdition | None:
        """The last issue for a date, or that of one revision."""
        fitting = [one for one in self.issues(briefing, day) if one.published and revision in {None, one.revision}]
        with self._engine.connect() as connection:
            return _past(connection, fitting[-1].id) if fitting else None

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
            files: dict[str, list[int]] = json.loads(_unpacked(row.files, _MOST_NAMES))
            wanted = {number for numbers in files.values() for number in numbers}
            data = {
                one.id: _true(_unpacked(one.data, MOST), one.sha256)
                for few in _in_few(wanted)
                for one in connection.execute(select(pieces_table).where(pieces_table.c.id.in_(few)))
            }
            return Snapshot(
                row.recorded, row.config, {name: b"".join(data[n] for n in numbers) for name, numbers in files.items()}
            )

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


# One statement or a few, inside the transaction of the caller.


def _inserted(connection: Connection, table: Any, row: dict[str, Any]) -> int:  # noqa: ANN401
    key = connection.execute(table.insert().values(**row)).inserted_primary_key
    return int(key[0]) if key is not None else 0


def _unpacked(packed: bytes, most: int) -> bytes:
    """What was packed, which is no longer than it can be. Raises ValueError and zlib.error."""
    reader = zlib.decompressobj()
    data = reader.decompress(packed, most)
    if reader.unconsumed_tail or not reader.eof:
        raise ValueError("a piece is not whole")
    return data


def _true(data: bytes, digest: bytes) -> bytes:
    """Data that are what they were when they were recorded. Raises ValueError."""
    if hashlib.sha256(data).digest() != bytes(digest):
        raise ValueError("what stands there is not what was recorded")
    return data


def _moment(connection: Connection, entry: Entry) -> str:
    """The moment of recording. The books never go back: where the clock was set back, it is just after the last."""
    given = stamp(entry.recorded)
    chosen = select(func.max(editions.c.recorded)).where(editions.c.briefing == entry.briefing)
    last: str | None = connection.execute(chosen).scalar()
    if last is None or last <= given:
        return given
    return stamp(datetime.fromisoformat(last) + timedelta(microseconds=1))


def _reason(connection: Connection, entry: Entry) -> str:
    """Why this revision was made. When it is issued again, the reason is the one that it has printed before."""
    chosen = (
        select(editions.c.reason)
        .where(editions.c.briefing == entry.briefing, editions.c.date == entry.day.isoformat(), editions.c.published)
        .where(editions.c.revision == entry.revision)
        .order_by(editions.c.id.desc())
        .limit(1)
    )
    before: str | None = connection.execute(chosen).scalar()
    return entry.reason or before or ""


def _in_few(numbers: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _FEW):
        yield ordered[start : start + _FEW]


def _snapshot(connection: Connection, entry: Entry, recorded: str) -> int:
    """The row of these inputs, which is the last one when they have not changed."""
    cut = {name: tuple(pieces(data)) for name, data in sorted(entry.inputs.items())}
    hashes = {name: [hashlib.sha256(one).digest() for one in parts] for name, parts in cut.items()}
    whole = hashlib.sha256()
    for name, parts in hashes.items():
        whole.update(name.encode() + b"\0" + b"".join(parts))
    last = connection.execute(
        select(snapshots.c.id, snapshots.c.sha256, snapshots.c.config)
        .where(snapshots.c.briefing == entry.briefing)
        .order_by(snapshots.c.recorded.desc(), snapshots.c.id.desc())
        .limit(1)
    ).first()
    if last is not None and (bytes(last.sha256), last.config) == (whole.digest(), entry.config):
        return int(last.id)
    data = {digest: part for name in cut for digest, part in zip(hashes[name], cut[name], strict=True)}
    there = _there(connection, pieces_table.c.sha256, pieces_table.c.id, data)
    fresh = [{"sha256": digest, "data": zlib.compress(data[digest], 9)} for digest in data if digest not in there]
    if fresh:
        _insert_missing(connection, fresh)
        there = _there(connection, pieces_table.c.sha256, pieces_table.c.id, data)
    files = {name: [there[digest] for digest in parts] for name, parts in hashes.items()}
    row = {
        "briefing": entry.briefing,
        "recorded": recorded,
        "sha256": whole.digest(),
        "config": entry.config,
        "files": zlib.compress(json.dumps(files, separators=(",", ":")).encode(), 9),
    }
    return _inserted(connection, snapshots, row)


def _insert_missing(connection: Connection, fresh: list[dict[str, Any]]) -> None:
    """Insert pieces. In a database, a run of another briefing may bring the same piece at the same time."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert

        connection.execute(insert(pieces_table).on_conflict_do_nothing(), sorted(fresh, key=lambda row: row["sha256"]))
    else:
        connection.execute(pieces_table.insert(), fresh)


def _there(
    connection: Connection, digest: ColumnElement[Any], number: ColumnElement[Any], wanted: Iterable[bytes]
) -> dict[bytes, int]:
    return {
        bytes(row[0]): int(row[1])
        for few in _in_few(wanted)
        for row in connection.execute(select(digest, number).where(digest.in_(few)))
    }


def _key(name: str, line: str) -> bytes:
    return hashlib.sha256(f"{name}\n{line}".encode()).digest()


def _records(
    connection: Connection, briefing: str, kind: str, entries: Mapping[str, Version | Source]
) -> dict[str, int]:
    """The rows of these versions by id of fact or source; only those that are not there are written."""
    lines = {name: written(one) for name, one in entries.items()}
    keys = {name: _key(name, line) for name, line in lines.items()}

    def there() -> dict[bytes, int]:
        return {
            bytes(row.sha256): int(row.id)
            for few in _in_few(set(keys.values()))
            for row in connection.execute(
                select(records.c.sha256, records.c.id).where(
                    records.c.briefing == briefing, records.c.kind == kind, records.c.sha256.in_(few)
                )
            )
        }

    found = there()
    fresh = [
        {"briefing": briefing, "kind": kind, "name": name, "sha256": keys[name], "body": line}
        for name, line in lines.items()
        if keys[name] not in found
    ]
    if fresh:
        connection.execute(records.insert(), fresh)
        found = there()
    return {name: found[keys[name]] for name in lines}


def _know(connection: Connection, briefing: str, now: set[int], recorded: str) -> None:
    """Close the versions that the files hold no longer, and open those that are new in them."""
    current = (
        select(known.c.id, known.c.record)
        .join(records, records.c.id == known.c.record)
        .where(records.c.briefing == briefing, known.c.gone.is_(None))
    )
    held = {int(row.record): int(row.id) for row in connection.execute(current)}
    for few in _in_few({number for record, number in held.items() if record not in now}):
        connection.execute(known.update().where(known.c.id.in_(few)).values(gone=recorded))
    fresh = [{"record": record, "recorded": recorded} for record in sorted(now - set(held))]
    if fresh:
        connection.execute(known.insert(), fresh)


def _base(connection: Connection, briefing: str, day: date, known_at: datetime | None = None) -> int | None:
    """The row of the edition that one of this date is compared with: the pinned one, or the last before it in time."""
    first = connection.execute(
        select(editions.c.id, editions.c.base)
        .where(editions.c.briefing == briefing, editions.c.date == day.isoformat(), editions.c.published)
        .order_by(editions.c.id)
        .limit(1)
    ).first()
    if first is not None:
        return int(first.base) if first.base is not None else None
    chosen = select(editions.c.id).where(
        editions.c.briefing == briefing, editions.c.date < day.isoformat(), editions.c.published
    )
    if known_at is not None:
        chosen = chosen.where(editions.c.recorded <= stamp(known_at))
    number = connection.execute(chosen.order_by(editions.c.date.desc(), editions.c.id.desc()).limit(1)).scalar()
    return int(number) if number is not None else None


def _issues(
    connection: Connection,
    briefing: str,
    day: date | None,
    known_at: datetime | None,
    *,
    published: bool | None = None,
) -> Iterator[Issue]:
    chosen = select(editions).where(editions.c.briefing == briefing).order_by(editions.c.id)
    if published is not None:
        chosen = chosen.where(editions.c.published.is_(published))
    if day is not None:
        chosen = chosen.where(editions.c.date == day.isoformat())
    if known_at is not None:
        chosen = chosen.where(editions.c.recorded <= stamp(known_at))
    for row in connection.execute(chosen):
        yield Issue(
            row.id,
            date.fromisoformat(row.date),
            row.revision,
            row.recorded,
            row.made_from,
            row.produced or "",
            row.reason,
            row.base,
            row.published,
        )


def _past(connection: Connection, number: int) -> PastEdition:
    row = connection.execute(select(editions).where(editions.c.id == number)).one()
    entries = connection.execute(
        select(records.c.kind, records.c.name, records.c.body, records.c.sha256)
        .join(printed, printed.c.record == records.c.id)
        .where(printed.c.edition == number)
        .order_by(printed.c.place)
    ).all()
    for one in entries:
        _true(f"{one.name}\n{one.body}".encode(), one.sha256)
    return PastEdition(
        date.fromisoformat(row.date),
        row.revision,
        row.recorded,
        Printed(
            {one.name: read_version(one.name, one.body) for one in entries if one.kind == "fact"},
            {one.name: read_source(one.name, one.body) for one in entries if one.kind == "source"},
        ),
        row.reason,
    )
