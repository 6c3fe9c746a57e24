"""The database that holds the books: connecting, beginning, and telling its trouble as ours."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, SQLAlchemyError

from briefing.books.tables import FORM, form, metadata
from briefing.errors import BooksError, UsageError

PATIENCE = 30
"""Seconds to wait for what another process has locked."""

_ALIVE = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4}
"""Seconds after which a database that says nothing is given up."""

_BEGINNING = 0x626F6F6B73
"""The advisory lock under which tables are made in PostgreSQL."""


def engine_of(place: str | Path, *, new: bool) -> Engine:
    """Connects to the file, or to the database of the URL, when it is first asked. Raises UsageError, BooksError."""
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
        needed = 'pip install ".[postgresql]" in the checkout of briefing'
        raise UsageError(f"books in PostgreSQL need another package: {needed}") from error
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
def saying(place: str | Path) -> Iterator[None]:
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


def begin(engine: Engine, *, new: bool) -> None:
    """Make the tables where there are none and `new` allows it. Raises BooksError."""
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
