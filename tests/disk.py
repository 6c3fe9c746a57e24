"""A disk that nobody waits for: what is written outlives every kill of a process, if not a loss of power."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event


def _unhurried(connection: Any, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")


@contextmanager
def not_waited_for() -> Iterator[None]:
    """Neither this process nor its books in SQLite flush anything."""
    event.listen(Engine, "connect", _unhurried)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)
        yield
    event.remove(Engine, "connect", _unhurried)
