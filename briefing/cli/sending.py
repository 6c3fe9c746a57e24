"""Commands that take an edition out of its folder: to readers' mailboxes, to a web server."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from briefing.cli.options import CONFIG, NEWEST, OUT, config_at

_AGAIN = click.option("--again", is_flag=True, help="Also to those who have had this issue.")


@click.command()
@CONFIG
@NEWEST
@click.option("--to", "to", multiple=True, metavar="ADDRESS", help="To this address and not to the config's lists.")
@click.option("--write", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the message.")
@click.option("--send", "sending", is_flag=True, help="Send it by the server of the config.")
@_AGAIN
@OUT
def mail(  # noqa: PLR0913  # click's way
    config: Path,
    day: date | None,
    to: tuple[str, ...],
    write: Path | None,
    sending: bool,  # noqa: FBT001
    again: bool,  # noqa: FBT001
    out: Path | None,
) -> None:
    """Write the newest edition of CONFIG as a message, or send it with --send.

    The message has the text, the text with its charts, and the PDF. Without --send it is written to a file that
    programs of mail open, and nothing leaves this machine. With it, each of the config's lists gets a message, but
    nobody the same issue twice, and no list an edition above its ceiling. Who it went to is printed, one a line.

    The password of the server stands in BRIEFING_SMTP_PASSWORD, or in a file that the config names.
    """
    from briefing.mailing import mail as run

    if write is not None and sending:
        raise click.UsageError("--write and --send exclude each other")
    now = datetime.now(UTC) if sending else None
    done = run(config_at(config), day=day, now=now, to=to, write=write, sending=sending, again=again, out=out)
    for warning in done.warnings:
        click.echo(f"warning: {warning}", err=True)
    for line in (*done.files, *done.sent):
        click.echo(line)
    if done.had:
        click.echo(f"had it before: {', '.join(done.had)}", err=True)
    for line in (*done.withheld, *done.refused):
        click.echo(f"briefing: {line}", err=True)
    raise click.exceptions.Exit(done.status)


@click.command()
@CONFIG
@NEWEST
@click.option("--to", metavar="PLACE", help="Only to this place: a folder, s3://... or sftp://...")
@OUT
def deliver(config: Path, day: date | None, to: str | None, out: Path | None) -> None:
    """Put the newest edition of CONFIG, or its whole site, where readers are: a folder, S3 or SFTP.

    What is there already is not sent again. What is new appears whole or not at all, and `latest` last; a delivery that
    was cut off is made good by the next. A line for each place says what was sent.

    Keys and passwords are those of ssh (~/.ssh, its agent) and of AWS (environment, ~/.aws): none stands in CONFIG.
    """
    from briefing.delivery import deliver as run

    done = run(config_at(config), day=day, to=to, out=out)
    for one in done.places:
        if one.trouble:
            click.echo(f"briefing: {one.place}: {one.trouble}", err=True)
        else:
            click.echo(f"{one.place}: {one.sent} sent, {one.unchanged} there already, {one.removed} removed")
    raise click.exceptions.Exit(done.status)


COMMANDS: tuple[click.Command, ...] = (mail, deliver)
