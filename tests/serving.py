"""A real server on loopback for tests, and raw requests to it."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message

from briefing.publish import publish

ROOT = Path(__file__).parent.parent


def an_edition(  # each part may be what a test is about
    out: Path,
    day: str = "2022-04-09",
    *,
    briefing: str = "ukraine",
    marking: str = "",
    facts: tuple[dict[str, Any], ...] = (),
    revision: int = 1,
    folder: str = "",
    named: tuple[str, ...] = (),
    data: bool = True,
) -> Path:
    """An edition as `build` leaves it, with a page, a PDF, a chart, and the facts given."""
    plain = ("claim", "indicator", "label", "subject", "said_by", "place", "note", "marking")
    records = [dict.fromkeys(plain) | {"tags": [], "status": "reported"} | one for one in facts]
    edition: dict[str, Any] = {
        "briefing": briefing,
        "title": briefing.title(),
        "language": "en",
        "publisher": "Desk",
        "date": day,
    }
    edition |= {"marking": marking, "produced": f"{day}T12:00:00+00:00"}
    edition |= {"changes": [{"fact": name} for name in named]}
    text = f"<!DOCTYPE html><html lang='en'><title>{day}</title><p>{briefing} {day}, revision {revision}</p>"
    files = {
        "briefing.html": (text + "<p>A line of text. " * 200).encode(),
        "briefing.pdf": b"%PDF-" + bytes(range(256)) * 8,
        "charts/losses.svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    }
    if data:
        files["briefing.json"] = json.dumps({"edition": edition, "facts": records}).encode()
    place = out / briefing / (folder or day)
    publish(files, place, {"briefing": briefing, "date": day, "revision": revision, "reason": ""})
    return place


@dataclass(frozen=True)
class Answer:
    """What came back: the status, headers in lower case, the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    log: Path

    def raw(self, data: bytes, *, seconds: float = 15) -> bytes:
        """All that comes back for these bytes, until the other end closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            line.sendall(data)
            pieces = []
            while piece := line.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)

    def ask(self, target: str, method: str = "GET", **headers: str) -> Answer:
        """One request. A header's underscores are hyphens; `host` replaces ours."""
        given = {"host": f"127.0.0.1:{self.port}", "connection": "close"}
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        head = "".join(f"{name}: {text}\r\n" for name, text in given.items())
        return parsed(self.raw(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1")))


def parsed(raw: bytes) -> Answer:
    """An answer from its bytes; chunks are put together."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@contextmanager
def running(verb: str, *arguments: str | Path, log: Path) -> Iterator[Server]:
    """`briefing serve` or `briefing preview` as a process of its own, on a port that was free."""
    command = [sys.executable, "-m", "briefing", verb, *map(str, arguments), "--port", "0"]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r":([0-9]+)/$", line.strip())
            assert found, log.read_text(encoding="utf-8")
            yield Server(int(found[1]), log)
        finally:
            process.terminate()
            process.wait(15)


def asked_here(app: ASGIApp, path: str, **headers: str) -> Answer:
    """The answer of an application in this process to one request, for tests that look at its parts."""
    given = {"host": "localhost"} | {name.replace("_", "-"): text for name, text in headers.items()}
    raw = [(name.encode(), text.encode()) for name, text in given.items()]
    scope: dict[str, Any] = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "headers": raw}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": b"", "client": ("127.0.0.1", 1)}
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        said.append(message)

    with ThreadPoolExecutor(1) as thread:  # the browser of other tests has the loop of this one
        thread.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]  # any awaitable
    names = {name.decode(): text.decode() for name, text in said[0]["headers"]}
    return Answer(said[0]["status"], names, b"".join(one["body"] for one in said[1:]))
