"""Statements that write, one or a few, inside the transaction of the caller."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from briefing.books.chunks import pieces
from briefing.books.reading import in_few, stamp
from briefing.books.tables import editions, known, records, snapshots
from briefing.books.tables import pieces as pieces_table
from briefing.facts import Source
from briefing.versions import Printed, Version, written

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


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


def inserted(connection: Connection, table: Any, row: dict[str, Any]) -> int:  # noqa: ANN401
    """The number of the row, once it is inserted."""
    key = connection.execute(table.insert().values(**row)).inserted_primary_key
    return int(key[0]) if key is not None else 0


def moment_of(connection: Connection, entry: Entry) -> str:
    """The moment of recording. The books never go back: where the clock was set back, it is just after the last."""
    given = stamp(entry.recorded)
    chosen = select(func.max(editions.c.recorded)).where(editions.c.briefing == entry.briefing)
    last: str | None = connection.execute(chosen).scalar()
    if last is None or last <= given:
        return given
    return stamp(datetime.fromisoformat(last) + timedelta(microseconds=1))


def reason_of(connection: Connection, entry: Entry) -> str:
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


def snapshot_of(connection: Connection, entry: Entry, recorded: str) -> int:
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
    return inserted(connection, snapshots, row)


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
        for few in in_few(wanted)
        for row in connection.execute(select(digest, number).where(digest.in_(few)))
    }


def _key(name: str, line: str) -> bytes:
    return hashlib.sha256(f"{name}\n{line}".encode()).digest()


def records_of(
    connection: Connection, briefing: str, kind: str, entries: Mapping[str, Version | Source]
) -> dict[str, int]:
    """The rows of these versions by id of fact or source; only those that are not there are written."""
    lines = {name: written(one) for name, one in entries.items()}
    keys = {name: _key(name, line) for name, line in lines.items()}

    def there() -> dict[bytes, int]:
        return {
            bytes(row.sha256): int(row.id)
            for few in in_few(set(keys.values()))
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


def know(connection: Connection, briefing: str, now: set[int], recorded: str) -> None:
    """Close the versions that the files hold no longer, and open those that are new in them."""
    current = (
        select(known.c.id, known.c.record)
        .join(records, records.c.id == known.c.record)
        .where(records.c.briefing == briefing, known.c.gone.is_(None))
    )
    held = {int(row.record): int(row.id) for row in connection.execute(current)}
    for few in in_few({number for record, number in held.items() if record not in now}):
        connection.execute(known.update().where(known.c.id.in_(few)).values(gone=recorded))
    fresh = [{"record": record, "recorded": recorded} for record in sorted(now - set(held))]
    if fresh:
        connection.execute(known.insert(), fresh)
