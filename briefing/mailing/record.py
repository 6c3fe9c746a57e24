"""What has been sent to whom, so that nobody gets an issue twice: mail.json in the briefing's folder."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from briefing.edition import Edition
from briefing.errors import LockedError, MailError

RECORD = "mail.json"
_KEPT = 100
"""Issues that are remembered: a run looks at the newest alone."""


class Record:
    """The record of one briefing. It is written after each message, in one step."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RECORD
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
            self._issues: dict[str, dict[str, Any]] = {
                key: {"message_id": str(one["message_id"]), "sent": dict(one["sent"])} for key, one in known.items()
            }
        except FileNotFoundError:
            self._issues = {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{self._path} cannot be read, so nobody knows who had which edition: {error}"
            raise MailError(f"{message}; mend it, or remove it to send anew") from error

    def has(self, edition: Edition, address: str) -> bool:
        """Whether this issue went to the address."""
        return address.lower() in self._issues.get(_key(edition.date.isoformat(), edition.revision), {}).get("sent", {})

    def first_id(self, edition: Edition) -> str:
        """The Message-ID under which the first issue for the date was sent, or nothing."""
        return str(self._issues.get(_key(edition.date.isoformat(), 1), {}).get("message_id", ""))

    def sent(self, edition: Edition, message_id: str, addresses: Iterable[str], when: datetime) -> None:
        """Remember that an issue went to these addresses. Raises MailError when that cannot be written."""
        issue = self._issues.setdefault(
            _key(edition.date.isoformat(), edition.revision), {"message_id": message_id, "sent": {}}
        )
        issue["sent"] |= {one.lower(): when.isoformat(timespec="seconds") for one in addresses}
        kept = dict(sorted(self._issues.items())[-_KEPT:])
        new = self._path.with_name(f".new-{RECORD}")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(json.dumps(kept, indent=1) + "\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            message = f"the message was sent, and {self._path} cannot be written: {error.strerror or error}"
            raise MailError(message) from error


def _key(date: str, revision: int) -> str:
    return f"{date}@{revision:03}"


@contextlib.contextmanager
def one_sender(folder: Path) -> Iterator[None]:
    """Keep other senders of this briefing out. Raises LockedError. The lock dies with its process."""
    try:
        lock = os.open(folder / ".mail.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise MailError(f"{folder} cannot be written: {error.strerror or error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise LockedError(f"messages of '{folder.name}' are being sent by another process") from error
    finally:
        os.close(lock)
