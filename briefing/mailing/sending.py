"""A message to a server of mail by SMTP (RFC 5321, 3207, 8314): encrypted, verified, within a limit of time."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefing.config.sending import MailServer
from briefing.diagnostics import printable
from briefing.errors import MailError
from briefing.fields import seconds_of

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Login:
    """How to get to the server. The password is no part of what is printed of it."""

    server: MailServer
    password: str | None
    ca: Path | None

    def __repr__(self) -> str:
        """Without the password."""
        return f"Login({self.server.host})"


def login(server: MailServer, beside: Path, environment: Mapping[str, str]) -> Login:
    """The way to the server, with the password of the environment or of a file. Raises MailError."""
    password = environment.get("BRIEFING_SMTP_PASSWORD")
    if server.user and password is None:
        if server.password_file is None:
            raise MailError(
                f"the server {server.host} wants a password for {server.user}: "
                "set BRIEFING_SMTP_PASSWORD, or name a file under mail: server: password_file:"
            )
        path = beside / server.password_file
        try:
            password = path.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise MailError(f"the password cannot be read from {path}: {_said(error)}") from error
    if server.user and server.security == "none":
        raise MailError(f"a password does not go to {server.host} in the open: set security: starttls or tls")
    return Login(server, password, beside / server.ca if server.ca else None)


@contextlib.contextmanager
def connected(way: Login) -> Iterator[smtplib.SMTP]:
    """A session with the server. Raises MailError for whatever goes wrong in it."""
    server = way.server
    port = server.port or _PORTS[server.security]
    named = f"the server of mail {server.host}:{port}"
    try:
        session = _opened(way, port)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(f"{named} cannot be used: {_said(error)}") from error
    try:
        if server.user:
            session.login(server.user, way.password or "")
        yield session
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(f"{named} does not let {server.user} in: {error.smtp_code}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(f"{named} did not take the message: {_said(error)}") from error
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            session.quit()
        session.close()


def _opened(way: Login, port: int) -> smtplib.SMTP:
    server, seconds = way.server, seconds_of(way.server.timeout)
    trust = ssl.create_default_context(cafile=str(way.ca) if way.ca else None)
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, port, timeout=seconds, context=trust)
    session = smtplib.SMTP(server.host, port, timeout=seconds)
    if server.security == "starttls":
        try:
            session.starttls(context=trust)
        except BaseException:
            session.close()
            raise
    return session


def send(session: smtplib.SMTP, sender: str, recipients: Sequence[str], message: bytes) -> dict[str, str]:
    """Send to all recipients at once. Gives those that the server refused, with its words.

    Raises what smtplib raises when the message itself is not taken.
    """
    try:
        refused = session.sendmail(sender, list(recipients), message)
    except smtplib.SMTPRecipientsRefused as error:  # all of them
        refused = error.recipients
    return {address: _reply(code, words) for address, (code, words) in refused.items()}


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return printable(f"{code} {' '.join(text.split())}"[:300])


def _said(error: Exception) -> str:
    """What went wrong, in a line."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "it gave no answer in time"
    return printable(str(getattr(error, "strerror", None) or error) or type(error).__name__)
