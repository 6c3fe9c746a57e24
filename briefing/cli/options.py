"""What commands have in common: their arguments and options, what is asked of the environment, what is said."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from briefing.diagnostics import Diagnostic


class Date(click.ParamType[date]):
    """A date on the command line."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401
        """A date as YYYY-MM-DD."""
        from pydantic_core import PydanticCustomError

        from briefing.fields import day

        try:
            return day(value)
        except PydanticCustomError as error:
            self.fail(f"{error.message()}; write it as YYYY-MM-DD", param, ctx)


class MomentType(click.ParamType[datetime]):
    """A moment on the command line."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401
        """A moment; a date means its end."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment; write 2022-04-09 or 2022-04-09T14:30", param, ctx)
        return moment.replace(hour=23, minute=59, second=59, microsecond=999_999) if len(value) == 10 else moment


CONFIG = click.argument("config", type=click.Path(path_type=Path), default="config.yaml")
DATE = click.option(
    "--date",
    "day",
    type=Date(),
    metavar="YYYY-MM-DD",
    help="The edition's date. By default the config's, or today in its time zone.",
)
NEWEST = click.option(
    "--date", "day", type=Date(), metavar="YYYY-MM-DD", help="The edition's date. By default the newest."
)
OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Where editions go. By default out/ beside the config."
)
BOOKS = click.option(
    "--books",
    metavar="FILE|URL",
    envvar="BRIEFING_BOOKS",
    help="The books, a file or postgresql://... By default the config's, else books.sqlite beside the editions.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")
QUIET = click.option("--quiet", "-q", is_flag=True, help="Only results and errors: no warnings, no progress.")


CATCH_UP = click.option("--catch-up", is_flag=True, help="Make missing editions of earlier days, too.")
STRICT = click.option("--strict", is_flag=True, help="Warnings fail as well.")


def config_at(path: Path) -> Path:
    """The config itself, where its folder is named."""
    return path / "config.yaml" if os.path.isdir(path) else path  # noqa: PTH112  # is_dir() fails on long names


def books_at(given: str | None) -> Path | str | None:
    """The books as a file, or as the address of a database."""
    return given if given is None or "://" in given else Path(given)


def source_date() -> datetime | None:
    """The moment of SOURCE_DATE_EPOCH (reproducible-builds.org), if it is set."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH={text!r} is not a number of seconds since 1970") from error


def report_to_stderr(found: Iterable[Diagnostic], *, quiet: bool) -> None:
    """Say the diagnostics; only errors when quiet."""
    for one in found:
        if not quiet or one.severity == "error":
            click.echo(str(one), err=True)


def counted(found: Iterable[Diagnostic]) -> str:
    """How many errors and warnings: "2 errors, 1 warning", or "nothing is wrong"."""
    counts = [sum(one.severity == severity for one in found) for severity in ("error", "warning")]
    parts = [many(n, word) for n, word in zip(counts, ("error", "warning"), strict=True) if n]
    return ", ".join(parts) or "nothing is wrong"


def many(n: int, word: str) -> str:
    """A count with its noun: "2 facts"."""
    return f"{n} {word}{'' if n == 1 else 's'}"


@contextmanager
def progress_shown(*, quiet: bool, verbose: bool) -> Iterator[Callable[[str], None]]:
    """Say the step: on a terminal in one line that goes away, with --verbose a line each, otherwise not at all."""
    if verbose:
        yield lambda step: click.echo(f"briefing: {step}", err=True)
    elif quiet or not sys.stderr.isatty():
        yield lambda _: None
    else:
        from briefing.waiting import spinner

        with spinner() as show:
            yield show
