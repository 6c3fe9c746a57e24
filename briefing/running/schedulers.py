"""The schedule of a briefing as a systemd timer, a crontab line or a Kubernetes CronJob, in its own time zone."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from briefing.config import WEEKDAYS, Config, Schedule
from briefing.diagnostics import located
from briefing.errors import InputError
from briefing.fields import seconds_of
from briefing.load import load_config
from briefing.running.due import jumped_over

Form = Literal["systemd", "cron", "kubernetes"]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a scheduler has to know."""

    settings: Config
    schedule: Schedule
    command: tuple[str, ...]
    folder: Path
    """The folder of the config, absolute."""
    out: Path
    user: str
    catch_up: bool
    jump: str
    """The next day on which the clocks jump over the time, if there is one within a year."""

    @property
    def seconds(self) -> int:
        """How long a whole run may take, with a minute to spare."""
        return seconds_of(self.schedule.time_limit) * (1 + self.schedule.catch_up * self.catch_up) + 60

    @property
    def metrics(self) -> Path | None:
        """The folder of the metrics file, where it is not the briefing's own."""
        return self.folder / self.schedule.metrics if self.schedule.metrics is not None else None


def schedule(  # noqa: PLR0913  # each is a setting of its own
    config: Path | str,
    form: Form = "systemd",
    *,
    now: datetime,
    program: tuple[str, ...] = ("briefing",),
    user: str = "briefing",
    out: Path | str | None = None,
    strict: bool = False,
    catch_up: bool = False,
) -> str:
    """The text that makes a scheduler call `briefing run` for a config. Raises InputError or UsageError.

    `program` is how the program is called there, `user` who runs it. `now` only tells on which day the clocks will jump
    over the schedule's time.
    """
    path = Path(config).absolute()
    loaded = load_config(path)
    if loaded.config is None:
        raise InputError(located(loaded.diagnostics, loaded.files))
    planned = loaded.config.schedule or Schedule()
    folder = Path(out).absolute() if out is not None else path.parent / "out"
    flags = [name for name, given in (("--catch-up", catch_up), ("--strict", strict)) if given]
    places = ["--out", str(folder)] if out is not None else []
    command = (*program, "run", str(path), *flags, *places)
    jump = str(jumped_over(planned, ZoneInfo(loaded.config.timezone), now) or "")
    return _FORMS[form](_Plan(loaded.config, planned, command, path.parent, folder, user, catch_up, jump))


# systemd.


def _systemd(plan: _Plan) -> str:
    name, zone = f"briefing-{plan.settings.id}", plan.settings.timezone
    days = "" if plan.schedule.days == WEEKDAYS else f"{','.join(day.title() for day in plan.schedule.days)} "
    jump = _jump(plan, "systemd leaves that day out; the run of the day after makes it up with --catch-up.")
    writable = " ".join(_quoted(str(path)) for path in (plan.out, plan.metrics) if path is not None)
    calls = plan.schedule.heartbeat or plan.settings.books
    network = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6" if calls else "PrivateNetwork=yes"
    return f"""\
# Save this part as /etc/systemd/system/{name}.service
# Once before the first run:  mkdir -p {shlex.quote(str(plan.out))}

[Unit]
Description=Briefing {plan.settings.id}
StartLimitIntervalSec=6h
StartLimitBurst=3

[Service]
Type=oneshot
User={plan.user}
WorkingDirectory={_percent(str(plan.folder))}
ExecStart={_command(plan)} --log json
TimeoutStartSec={plan.seconds}
TimeoutStopSec=60
KillMode=mixed
# 75: another run is at it. Wrong input (1) and wrong usage (2) do not mend themselves; the rest is tried again.
SuccessExitStatus=75
Restart=on-failure
RestartSec=10min
RestartPreventExitStatus=1 2 75
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
PrivateTmp=yes
PrivateDevices=yes
{network}
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes

# Save this part as /etc/systemd/system/{name}.timer
# Then:  systemctl daemon-reload && systemctl enable --now {name}.timer

[Unit]
Description=Briefing {plan.settings.id} at {plan.schedule.at} {zone}

[Timer]
{jump}OnCalendar={days}*-*-* {plan.schedule.at}:00 {zone}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _command(plan: _Plan) -> str:
    """The command line. A dollar begins a variable in every word of it but the first."""
    program, *arguments = map(_quoted, plan.command)
    return " ".join([program, *(one.replace("$", "$$") for one in arguments)])


def _quoted(text: str) -> str:
    """A word of a systemd unit: no specifier and no escape in it means anything."""
    escaped = _percent(text).replace("\\", "\\\\").replace('"', '\\"')
    return escaped if escaped == text and not set(text) & set(" \t';") else f'"{escaped}"'


# cron.


def _cron_times(plan: _Plan) -> str:
    """The five fields of a crontab: minute, hour, and the days of the week from 0, which is Sunday."""
    hour, minute = (int(part) for part in plan.schedule.at.split(":"))
    numbers = sorted((WEEKDAYS.index(day) + 1) % 7 for day in plan.schedule.days)
    days = "*" if len(numbers) == 7 else ",".join(map(str, numbers))
    return f"{minute} {hour} * * {days}"


def _cron(plan: _Plan) -> str:
    command = shlex.join((*plan.command, "--quiet", "--log", "text")).replace("%", "\\%")
    jump = _jump(plan, "Some crons leave that day out; the run of the day after makes it up with --catch-up.")
    return f"""\
# Add this with  crontab -e  as the user who owns the files. Cron mails warnings and errors.
#
# A cron that knows no CRON_TZ (Debian's own, for one) takes the hour for that of the machine. There, leave CRON_TZ out
# and let the line begin with  */15 * * * *  instead: a run before its time finds nothing due and ends at once.
{jump}CRON_TZ={plan.settings.timezone}
{_cron_times(plan)}  {command} >/dev/null
"""


# Kubernetes.


def _kubernetes(plan: _Plan) -> str:
    jump = _jump(plan, "Kubernetes leaves that day out; the run of the day after makes it up with --catch-up.")
    name = plan.settings.id.lower().replace("_", "-")[:40].strip("-")
    command = "\n".join(f"                - {_yaml(one)}" for one in (*plan.command, "--log", "json"))
    return f"""\
# Give it an image that has the program, and volumes for the config and for what it makes: the paths are those of here.
{jump}apiVersion: batch/v1
kind: CronJob
metadata:
  name: briefing-{name}
spec:
  schedule: "{_cron_times(plan)}"
  timeZone: "{plan.settings.timezone}"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: {plan.seconds}
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: briefing
              image: IMAGE
              command:
{command}
"""


def _yaml(text: str) -> str:
    """A text as YAML, in single quotes, in which nothing but the quote itself means anything."""
    return "'" + text.replace("'", "''") + "'"


def _jump(plan: _Plan, means: str) -> str:
    """A comment on a date that stays the same, or on the day on which the clocks jump over the time."""
    if plan.settings.date is not None:
        return f"# The config has date: {plan.settings.date}, so every run makes that one edition. Take it out.\n"
    if not plan.jump:
        return ""
    return f"# On {plan.jump} the clocks jump over {plan.schedule.at}. {means} Better: another hour.\n"


_FORMS: dict[Form, Callable[[_Plan], str]] = {"systemd": _systemd, "cron": _cron, "kubernetes": _kubernetes}
FORMS: tuple[Form, ...] = tuple(_FORMS)
"""The schedulers that are known."""
