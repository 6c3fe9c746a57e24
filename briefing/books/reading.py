"""Statements that read, one or a few, inside the transaction of the caller."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select

from briefing.books.tables import editions, printed, records
from briefing.versions import PastEdition, Printed, read_source, read_version

_FEW = 500
"""How many parameters one statement takes at a time; SQLite allows some thousands."""


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


def in_few(numbers: Iterable[Any]) -> Iterator[list[Any]]:
    """The numbers in order, in lots that one statement can take."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _FEW):
        yield ordered[start : start + _FEW]


def unpacked(packed: bytes, most: int) -> bytes:
    """What was packed, which is no longer than it can be. Raises ValueError and zlib.error."""
    reader = zlib.decompressobj()
    data = reader.decompress(packed, most)
    if reader.unconsumed_tail or not reader.eof:
        raise ValueError("a piece is not whole")
    return data


def true(data: bytes, digest: bytes) -> bytes:
    """Data that are what they were when they were recorded. Raises ValueError."""
    if hashlib.sha256(data).digest() != bytes(digest):
        raise ValueError("what stands there is not what was recorded")
    return data


def base(connection: Connection, briefing: str, day: date, known_at: datetime | None = None) -> int | None:
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


def issues(
    connection: Connection,
    briefing: str,
    day: date | None,
    known_at: datetime | None,
    *,
    published: bool | None = None,
) -> Iterator[Issue]:
    """The issues of a briefing in the order in which they were recorded: of a date, by a moment, published or not."""
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


def past(connection: Connection, number: int) -> PastEdition:
    """What the edition of this row printed. Raises ValueError when it is not what was recorded."""
    row = connection.execute(select(editions).where(editions.c.id == number)).one()
    entries = connection.execute(
        select(records.c.kind, records.c.name, records.c.body, records.c.sha256)
        .join(printed, printed.c.record == records.c.id)
        .where(printed.c.edition == number)
        .order_by(printed.c.place)
    ).all()
    for one in entries:
        true(f"{one.name}\n{one.body}".encode(), one.sha256)
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
