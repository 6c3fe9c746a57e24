"""The command line: reads arguments and the clock, calls one function, prints, returns a status."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from briefing.cli.archiving import archive
from briefing.cli.embedding import embed
from briefing.cli.options import (
    BOOKS,
    CATCH_UP,
    CONFIG,
    DATE,
    JSON,
    OUT,
    QUIET,
    STRICT,
    MomentType,
    books_at,
    config_at,
    counted,
    many,
    progress_shown,
    report_to_stderr,
    source_date,
)
from briefing.cli.sending import COMMANDS as SENDING
from briefing.cli.serving import COMMANDS as SERVING
from briefing.errors import BriefingError, InputError

if TYPE_CHECKING:
    from briefing.config.fields import Format
    from briefing.running.log import Form
    from briefing.running.schedulers import Form as Scheduler

_FORMATS = ("pdf", "html", "fragment", "json")


class _Group(click.Group):
    """Reports our own exceptions in a sentence; anything else is a bug and shows its traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command; the one place where the program's exceptions end."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            report_to_stderr(error.diagnostics, quiet=False)
            click.echo(counted(error.diagnostics), err=True)
            ctx.exit(error.status)
        except BriefingError as error:
            from briefing.diagnostics import printable

            message = "\n".join(printable(line) for line in str(error).splitlines())
            click.echo(f"briefing: {message}", err=True)
            ctx.exit(error.status)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="briefing")
def main() -> None:  # click's \b, a real backspace
    """Make situation briefings from structured facts: PDF and HTML, every figure with its source.

    A first briefing takes three commands:

    \b
        briefing new flood          a small project with everything explained
        briefing check flood        what is wrong with it, if anything
        briefing build flood        flood/out/...: briefing.pdf, briefing.html

    CONFIG is a config.yaml, or the folder that holds it; without it, config.yaml here.

    Exit status: 0 done; 1 the input is wrong; 2 the command makes no sense; 3 an output could not be made;
    75 another run is going on; 124 an edition took too long.
    """  # noqa: D301  # \b is click's mark for lines that stay as they are


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Start a small project in DIR that builds at once and explains itself in comments.

    DIR is made if it is not there. Files that are there already are never changed.
    """
    from briefing.starter import start

    for path in start(folder):
        click.echo(path)
    click.echo(f"\nNext:  briefing build {folder}", err=True)


@main.command()
@CONFIG
@DATE
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@QUIET
def check(config: Path, day: date | None, strict: bool, quiet: bool) -> None:  # noqa: FBT001  # click's way
    """Say everything that is wrong with CONFIG and its facts, without making anything.

    Each problem names its file, line and column, says what is wrong and how to mend it.
    """
    from briefing.pipeline import check as run

    report = run(config_at(config), day=day, now=datetime.now(UTC))
    report_to_stderr(report.diagnostics, quiet=quiet)
    bad = not report.ok or (strict and bool(report.diagnostics))
    if bad or not quiet:
        counts = f"{many(report.facts, 'fact')}, {many(report.sources, 'source')}: {counted(report.diagnostics)}"
        click.echo(counts, err=bad)
    if bad:
        raise click.exceptions.Exit(InputError.status)


@main.command()
@CONFIG
@DATE
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(_FORMATS),
    help="Make only this; can be given several times.",
)
@OUT
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@click.option("--draft", is_flag=True, help="Not issued yet: goes to draft/, says so on every page, is not recorded.")
@click.option("--reason", default="", metavar="TEXT", help="Why an edition is issued again with other facts; printed.")
@click.option(
    "--known-at",
    type=MomentType(),
    metavar="MOMENT",
    help="From what was recorded by then: 2022-04-09, or 2022-04-09T14:30 in the briefing's time zone.",
)
@BOOKS
@QUIET
@click.option("--verbose", "-v", is_flag=True, help="Say what is done, step by step, and print every file.")
def build(  # noqa: PLR0913  # click's way
    config: Path,
    day: date | None,
    formats: tuple[str, ...],
    out: Path | None,
    strict: bool,  # noqa: FBT001
    draft: bool,  # noqa: FBT001
    reason: str,
    known_at: datetime | None,
    books: str | None,
    quiet: bool,  # noqa: FBT001
    verbose: bool,  # noqa: FBT001
) -> None:
    """Make one edition of CONFIG: PDF, HTML, a fragment to embed, data.

    The files appear in out/BRIEFING/DATE/, whole or not at all. Their folder is printed, then the files of the edition
    itself, a path a line; with --verbose those of its charts and tables, too. When nothing has changed since the last
    time, nothing is made anew. When the facts of a date have changed, it is issued again as its
    next revision, which says what is corrected; the last one is kept in DATE-revision-1/.

    While you are still writing, --draft keeps it out of the record. With --known-at an edition of the past is made
    again, from the books alone.
    """
    from briefing.pipeline import build as run
    from briefing.sites import SITE

    with progress_shown(quiet=quiet, verbose=verbose) as progress:
        built = run(
            config_at(config),
            day=day,
            now=datetime.now(UTC),
            produced=source_date(),
            formats=cast("tuple[Format, ...]", formats),
            out=out,
            strict=strict,
            draft=draft,
            reason=reason,
            known_at=known_at,
            books=books_at(books),
            progress=progress,
        )
    if not quiet:
        for warning in built.warnings:
            click.echo(warning, err=True)
        if built.corrections:
            click.echo(f"revision {built.revision} of this date corrects what the one before printed:", err=True)
            for one in built.corrections:
                figures = " → ".join(side or "nothing" for side in (one.before, one.now) if side or one.before)
                click.echo(f"  {one.kind}: {one.label or one.fact}{f': {figures}' if figures else ''}", err=True)
    click.echo(built.folder)
    for name in built.files:
        if verbose or "/" not in name:
            click.echo(built.folder / name)
    if verbose:
        pages = f", {built.pages} pages" if built.pages else ""
        click.echo("unchanged since the last build" if built.unchanged else f"made anew{pages}", err=True)
    if not (quiet or draft or built.unchanged) and (built.folder.parent / SITE).is_dir():
        click.echo("the archive's site does not have this yet; `briefing archive` brings it up to date", err=True)


@main.command()
@CONFIG
@CATCH_UP
@OUT
@STRICT
@click.option(
    "--log",
    "form",
    type=click.Choice(["text", "json"]),
    help="How the log on standard error is written. By default text on a terminal, else a JSON object a line.",
)
@click.option("--quiet", "-q", is_flag=True, help="Only warnings and errors in the log.")
def run(  # click's way
    config: Path,
    catch_up: bool,  # noqa: FBT001
    out: Path | None,
    strict: bool,  # noqa: FBT001
    form: Form | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """Make what is due by the schedule of CONFIG: for cron, systemd timers and containers.

    It can be called at any time and any number of times. One run at a time goes on for each briefing. When anything
    goes wrong, the last good edition stays. The outcome stands in out/BRIEFING/status.json, and for Prometheus in
    metrics.prom beside it. The paths of the files are printed, one a line.
    """
    from briefing.running import Log, stoppable
    from briefing.running import run as run_now

    now = datetime.now(UTC).astimezone()
    log = Log(now, sys.stderr, form or ("text" if sys.stderr.isatty() else "json"), quiet=quiet)
    with stoppable():
        ran = run_now(
            config_at(config),
            now=now,
            produced=source_date(),
            out=out,
            strict=strict,
            catch_up=catch_up,
            log=log,
        )
    for path in ran.files:
        click.echo(path)
    raise click.exceptions.Exit(ran.status)


@main.command()
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(["systemd", "cron", "kubernetes"]),
    default="systemd",
    help="For which scheduler.",
    show_default=True,
)
@CATCH_UP
@OUT
@STRICT
def schedule(
    config: Path,
    form: Scheduler,
    catch_up: bool,  # noqa: FBT001
    out: Path | None,
    strict: bool,  # noqa: FBT001
) -> None:
    """Print a systemd timer, a crontab line or a CronJob that calls `briefing run`.

    It names the time and the time zone of CONFIG. Nothing is installed; the comments say where the text belongs.
    """
    import pwd

    from briefing.running import schedule as text_for

    program = Path(sys.executable).with_name("briefing")
    text = text_for(
        config_at(config),
        form,
        now=datetime.now(UTC),
        program=(str(program),) if program.exists() else (sys.executable, "-m", "briefing"),
        user=pwd.getpwuid(os.getuid()).pw_name,
        out=out,
        strict=strict,
        catch_up=catch_up,
    )
    click.echo(text, nl=False)


@main.command()
@click.argument("before")
@click.argument("after")
@CONFIG
@OUT
@BOOKS
@JSON
def diff(before: str, after: str, config: Path, out: Path | None, books: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Say what is different between two recorded editions of CONFIG.

    BEFORE and AFTER are dates such as 2022-04-08; 2022-04-08@1 is its first revision.
    """
    from briefing import history

    found = history.diff(config_at(config), before, after, out=out, books=books_at(books))
    click.echo(found.as_json() if as_json else "\n".join(found.lines) or "nothing is different")


@main.command()
@click.argument("fact")
@CONFIG
@OUT
@BOOKS
@JSON
def show(fact: str, config: Path, out: Path | None, books: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Show all that the books of CONFIG have of one FACT: its versions, its sources, where it was printed."""
    from briefing import history

    found = history.show(config_at(config), fact, out=out, books=books_at(books))
    click.echo(found.as_json() if as_json else found.as_text())


@main.command()
@click.argument("source")
@CONFIG
@OUT
@BOOKS
@JSON
def impact(source: str, config: Path, out: Path | None, books: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Show every fact and edition of CONFIG that rests on one SOURCE."""
    from briefing import history

    found = history.impact(config_at(config), source, out=out, books=books_at(books))
    click.echo(found.as_json() if as_json else found.as_text())


@main.command()
@click.argument("what", type=click.Choice(["facts", "config", "edition", "editions"]), default="facts")
def schema(what: str) -> None:
    """Print the JSON Schema of facts files, config.yaml, briefing.json (edition) or editions.json (editions).

    Editors complete and check files by it. In VS Code with the YAML extension, save it and begin a file with
    "# yaml-language-server: $schema=facts.schema.json".
    """
    from briefing.schemas import json_schema

    click.echo(json_schema(what))


for command in (archive, embed, *SENDING, *SERVING):
    main.add_command(command)
