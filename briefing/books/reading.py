"""Statements that read, one or a few, inside the transaction of the caller."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, get_args

import yaml
from sqlalchemy import Connection, select

from briefing.books.chunks import MOST
from briefing.books.tables import editions, pieces, printed, records, snapshots
from briefing.facts import Marking
from briefing.versions import PastEdition, Printed, as_closed, read_source, read_version

_FEW = 500
"""How many parameters one statement takes at a time; SQLite allows some thousands."""

_MOST_NAMES = 2**26
"""Bytes of the names and pieces of one snapshot, unpacked."""

_MARKINGS: dict[Any, Marking] = {one: one for one in get_args(Marking)}
_Yaml: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads plain data, every scalar as text."""


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


def names_in(packed: bytes) -> dict[str, list[int]]:
    """The files of a snapshot, each with the rows of its pieces in order. Raises ValueError and zlib.error."""
    files: dict[str, list[int]] = json.loads(unpacked(packed, _MOST_NAMES))
    return files


def contents(connection: Connection, files: Mapping[str, list[int]]) -> dict[str, bytes]:
    """These files. Raises ValueError when one is not what was recorded, and zlib.error."""
    wanted = {number for numbers in files.values() for number in numbers}
    data = {
        one.id: true(unpacked(one.data, MOST), one.sha256)
        for few in in_few(wanted)
        for one in connection.execute(select(pieces).where(pieces.c.id.in_(few)))
    }
    return {name: b"".join(data[number] for number in numbers) for name, numbers in files.items()}


def _marking(connection: Connection, snapshot: int) -> Marking | None:
    """The marking of an edition as a whole, as its config had it. What cannot be read is as closed as can be."""
    row = connection.execute(select(snapshots.c.config, snapshots.c.files).where(snapshots.c.id == snapshot)).one()
    files = names_in(row.files)
    if row.config not in files:
        return "TLP:RED"
    data = contents(connection, {row.config: files[row.config]})[row.config]
    try:
        text = data.decode("utf-8-sig")
        is_json = row.config.lower().endswith(".json")
        config: Any = json.loads(text) if is_json else yaml.load(text, _Yaml)  # noqa: S506  # plain data
    except (ValueError, RecursionError, yaml.YAMLError):
        return "TLP:RED"
    if not isinstance(config, dict):
        return "TLP:RED"
    marking = config.get("marking")
    return _MARKINGS.get(str(marking), "TLP:RED") if marking else None


def past(connection: Connection, number: int) -> PastEdition:
    """What the edition of this row printed, each fact as closed as the edition was as a whole.

    Raises ValueError when it is not what was recorded.
    """
    row = connection.execute(select(editions).where(editions.c.id == number)).one()
    entries = connection.execute(
        select(records.c.kind, records.c.name, records.c.body, records.c.sha256)
        .join(printed, printed.c.record == records.c.id)
        .where(printed.c.edition == number)
        .order_by(printed.c.place)
    ).all()
    for one in entries:
        true(f"{one.name}\n{one.body}".encode(), one.sha256)
    marking = _marking(connection, row.snapshot)
    return PastEdition(
        date.fromisoformat(row.date),
        row.revision,
        row.recorded,
        Printed(
            {one.name: as_closed(read_version(one.name, one.body), marking) for one in entries if one.kind == "fact"},
            {one.name: read_source(one.name, one.body) for one in entries if one.kind == "source"},
        ),
        row.reason,
    )
