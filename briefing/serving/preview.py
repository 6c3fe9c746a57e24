"""The preview for authors: the page is made again on every save, and shown where the reader was."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from briefing.diagnostics import Diagnostic
from briefing.errors import BriefingError
from briefing.pipeline import NO_MEMORY, Memory, preview
from briefing.serving.answers import TYPES, as_json
from briefing.serving.guard import Guard, Say
from briefing.serving.house import address_of, listen, run
from briefing.serving.metrics import Measures
from briefing.serving.settings import ServeSettings, check_door

_HOST = "127.0.0.1"
_EVERY = 0.02
"""Seconds between two looks at the files that were read."""
_ROUND = 10
"""One look in so many is at all files, new ones and themes among them."""
_MOST_WATCHED = 5000
_SCRIPT = Path(__file__).with_name("preview.js")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_BLANK = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Preview</title>\n</head>\n'
    "<body>\n<main><h1>Preview</h1></main>\n</body>\n</html>\n"
)


_State = tuple[tuple[str, int, int], ...]
"""Files with their time of change and size."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the author sees: the last good page, and what is wrong with the files as they are now."""

    number: int
    page: str
    problems: tuple[dict[str, Any], ...]
    failed: bool
    """Whether the page is older than the files."""


@dataclass
class Desk:
    """Makes the page again when a file changes, and tells those who look. `clock` gives the moment of a build."""

    config: Path
    day: date | None
    clock: Callable[[], datetime]
    say: Say
    seen: Seen = field(default=Seen(0, _BLANK, (), failed=True))
    _memory: Memory = NO_MEMORY
    _inputs: tuple[Path, ...] = ()
    _end: threading.Event = field(default_factory=threading.Event)

    def make(self, cache: Path) -> None:
        """Make the page from the files as they are."""
        started = self.clock()
        page = self.seen.page
        problems: tuple[dict[str, Any], ...]
        good = False
        try:
            made = preview(self.config, day=self.day, now=started, cache=cache, memory=self._memory)
        except BriefingError as error:
            problems = ({"severity": "error", "text": str(error), "hint": ""},)
        else:
            self._memory, self._inputs = made.memory, made.inputs
            problems = tuple(_told(one) for one in made.diagnostics)
            good = made.page is not None
            page = made.page or page
        self.seen = Seen(self.seen.number + 1, page, problems, failed=not good)
        seconds = (self.clock() - started).total_seconds()
        outcome = f"made in {seconds:.2f} s" if good else "not made: the page shows why"
        self.say("preview", f"preview {self.seen.number} {outcome}", "info", seconds=round(seconds, 3))

    def watch(self, cache: Path) -> None:
        """Make the page whenever a file has changed, until the end."""
        before = self._state()
        for look in count(1):
            if self._end.wait(_EVERY):
                return
            same = set(before).issuperset(_states(self._inputs)) and (look % _ROUND or self._state() == before)
            if not same:
                before = self._at_rest()
                self.make(cache)

    def _at_rest(self) -> _State:
        """The files once nobody is writing them: a program empties a file before it fills it."""
        before = self._state()
        for _ in range(20):
            time.sleep(_EVERY / 2)
            now = self._state()
            if now == before:
                break
            before = now
        return before

    def end(self) -> None:
        """No more is made; who looks is let go."""
        self._end.set()

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._end.is_set()

    def _state(self) -> _State:
        """All that can change the page: the files that were read, and everything in the folder of the config."""
        return tuple(sorted(set(_states((*self._inputs, *_below(self.config.parent))))))


def _told(one: Diagnostic) -> dict[str, Any]:
    text, _, hint = str(one).partition("\n  hint: ")
    return {"severity": one.severity, "text": text, "hint": hint}


def _states(paths: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        yield str(path), status.st_mtime_ns, status.st_size


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, so many at most; not what programs keep there, nor the editions in out/."""
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in {"out", "node_modules"})
        for name in sorted(files):
            count += 1
            if count > _MOST_WATCHED:
                return
            yield Path(here, name)


def application(desk: Desk, say: Say, settings: ServeSettings) -> Starlette:
    """The page with our script in it, and what the script asks for."""
    script = _SCRIPT.read_text(encoding="utf-8")

    async def page(_: Request) -> Response:
        return Response(_with_script(desk.seen.page), headers={"content-type": TYPES[".html"], **_POLICIES})

    async def code(_: Request) -> Response:
        return Response(script, headers={"content-type": TYPES[".js"]})

    async def seen(_: Request) -> Response:
        now = desk.seen
        return as_json({"number": now.number, "page": now.page, "problems": now.problems, "failed": now.failed})

    async def events(_: Request) -> Response:
        return StreamingResponse(_events(desk), headers={"content-type": "text/event-stream; charset=utf-8"})

    routes = [
        Route("/", page),
        Route("/-/preview.js", code),
        Route("/-/seen", seen),
        Route("/-/events", events),
    ]
    return Starlette(
        routes=routes, middleware=[Middleware(Guard, settings=settings, measures=Measures(), say=_only_trouble(say))]
    )


_POLICIES = {"content-security-policy": _POLICY}


def _only_trouble(say: Say) -> Say:
    def quieter(event: str, message: str, level: str, **more: Any) -> None:  # noqa: ANN401
        if level != "info":
            say(event, message, level, **more)

    return quieter


def _with_script(page: str) -> str:
    """The page under the preview's own policy, which is a header: its meta element would let no script in."""
    start = page.find('<meta http-equiv="Content-Security-Policy"')
    end = page.find(">", start) + 1
    bare = page[:start] + page[end:] if start >= 0 else page
    return bare.replace("</head>", '<script src="/-/preview.js" defer></script>\n</head>', 1)


async def _events(desk: Desk) -> AsyncIterator[str]:
    """The number of each new page as a server-sent event, and a comment now and then, so that an end is seen."""
    number = -1
    while not desk.ended:
        if desk.seen.number > number:
            number = desk.seen.number
            yield f"data: {json.dumps(number)}\n\n"
        else:
            for _ in range(250):
                await asyncio.sleep(0.02)
                if desk.ended or desk.seen.number > number:
                    break
            else:
                yield ": still here\n\n"


def start(
    config: Path,
    *,
    day: date | None,
    port: int,
    clock: Callable[[], datetime],
    say: Say,
    ready: Callable[[str], None],
) -> None:
    """Show the preview until a signal says to stop."""
    desk = Desk(config, day, clock, say)
    settings = check_door(ServeSettings(), _HOST)
    listening = listen(_HOST, port)
    with tempfile.TemporaryDirectory(prefix="briefing-preview-") as folder:
        cache = Path(folder)
        desk.make(cache)
        watching = threading.Thread(target=desk.watch, args=(cache,), daemon=True)
        watching.start()
        ready(address_of(listening, _HOST))
        try:
            run(application(desk, say, settings), listening, settings.connections, desk.end)
        finally:
            desk.end()
            watching.join(30)
