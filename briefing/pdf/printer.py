"""The parent's side of printing: starts the child, hands it jobs, and ends it when it goes too far."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import IO, Self, TypeVar, cast

from briefing.errors import LimitError, PrintError
from briefing.pdf.wire import OUT_OF_MEMORY, TooLongError, receive, send

T = TypeVar("T")
Child = subprocess.Popen[bytes]

FONTS = Path(__file__).parent.parent / "fonts"
FAMILIES = {"serif": "Source Serif 4", "sans-serif": "Source Sans 3"}
FALLBACK = ("Source Sans 3", "Noto Sans Arabic", "Noto Sans Hebrew", "Droid Sans Fallback")
"""Asked in this order for a character that the page's own families lack."""

START = 60
"""Seconds in which a child must have loaded WeasyPrint. It takes one, and some more from a cold disk."""

_SYSTEM = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
"""Where Pango may be found on this system: all that a child inherits from our environment."""

_STARVED = ("allocate", "bad_alloc", "creating thread")
"""Last words of C libraries that were refused memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What printing one page may cost: time on the clock, memory, and the size of the PDF."""

    seconds: float = 60
    memory_mb: int = 1500
    output_mb: int = 100


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A page and its files by name. In the page, the file `losses.svg` is the URL `asset:losses.svg`.

    A file is taken for what its ending says: svg, png, jpg, gif, webp, css or ttf.
    """

    html: str
    assets: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class PrintedPDF:
    """A PDF/UA-1 file. The warnings are WeasyPrint's, and harmless: mostly CSS that it does not know."""

    data: bytes
    pages: int
    warnings: tuple[str, ...]


class Printer:
    """Prints pages one after another in a child process, which stays warm in between.

    `cache` is a folder for what fontconfig finds out about the fonts. Printers can share it; without one, it
    is found out anew. `fonts` are folders of fonts to use beside ours. The system's own fonts are never used,
    so that a page looks the same everywhere.
    """

    def __init__(self, cache: Path | None = None, fonts: Iterable[Path] = ()) -> None:
        self._cache = cache
        self._fonts = (FONTS, *fonts)
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._child: Child | None = None
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the child, unless it runs, and return at once. It warms up by itself."""
        self._running()

    def print(self, job: PrintJob, limits: Limits = Limits()) -> PrintedPDF:
        """Print a page, whole and as it is meant to be, or not at all.

        Raises LimitError when it would cost more than it may, and PrintError for anything else: a file that
        is missing or refused, a character without a glyph, a link to nowhere. After either, the next page can
        be printed.
        """
        child = self._running()
        if not self._ready:
            self._hear(lambda: receive(_pipes(child)[1]), Limits(seconds=START))
            self._ready = True
        outcome = self._hear(lambda: _exchange(child, job, limits), limits)
        if isinstance(outcome, PrintError):
            raise outcome
        return outcome

    def close(self) -> None:
        """End the child and clear up after it."""
        self._end()
        if self._home:
            self._home.cleanup()
            self._home = None

    def _running(self) -> Child:
        if self._child and self._child.poll() is None:
            return self._child
        self._end()
        self._home = self._home or tempfile.TemporaryDirectory(prefix="briefing-pdf-")
        home = Path(self._home.name)
        try:
            with (home / "errors").open("wb") as errors:
                self._child = subprocess.Popen(
                    [sys.executable, "-P", "-m", "briefing.pdf.child"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    cwd=home,
                    env=_environment(home, self._cache or home, self._fonts),
                    start_new_session=True,  # a group of its own: killed whole, and deaf to our ^C
                )
        except OSError as error:
            raise PrintError(f"The PDF printer cannot be started: {error}") from error
        return self._child

    def _hear(self, conversation: Callable[[], T], limits: Limits) -> T:
        """The outcome of a conversation with the child; one that goes wrong ends the child."""
        try:
            return _within(limits.seconds, conversation)
        except Exception as error:
            starting = not self._ready
            status = self._end()
            raise self._trouble(error, status, None if starting else limits) from error
        except BaseException:  # ^C
            self._end()
            raise

    def _end(self) -> int:
        """Kill the child with its whole group; its exit status."""
        child, self._child, self._ready = self._child, None, False
        if not child:
            return 0
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it went by itself just now
                os.killpg(child.pid, signal.SIGKILL)
        status = child.wait()
        for pipe in _pipes(child):
            with contextlib.suppress(OSError):  # there may be words left that nobody will hear
                pipe.close()
        return status

    def _trouble(self, error: Exception, status: int, limits: Limits | None) -> PrintError:
        """What to say of a child that ended or was ended; it was still starting when there are no limits."""
        words = (Path(self._home.name) / "errors").read_text("utf-8", "replace").strip() if self._home else ""
        last = words.rpartition("\n")[2]
        late = isinstance(error, TimeoutError) or status == -signal.SIGXCPU
        if not limits:
            why = f"it was not ready after {START} s" if late else last or repr(error)
            trouble = PrintError(f"The PDF printer, which needs WeasyPrint and Pango, cannot be started: {why}")
        elif late:
            trouble = LimitError(
                f"The PDF was not ready after {limits.seconds:g} s, and was given up. "
                "Make the edition smaller, or allow it more in the config: `limits: {seconds: ...}`."
            )
        elif status == OUT_OF_MEMORY or any(sign in words for sign in _STARVED):
            trouble = LimitError(
                f"The PDF needs more than {limits.memory_mb} MB of memory, and was given up. "
                "Make the edition smaller, or allow it more in the config: `limits: {memory_mb: ...}`."
            )
        elif isinstance(error, TooLongError):
            trouble = LimitError(f"The PDF is larger than {limits.output_mb} MB. Make its images smaller.")
        elif isinstance(error, EOFError | OSError):
            how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
            if status == -signal.SIGKILL:
                how += ", as when the system has no memory left"
            trouble = PrintError(f"The PDF printer ended in the middle of its work: {how}. {last}".strip())
        else:
            trouble = PrintError("The PDF printer gave an answer that is none.")
        trouble.add_note(words)  # seen only where a traceback is
        return trouble


def _exchange(child: Child, job: PrintJob, limits: Limits) -> PrintedPDF | PrintError:
    """Send the job and wait for the answer."""
    ask, answer = _pipes(child)
    header = {**asdict(limits), "assets": list(job.assets)}
    send(ask, header, job.html.encode(), *job.assets.values())
    told, (data,) = receive(answer, limits.output_mb * 2**20)
    if not told["problems"]:
        return PrintedPDF(data, told["pages"], tuple(told["warnings"]))
    first, *more = told["problems"]
    problems = "\n  ".join(["", first, *more]) if more else f" {first}"
    refusal = PrintError(f"The PDF cannot be printed:{problems}")
    refusal.add_note(told["traceback"])
    return refusal


def _pipes(child: Child) -> tuple[IO[bytes], IO[bytes]]:
    return cast("tuple[IO[bytes], IO[bytes]]", (child.stdin, child.stdout))


def _within(seconds: float, call: Callable[[], T]) -> T:
    """The result of a call that could take for ever; TimeoutError when it takes longer than that."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result(timeout=seconds)


def _environment(home: Path, cache: Path, fonts: Iterable[Path]) -> dict[str, str]:
    """All the child knows of the world, so that a page is the same in any."""
    cache = cache.absolute()
    settings = home / "fonts.conf"
    settings.write_text(_font_settings(cache / "fontconfig", fonts), "utf-8")
    return {
        **{name: os.environ[name] for name in _SYSTEM if name in os.environ},
        "PYTHONPATH": os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path),
        "PYTHONHASHSEED": "0",
        "FONTCONFIG_FILE": str(settings),
        "XDG_CACHE_HOME": str(cache),
        "TMPDIR": str(home),
        "MALLOC_ARENA_MAX": "1",  # each reserves addresses, which the limit of memory counts
    }


def _font_settings(cache: Path, fonts: Iterable[Path]) -> str:
    """Fontconfig's settings: these folders and no other, and our families where a page names none."""
    folders = "".join(f"<dir>{escape(str(folder.absolute()))}</dir>" for folder in fonts)
    aliases = "".join(
        f"<alias><family>{generic}</family><prefer><family>{family}</family></prefer></alias>"
        for generic, family in FAMILIES.items()
    )
    fallback = "".join(f"<string>{family}</string>" for family in FALLBACK)
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
<selectfont><rejectfont><glob>{escape(str(FONTS / "web"))}</glob></rejectfont></selectfont>
<cachedir>{escape(str(cache))}</cachedir>
{aliases}
<match target="pattern"><edit name="family" mode="append_last">{fallback}</edit></match>
</fontconfig>
"""
