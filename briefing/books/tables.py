"""The tables of the books, for every database alike."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

FORM = 1
"""Of these tables; raised when an older program would misread them."""

metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")

form = Table("form", metadata, Column("form", Integer, primary_key=True, autoincrement=False))

pieces = Table(
    "pieces",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("data", LargeBinary, nullable=False),  # zlib
)
"""Parts of input files, each kept once."""

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("briefing", String(80), nullable=False),
    Column("recorded", String(27), nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("config", Text, nullable=False),
    Column("files", LargeBinary, nullable=False),  # zlib of JSON: name -> ids of its pieces
    Index("snapshots_by_time", "briefing", "recorded"),
)
"""All that one build read: the config, the facts, the tables, the theme, the fonts."""

records = Table(
    "records",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("briefing", String(80), nullable=False),
    Column("kind", String(8), nullable=False),  # fact or source
    Column("name", String(80), nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("briefing", "kind", "name", "sha256"),
)
"""Versions of facts and sources, each kept once."""

known = Table(
    "known",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("record", ForeignKey("records.id"), nullable=False, index=True),
    Column("recorded", String(27), nullable=False),
    Column("gone", String(27)),
)
"""From when to when the files held a version. `gone` is empty for what they still hold."""

editions = Table(
    "editions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("briefing", String(80), nullable=False),
    Column("date", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("recorded", String(27), nullable=False),
    Column("snapshot", ForeignKey("snapshots.id"), nullable=False),
    Column("base", ForeignKey("editions.id")),  # the edition it is compared with
    Column("made_from", String(64), nullable=False),
    Column("produced", String(40)),
    Column("reason", Text, nullable=False),
    Column("published", Boolean, nullable=False),
    Index("editions_by_date", "briefing", "date"),
)
"""Issues: a row for each time that the files of a date's folder came to be others."""

printed = Table(
    "printed",
    metadata,
    Column("edition", ForeignKey("editions.id"), primary_key=True),
    Column("record", ForeignKey("records.id"), primary_key=True),
    Column("place", Integer, nullable=False),  # in reading order
    sqlite_with_rowid=False,
)
"""Which edition printed which versions."""
