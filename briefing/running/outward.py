"""What a run sends out once its editions stand: messages, and files to the places of the config."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from briefing.config import Config
from briefing.errors import BriefingError, InputError, StoppedError
from briefing.running.attempt import Outcome
from briefing.running.log import Log


def sent_out(config: Path, settings: Config, out: Path, log: Log) -> tuple[Outcome, ...]:
    """Deliver and mail the newest edition, where the config wants it. What goes wrong is said and given."""
    steps: list[Callable[[Path, Path, Log], Outcome | None]] = []
    if settings.deliver:
        steps.append(_delivered)
    if settings.mail is not None and settings.mail.when == "new":
        steps.append(_mailed)  # after the delivery, to which its links lead
    outcomes: list[Outcome] = []
    for step in steps:
        try:
            outcome = step(config, out, log)
        except StoppedError as error:
            log.say("killed", str(error), "error", status=error.status)
            return (*outcomes, Outcome(None, "stopped", error.status))
        except BriefingError as error:
            words = [str(one) for one in error.diagnostics] if isinstance(error, InputError) else [str(error)]
            outcome = _failed(words, log)
        if outcome is not None:
            outcomes.append(outcome)
    return tuple(outcomes)


def archived(config: Path, out: Path, log: Log) -> tuple[Outcome, ...]:
    """Bring the site of all editions up to date. What goes wrong is a warning: the editions stand."""
    from briefing.archiving import archive

    words: list[str] = []
    try:
        made = archive(config, out=out)
        log.say(
            "archived", f"the site: {len(made.written)} written, {made.unchanged} unchanged", folder=str(made.folder)
        )
        words = [f"{name} is no whole edition, so it is not in the site" for name in made.damaged]
    except StoppedError as error:
        log.say("killed", str(error), "error", status=error.status)
        return (Outcome(None, "stopped", error.status),)
    except InputError as error:
        words = [f"the site could not be made: {one}" for one in error.diagnostics]
    except Exception as error:  # noqa: BLE001  # a fault of ours in the site keeps no edition from its readers
        words = [f"the site could not be made: {type(error).__name__}: {error}"]
        words = [f"the site could not be made: {error}"] if isinstance(error, BriefingError) else words
    for one in words:
        log.say("warning", one, "warning")
    found = tuple({"level": "warning", "message": one} for one in words)
    return (Outcome(None, "unarchived", 0, found=found),) if words else ()


def _delivered(config: Path, out: Path, log: Log) -> Outcome | None:
    from briefing.delivery import deliver

    done = deliver(config, out=out)
    for one in done.places:
        if not one.trouble:
            message = f"{one.place}: {one.sent} sent, {one.unchanged} there already, {one.removed} removed"
            log.say("delivered", message, place=one.place, sent=one.sent, removed=one.removed)
    return _failed([f"{one.place}: {one.trouble}" for one in done.places if one.trouble], log)


def _mailed(config: Path, out: Path, log: Log) -> Outcome | None:
    from briefing.mailing import mail

    done = mail(config, now=log.now, out=out, sending=True)
    for warning in (*done.warnings, *done.withheld):
        log.say("warning", warning, "warning")
    log.say("mailed", f"mailed to {len(done.sent)}", date=str(done.edition), recipients=len(done.sent))
    return _failed(list(done.refused), log)


def _failed(words: list[str], log: Log) -> Outcome | None:
    """What could not be sent out, said; None where there is nothing of it."""
    for one in words:
        log.say("undelivered", one, "error")
    found = tuple({"level": "error", "message": one} for one in words)
    return Outcome(None, "undelivered", BriefingError.status, found=found) if words else None
