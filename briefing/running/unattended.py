"""One unattended run: what is due is made, oldest first, and the outcome is told to the log, to files, to a watcher."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Never
from zoneinfo import ZoneInfo, available_timezones

from briefing.config import Config, Schedule
from briefing.diagnostics import located
from briefing.errors import BriefingError, InputError, LockedError, StoppedError
from briefing.fields import seconds_of
from briefing.load import Loaded, load_config
from briefing.publish import editions, manifest_of
from briefing.running import status as told
from briefing.running.attempt import Job, Outcome, attempt
from briefing.running.due import due_dates, next_due, to_make
from briefing.running.lock import only_run
from briefing.running.log import Level, Log
from briefing.running.outward import archived, sent_out

ANY_TIME = Schedule(at="00:00")
"""The schedule of a config that has none: today's edition, whenever the run is."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to: its exit status, and what came of each edition."""

    status: int
    outcomes: tuple[Outcome, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of every edition that was made or found unchanged."""
        return tuple(one.folder / name for one in self.outcomes if one.folder is not None for name in one.files)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and SIGINT end a run in good order: StoppedError is raised, once."""

    def stop(number: int, _: FrameType | None) -> Never:
        for one in kept:
            signal.signal(one, signal.SIG_IGN)
        raise StoppedError(number)

    kept = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)


def run(  # noqa: PLR0913  # each is a setting of its own
    config: Path | str,
    *,
    now: datetime,
    produced: datetime | None = None,
    out: Path | str | None = None,
    strict: bool = False,
    catch_up: bool = False,
    log: Log | None = None,
) -> Ran:
    """Make the editions of a briefing that are due at `now`, unless another run is at it.

    With `catch_up`, missing editions of earlier days are made as well, from what the files say now. What goes wrong is
    said in the log and in the status; the last good edition stays. `produced` and `strict` are those of `build`.
    """
    path = Path(config)
    place = Path(out) if out is not None else path.parent / "out"
    log = log or Log(now)
    try:
        loaded = load_config(path)
        log.briefing = loaded.config.id if loaded.config is not None else told.of_config(place, path.name)
        log.say("started", f"run of {path}", config=str(path))
        if log.briefing is None:
            outcome = _wrong_config(loaded, log)
            return Ran(outcome.status, (outcome,))
        with only_run(place / log.briefing, now):
            return _Run(path, place, log, now, produced, strict=strict, catch_up=catch_up).of(loaded)
    except BriefingError as error:
        event = "locked" if isinstance(error, LockedError) else "error"
        log.say(event, str(error), "error", status=error.status)
        return Ran(error.status)


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run works with, once it is alone."""

    config: Path
    out: Path
    log: Log
    now: datetime
    produced: datetime | None
    strict: bool
    catch_up: bool

    @property
    def folder(self) -> Path:
        """Where the editions of the briefing are."""
        return self.out / str(self.log.briefing)

    def of(self, loaded: Loaded) -> Ran:
        """Make what is due, and tell everybody."""
        settings = loaded.config
        try:
            outcomes = self._made(settings) if settings is not None else (_wrong_config(loaded, self.log),)
        except StoppedError as error:  # between two editions
            self.log.say("killed", str(error), "error", status=error.status)
            outcomes = (Outcome(None, "stopped", error.status),)
        failed = any(one.status for one in outcomes)
        if failed:
            self._after_failure(settings, max((one.day for one in outcomes if one.status and one.day), default=None))
        if settings is not None and settings.archive is not None and not _stopped(outcomes):
            outcomes += archived(self.config, self.out, self.log)
        if settings is not None and not _stopped(outcomes):
            outcomes += self._sent_out(settings, failed=failed)
        status = max((one.status for one in outcomes), default=0)
        self._record(settings, status, outcomes)
        heartbeat = settings.schedule.heartbeat if settings is not None and settings.schedule is not None else None
        if heartbeat is not None:
            self._beat(heartbeat, good=status == 0)
        level: Level = "error" if status else "info"
        self.log.say("finished", f"done with status {status}", level, status=status, seconds=self.log.seconds)
        return Ran(status, outcomes)

    def _made(self, settings: Config) -> tuple[Outcome, ...]:
        """What came of every edition that is due, oldest first. After one that fails the next is tried."""
        dates = self._due(settings)
        outcomes: list[Outcome] = []
        limit = seconds_of((settings.schedule or ANY_TIME).time_limit)
        job = Job(self.config, self.out, self.now, self.produced, strict=self.strict, seconds=limit)
        for day in dates:
            self.log.say("building", f"{day}: begun", date=day.isoformat())
            outcomes.append(attempt(job, day, self.log))
            self._tell(outcomes[-1])
            if outcomes[-1].result == "stopped":
                break
        return tuple(outcomes)

    def _due(self, settings: Config) -> tuple[date, ...]:
        if settings.date is not None:
            dates: tuple[date, ...] = (settings.date,)
        else:
            schedule, zone = settings.schedule or ANY_TIME, ZoneInfo(settings.timezone)
            asked = set(due_dates(schedule, zone, self.now, 1 + schedule.catch_up))
            named = {date.fromisoformat(one.name): one for one in editions(self.folder)}
            made = {day for day, one in named.items() if day not in asked or manifest_of(one) is not None}
            dates = to_make(schedule, zone, self.now, made, catch_up=self.catch_up)
        if dates:
            self.log.say("due", f"due: {', '.join(map(str, dates))}", dates=[str(one) for one in dates])
        else:
            self.log.say("nothing-due", f"nothing is due before {_next(settings, self.now)}")
        return dates

    def _tell(self, outcome: Outcome) -> None:
        """Say in the log what came of an edition."""
        day, status, seconds = str(outcome.day), outcome.status, outcome.seconds
        for one in outcome.found:
            more = {name: value for name, value in one.items() if name not in {"level", "message"}}
            self.log.say(one["level"], one["message"], one["level"], date=day, **more)
        if outcome.folder is not None:
            message = f"{day}: {outcome.result} in {outcome.folder}"
            files = list(outcome.files)
            self.log.say(outcome.result, message, date=day, seconds=seconds, folder=str(outcome.folder), files=files)
        else:
            event = {"stopped": "killed"}.get(outcome.result, outcome.result)
            message = f"{day}: {outcome.result.replace('-', ' ')} with status {status} after {seconds:g} s"
            self.log.say(event, message, "error", date=day, status=status, seconds=seconds)

    def _after_failure(self, settings: Config | None, day: date | None) -> None:
        """Fail closed: the last good edition stays as it is. Readers are told so where the schedule asks for it."""
        good = told.last_good(self.folder)
        before = told.before(self.folder)
        day = day or self.now.astimezone(ZoneInfo(settings.timezone if settings else _zone(before))).date()
        if good and good["date"] < day.isoformat() and _marks(settings, before):
            books = settings.books_in(self.out) if settings else before.get("books", self.folder / "books.sqlite")
            mark = {"briefing": str(self.log.briefing), "books": str(books)}
            job = Job(self.config, self.out, self.now, self.produced, strict=False, seconds=600, mark=mark)
            outcome = attempt(job, day, self.log)
            what = f"readers of latest are told so in {outcome.folder}" if outcome.folder else "and cannot be marked"
            self.log.say("marked", f"not updated since {good['date']}: {what}", "warning", status=outcome.status)
        kept = f"the last good edition stays: {good['date']}" if good else "there is no good edition yet"
        self.log.say("kept", kept, "warning", date=good["date"] if good else None)

    def _sent_out(self, settings: Config, *, failed: bool) -> tuple[Outcome, ...]:
        """What could not be mailed or delivered. A run that follows a failure, or was cut off before this, tries again.

        A run that failed delivers what readers of `latest` are told. The edition stays as it is, whatever comes of it.
        """
        before, good = told.before(self.folder), told.last_good(self.folder)
        if good is None or (not failed and before.get("status") == 0 and before.get("last_good") == good):
            return ()
        return sent_out(self.config, settings, self.out, self.log)

    def _record(self, settings: Config | None, status: int, outcomes: Sequence[Outcome]) -> None:
        """Write status.json and the metrics. Where they cannot be written the edition is none the worse."""
        before = told.before(self.folder)
        zone = settings.timezone if settings is not None else _zone(before)
        finished = self.log.now.isoformat(timespec="seconds")
        known: dict[str, Any] = {
            "briefing": self.log.briefing,
            "config": self.config.name,
            "timezone": zone,
            "metrics": str(self._metrics_file(settings, before)),
            "result": max(outcomes, key=lambda one: one.status).result if outcomes else "nothing-due",
            "status": status,
            "started": self.now.isoformat(timespec="seconds"),
            "finished": finished,
            "seconds": self.log.seconds,
            "last_good": told.last_good(self.folder),
            "last_success": finished if status == 0 else before.get("last_success"),
            "consecutive_failures": told.counted_failures(before, status),
            "books": str(settings.books_in(self.out)) if settings else before.get("books"),
            "mark_failures": _marks(settings, before),
            "next_due": _next(settings, self.now),
            "editions": [
                {"date": str(one.day) if one.day else None, "result": one.result, "status": one.status}
                | {"seconds": one.seconds}
                for one in outcomes
            ],
            "errors": [text for one in outcomes for text in one.messages("error")],
            "warnings": [text for one in outcomes for text in one.messages("warning")],
        }
        files = (
            (self.folder / told.STATUS, told.as_json(known)),
            (Path(known["metrics"]), told.metrics(known, ZoneInfo(zone))),
        )
        for path, text in files:
            if trouble := told.put(path, text):
                self.log.say("warning", trouble, "warning")

    def _metrics_file(self, settings: Config | None, before: Mapping[str, Any]) -> Path:
        """Where the metrics go: where they went before, when the config cannot say."""
        own = self.folder / told.METRICS
        if settings is None:
            return Path(str(before.get("metrics", own)))
        if settings.schedule is None or settings.schedule.metrics is None:
            return own
        return self.config.parent / settings.schedule.metrics / f"briefing-{settings.id}.prom"

    def _beat(self, url: str, *, good: bool) -> None:
        from briefing.running.heartbeat import beat

        if trouble := beat(url, good=good):
            self.log.say("heartbeat", f"the heartbeat was not heard: {trouble}", "warning")
        else:
            self.log.say("heartbeat", "the heartbeat was heard")


def _stopped(outcomes: Sequence[Outcome]) -> bool:
    return any(one.result == "stopped" for one in outcomes)


def _wrong_config(loaded: Loaded, log: Log) -> Outcome:
    """What comes of a config with errors: they are said, and nothing is made."""
    found: tuple[dict[str, Any], ...] = tuple(
        {"level": one.severity, "message": str(one), "code": one.code, "file": one.where.file, "line": one.where.line}
        for one in located(loaded.diagnostics, loaded.files)
    )
    for one in found:
        more = {name: one[name] for name in ("code", "file", "line")}
        log.say(one["level"], one["message"], one["level"], **more)
    return Outcome(None, "failed", InputError.status, found=found)


def _zone(before: Mapping[str, Any]) -> str:
    """The time zone that the config had last, when it cannot say."""
    name = str(before.get("timezone", "UTC"))
    return name if name in available_timezones() else "UTC"


def _marks(settings: Config | None, before: Mapping[str, Any]) -> bool:
    """Whether readers are to be told of a failure; what was wanted before, when the config cannot say."""
    if settings is None:
        return bool(before.get("mark_failures"))
    return settings.schedule is not None and settings.schedule.mark_failures


def _next(settings: Config | None, now: datetime) -> str | None:
    """When the next edition will be due, in the briefing's zone; None where there will be none or nobody knows."""
    if settings is None or settings.date is not None:
        return None
    when = next_due(settings.schedule or ANY_TIME, ZoneInfo(settings.timezone), now)
    return when.isoformat(timespec="minutes") if when is not None else None
