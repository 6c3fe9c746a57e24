"""What a run says while it goes on: sentences for people, or a JSON object a line for programs."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import datetime, timedelta
from typing import Any, Literal, TextIO

from briefing.diagnostics import printable

Level = Literal["info", "warning", "error"]
Form = Literal["text", "json"]


class Log:
    """Writes to a stream, or nowhere. `now` is the moment of its making; later ones are counted from there."""

    def __init__(
        self, now: datetime, stream: TextIO | None = None, form: Form = "text", *, quiet: bool = False
    ) -> None:
        self._now, self._stream, self._form, self._quiet = now, stream, form, quiet
        self._start = time.monotonic()
        self.briefing: str | None = None

    @property
    def seconds(self) -> float:
        """How long ago it was made."""
        return round(time.monotonic() - self._start, 3)

    @property
    def now(self) -> datetime:
        """The moment, as the clock that was read at the start would show it."""
        return self._now + timedelta(seconds=self.seconds)

    def say(self, event: str, message: str, level: Level = "info", **more: Any) -> None:  # noqa: ANN401
        """Say what happened. A log that cannot be written is no reason to lose an edition."""
        if self._stream is None or (self._quiet and level == "info"):
            return
        if self._form == "json":
            when = self.now.isoformat(timespec="milliseconds")
            known = {"time": when, "level": level, "event": event, "briefing": self.briefing, "message": message}
            line = json.dumps(known | more)
        else:
            line = "\n".join(f"briefing: {printable(one)}" for one in message.split("\n"))
        with contextlib.suppress(OSError, ValueError):  # a closed stream is a ValueError
            print(line, file=self._stream, flush=True)
