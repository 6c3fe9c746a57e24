"""The verb `mail`: an edition's messages, written to files or sent, each list by itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from briefing.config import Config
from briefing.config.sending import Mail, MailList
from briefing.diagnostics import Where
from briefing.edition import Edition
from briefing.errors import InputError, MailError, UsageError
from briefing.load import load_config
from briefing.mailing.letter import Letter, letter
from briefing.mailing.message import above, bare, message, message_id
from briefing.mailing.record import Record, one_sender
from briefing.mailing.sending import Login, connected, login, send
from briefing.publish import standing
from briefing.shape import checked


@dataclass(frozen=True, slots=True)
class Mailed:
    """What came of it: the files written, the addresses sent to, and what went wrong."""

    edition: date
    files: tuple[Path, ...] = ()
    sent: tuple[str, ...] = ()
    had: tuple[str, ...] = ()
    """Who has had this issue before and does not get it again."""
    withheld: tuple[str, ...] = ()
    """For each list that does not get an edition of this marking, why."""
    refused: tuple[str, ...] = ()
    """What the server refused, a sentence for each address or list."""
    warnings: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """0, or 3 when somebody was to get it and did not."""
        return MailError.status if self.withheld or self.refused else 0


def mail(  # noqa: PLR0913  # each is a setting of its own
    config: Path | str,
    *,
    day: date | None = None,
    now: datetime | None = None,
    to: Iterable[str] = (),
    write: Path | str | None = None,
    sending: bool = False,
    again: bool = False,
    out: Path | str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Mailed:
    """Write the messages of a published edition, the newest or that of `day`; with `sending`, send them instead.

    Every list of the config gets a message of its own; with `to`, only these addresses get one, whatever their list's
    ceiling. A file goes to `write`, by default to out/BRIEFING/mail/DATE.eml; those of further lists have -2, -3 in
    their names. Nobody gets an issue twice unless `again`. Messages are dated `now`, or when the edition was produced.

    Raises InputError, UsageError, MailError; what the server refuses is in what it gives.
    """
    path = Path(config)
    place = Path(out) if out is not None else path.parent / "out"
    settings, own = _settings(path)
    lists = _asked(tuple(to)) or own.lists
    folder = place / settings.id
    if not sending:
        ready = letter(path, *standing(folder, day), place)
        return _written(ready, settings, lists, now, folder, Path(write) if write is not None else None)
    if own.server is None:
        raise UsageError("to send messages, the config has to name a server of mail: mail: {server: {host: }}")
    if not lists:
        raise UsageError("nobody is named to send to: mail: {lists: [{to: }]} in the config, or --to ADDRESS")
    way = login(own.server, path.parent, environment)
    there = standing(folder, day)
    with one_sender(folder):
        return _sent(letter(path, *there, place), settings, lists, now, way, Record(folder), again=again)


def _settings(path: Path) -> tuple[Config, Mail]:
    loaded = load_config(path)
    if loaded.config is None:
        raise InputError(loaded.diagnostics)
    if loaded.config.mail is None:
        raise UsageError(f"{path.name} does not say who messages are from: mail: {{from: ADDRESS}}")
    return loaded.config, loaded.config.mail


def _asked(to: tuple[str, ...]) -> tuple[MailList, ...]:
    """A list of the addresses that the call names. Raises UsageError."""
    if not to:
        return ()
    made, found = checked(TypeAdapter(MailList), {"to": list(to)}, Where("--to"))
    if made is None:
        raise UsageError("; ".join(f"{one.message} ({one.hint})" for one in found))
    return (made,)


def _written(
    ready: Letter, settings: Config, lists: tuple[MailList, ...], now: datetime | None, folder: Path, write: Path | None
) -> Mailed:
    path = write or folder / "mail" / f"{ready.edition.date}.eml"
    going, withheld = _allowed(ready, lists)
    files = []
    for n, to in enumerate(going if lists else (None,), 1):
        file = path if n == 1 else path.with_stem(f"{path.stem}-{n}")
        data = _message(ready, settings, to, now, "")
        new = file.with_name(f".new-{file.name}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(data)
            new.replace(file)
        except OSError as error:
            raise MailError(f"{file} cannot be written: {error.strerror or error}") from error
        files.append(file)
    return Mailed(ready.edition.date, tuple(files), withheld=withheld, warnings=ready.warnings)


def _sent(  # noqa: PLR0913
    ready: Letter,
    settings: Config,
    lists: tuple[MailList, ...],
    now: datetime | None,
    way: Login,
    record: Record,
    *,
    again: bool,
) -> Mailed:
    edition = ready.edition
    going, withheld = _allowed(ready, lists)
    result = Mailed(edition.date, withheld=withheld, warnings=ready.warnings)
    had: set[str] = set()
    for to in going:
        addresses = tuple(dict.fromkeys(bare(one) for one in (*to.to, *to.cc, *to.bcc)))
        missing = tuple(one for one in addresses if one not in had and (again or not record.has(edition, one)))
        result = replace(result, had=(*result.had, *(one for one in addresses if one not in missing)))
        had |= set(missing)
        if missing:
            result = _to_list(result, ready, settings, to, missing, now, way, record)
    return result


def _to_list(  # noqa: PLR0913
    result: Mailed,
    ready: Letter,
    settings: Config,
    to: MailList,
    missing: tuple[str, ...],
    now: datetime | None,
    way: Login,
    record: Record,
) -> Mailed:
    """The result after one more list. What goes wrong with it does not keep the next from its message."""
    data = _message(ready, settings, to, now, record.first_id(ready.edition))
    sender = _own(settings).sender
    try:
        with connected(way) as session:
            refused = send(session, bare(sender), missing, data)
    except MailError as error:
        return replace(result, refused=(*result.refused, f"{_named(to)}: {error}"))
    taken = tuple(one for one in missing if one not in refused)
    if taken:
        edition = ready.edition
        record.sent(
            edition,
            message_id(ready, sender, ready.made_from, edition.revision),
            taken,
            now or edition.produced,
        )
    told = tuple(f"{address} was refused: {words}" for address, words in refused.items())
    return replace(result, sent=(*result.sent, *taken), refused=(*result.refused, *told))


def _message(ready: Letter, settings: Config, to: MailList | None, now: datetime | None, first_id: str) -> bytes:
    own, edition = _own(settings), ready.edition
    if edition.revision > 1 and not first_id and ready.first_made_from:
        first_id = message_id(ready, own.sender, ready.first_made_from, 1)
    first_id = first_id if edition.revision > 1 else ""
    archive = settings.archive.url if settings.archive is not None else None
    return message(ready, own, to, now or edition.produced, first_id, archive or "")


def _own(settings: Config) -> Mail:
    if settings.mail is None:
        raise AssertionError
    return settings.mail


def _allowed(ready: Letter, lists: tuple[MailList, ...]) -> tuple[tuple[MailList, ...], tuple[str, ...]]:
    """The lists that may have an edition of these markings, and why others may not."""
    too_high = {to: above(ready.markings, to.ceiling) for to in lists}
    told = tuple(
        f"{_named(to)} does not get {_called(ready.edition)}: it holds {marking}, and its ceiling is {to.ceiling}"
        for to, marking in too_high.items()
        if marking
    )
    return tuple(to for to in lists if not too_high[to]), told


def _named(to: MailList) -> str:
    return f"the list of {bare(to.to[0])}"


def _called(edition: Edition) -> str:
    return f"the edition of {edition.date}"
