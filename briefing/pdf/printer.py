"""The parent's side of printing: starts the child, hands it jobs, and ends it when it oversteps."""

from __future__ import annotations

import contextlib
import html
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from briefing.errors import LimitError, PrintError
from briefing.pdf.wire import OUT_OF_MEMORY, TooLongError, receive, send

T = TypeVar("T")
Message = tuple[dict[str, object], list[bytes]]

FONTS = Path(__file__).parent.parent / "fonts"
FALLBACK = ("Source Sans 3", "Noto Sans Arabic", "Noto Sans Hebrew", "Droid Sans Fallback")
"""Families that are asked in turn for a character which the page's own families lack."""

START = 60
"""Seconds a child has to import WeasyPrint; a cold disk takes a few."""

# Where the system's loader looks for Pango besides the usual places.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """What printing one page may cost: seconds on the clock, megabytes of memory and of output."""

    seconds: float = 60
    memory_mb: int = 1500
    output_mb: int = 100


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A page and its files by name. The page calls the file `chart.svg` by the URL `asset:chart.svg`.

    A file's ending says what it is: svg, png, jpg, webp, css or ttf.
    """

    html: str
    assets: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class PrintedPDF:
    """A PDF/UA-1 file, and what WeasyPrint remarked on, such as CSS that it does not know."""

    data: bytes
    pages: int
    warnings: tuple[str, ...]


class Printer:
    """Prints pages, one at a time, in a child process that stays warm from one to the next.

    `cache` is a folder for fontconfig's notes about the fonts; several printers can share it. Without one they are
    made anew for each printer. `fonts` are folders of fonts besides our own; the system's are never used, so that a
    page looks the same everywhere.
    """

    def __init__(self, cache: Path | None = None, fonts: Iterable[Path] = ()) -> None:
        self._cache = cache
        self._fonts = (FONTS, *fonts)
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the child and return; it warms up on its own. Does nothing when it runs already."""
        if self._child and self._child.poll() is None:
            return
        self._end()
        if not self._home:
            self._home = tempfile.TemporaryDirectory(prefix="briefing-pdf-")
        home = Path(self._home.name)
        try:
            with (home / "errors").open("wb") as errors:
                self._child = subprocess.Popen(
                    [sys.executable, "-P", "-m", "briefing.pdf.child"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    cwd=home,
                    env=_environment(home, self._cache or home / "cache", self._fonts),
                    start_new_session=True,  # a group of its own, to be killed whole; ^C is for us alone
                )
        except OSError as error:
            raise PrintError(f"The PDF printer cannot start: {error}") from error
        self._ready = False

    def print(self, job: PrintJob, limits: Limits = Limits()) -> PrintedPDF:
        """Print a page.

        Raises LimitError when it would cost too much and PrintError when it cannot be printed faithfully: something is
        missing or refused, or a character has no glyph. The printer can go on to the next page after either.
        """
        self.start()
        child = self._child
        if not child or not child.stdin or not child.stdout:
            raise AssertionError("start() makes all three")
        to_child, from_child = child.stdin, child.stdout
        if not self._ready:
            self._hear(lambda: receive(from_child), Limits(seconds=START))
            self._ready = True
        blobs = (job.html.encode(), *job.assets.values())
        header = {**asdict(limits), "assets": list(job.assets)}

        def talk() -> Message:
            send(to_child, header, *blobs)
            return receive(from_child, limits.output_mb * 2**20)

        answer, (data,) = self._hear(talk, limits)
        if problems := answer["problems"]:
            trouble = PrintError(_listed("The PDF cannot be printed", problems))
            trouble.add_note(answer["traceback"])  # shown nowhere but in a traceback of our own
            raise trouble
        return PrintedPDF(data, answer["pages"], tuple(answer["warnings"]))

    def close(self) -> None:
        """End the child and clear up; printing again would start another."""
        self._end()
        if self._home:
            self._home.cleanup()
            self._home = None

    def _hear(self, talk: Callable[[], Message], limits: Limits) -> Message:
        """What the child answers. A child that answers with anything but a message is ended, so is a late one."""
        try:
            return _within(limits.seconds, talk)
        except Exception as error:
            starting = not self._ready
            status = self._end()
            raise _trouble(error, status, self._last_words(), limits, starting=starting) from error
        except BaseException:  # ^C: the child is in the middle of something
            self._end()
            raise

    def _end(self) -> int:
        """Kill the child with its whole group; its exit status."""
        child, self._child, self._ready = self._child, None, False
        if not child:
            return 0
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has just ended by itself
                os.killpg(child.pid, signal.SIGKILL)
        status = child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):  # what was not yet written never will be
                if pipe:
                    pipe.close()
        return status

    def _last_words(self) -> str:
        """The last line the child wrote to its standard error."""
        text = (Path(self._home.name) / "errors").read_text("utf-8", "replace") if self._home else ""
        return (text.strip().splitlines() or [""])[-1]


def _within(seconds: float, call: Callable[[], T]) -> T:
    """The result of a call that may block for ever; TimeoutError when it takes longer than that."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001  (it is raised again in the thread that waits)
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result(timeout=seconds)


def _trouble(error: Exception, status: int, words: str, limits: Limits, *, starting: bool) -> PrintError:
    """The sentence for a child that had to be ended or ended by itself."""
    if isinstance(error, TimeoutError) and starting:
        return PrintError(f"The PDF printer did not start within {START} s.")
    if starting:
        return PrintError(f"The PDF printer cannot start: {words or error}. It needs Pango 1.44 or newer beside Python.")
    if isinstance(error, TimeoutError) or status == -signal.SIGXCPU:
        return LimitError(
            f"The PDF was not ready after {limits.seconds:g} s, and its printing was stopped. "
            "Make the edition smaller, or allow more in the config: `limits: {seconds: ...}`."
        )
    if isinstance(error, TooLongError):
        return LimitError(f"The PDF is larger than {limits.output_mb} MB. Smaller images make it smaller.")
    if status == OUT_OF_MEMORY or "alloc" in words:
        return LimitError(
            f"The PDF needs more than {limits.memory_mb} MB of memory, and its printing was stopped. "
            "Make the edition smaller, or allow more in the config: `limits: {memory_mb: ...}`."
        )
    if isinstance(error, ValueError):
        return PrintError("The PDF printer answered with something that is no answer, and was stopped.")
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return PrintError(f"The PDF printer ended in the middle of its work ({how}). {words}".strip())


def _listed(what: str, problems: Iterable[str]) -> str:
    """One problem on the same line, several below it."""
    first, *more = problems
    return "\n  ".join([f"{what}:", first, *more]) if more else f"{what}: {first}"


def _environment(home: Path, cache: Path, fonts: Iterable[Path]) -> dict[str, str]:
    """All that the child knows of its surroundings. Nothing in it may change a page from one machine to the next."""
    cache = cache.absolute()
    cache.mkdir(parents=True, exist_ok=True)
    conf = home / "fonts.conf"
    conf.write_text(_font_config(cache / "fontconfig", fonts), "utf-8")
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path),
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",  # Pango prefers fonts by it
        "TMPDIR": str(home),
        "XDG_CACHE_HOME": str(cache),
        "FONTCONFIG_FILE": str(conf),
        "MALLOC_ARENA_MAX": "1",  # glibc reserves 64 MB of addresses for each, which the memory limit counts
    }


def _font_config(cache: Path, fonts: Iterable[Path]) -> str:
    """Fontconfig's settings: these folders and no other, and our families where the page names none that is there."""
    folders = "".join(f"<dir>{html.escape(str(folder.absolute()))}</dir>" for folder in fonts)
    generic = "".join(
        f"<alias><family>{name}</family><prefer><family>{family}</family></prefer></alias>"
        for name, family in (("serif", "Source Serif 4"), ("sans-serif", "Source Sans 3"))
    )
    fallback = "".join(f"<string>{family}</string>" for family in FALLBACK)
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
<cachedir>{html.escape(str(cache))}</cachedir>
<selectfont><rejectfont><glob>{html.escape(str(FONTS / "web"))}</glob></rejectfont></selectfont>
{generic}
<match target="pattern"><edit name="family" mode="append_last">{fallback}</edit></match>
</fontconfig>
"""
