"""A PostgreSQL server of the tests' own: started in a temporary folder, reached through a socket, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

_SMALL = {
    "listen_addresses": "",  # no network
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "8MB",
    "max_connections": "60",
    "autovacuum": "off",
    "log_statement": "none",
}


def binaries() -> Path | None:
    """The folder of initdb and postgres; None where they are not installed."""
    found = shutil.which("initdb")
    if found is not None and Path(found).with_name("postgres").exists():
        return Path(found).parent
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return packaged[-1].parent if packaged else None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server; the URL of its databases without the name of one. A socket has to have a short path."""
    place = binaries()
    if place is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as top:
        if os.getuid() == 0:
            os.chown(top, 65534, 65534)
        data = f"{top}/data"
        as_user(place / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        settings = [
            word for name, value in {**_SMALL, "unix_socket_directories": top}.items() for word in _set(name, value)
        ]
        with Path(top, "log").open("wb") as log:
            running = subprocess.Popen(_as_user([place / "postgres", "-D", data, *settings]), stdout=log, stderr=log)
        try:
            _wait(running, top)
            yield f"postgresql://tests@/{{}}?host={top}"
        finally:
            running.send_signal(signal.SIGQUIT)  # it need not be tidy
            running.wait(20)


def _set(name: str, value: str) -> tuple[str, str]:
    return "-c", f"{name}={value}"


def as_user(*command: str | Path) -> None:
    """Run a command as somebody who is not root: PostgreSQL does not run as root."""
    subprocess.run(_as_user(command), check=True, capture_output=True, cwd="/")


def _as_user(command: Sequence[str | Path]) -> list[str]:
    lower = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    return [*lower, *map(str, command)]


def _wait(running: subprocess.Popen[bytes], top: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(f"postgresql://tests@/postgres?host={top}").close()
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(Path(top, "log").read_text(encoding="utf-8", errors="replace")) from None
            time.sleep(0.05)
        else:
            return


def make(url: str, name: str) -> str:
    """A new database on a server; its URL."""
    with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
        connection.execute(f'create database "{name}" template template0'.encode())
    return url.format(name)


def drop(url: str, name: str) -> None:
    """Remove a database, whoever is still in it."""
    with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)'.encode())
