"""Where editions go: the archive, mail, deliveries."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema

from briefing.config.fields import FilePath, Model, one_or_more
from briefing.facts import Marking
from briefing.fields import Duration, Short, Url, one_line, problem, text_of, web_address, whole


def _site_address(given: Any) -> str:  # noqa: ANN401
    """The address of a folder on the web: names of files are put after it."""
    text = web_address(given)
    if re.search("[?#]", text):
        message = "the address of the site has a query or a fragment, so no name of a file can follow it"
        raise problem("bad-url", message, f"write {re.split('[?#]', text)[0][:200]}")
    return text


SiteAddress = Annotated[
    str,
    BeforeValidator(_site_address),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?:[^?#]*$"}),
]


class Archive(Model):
    """The site of all editions. Where a config has it, `briefing run` keeps the site as new as its editions."""

    url: SiteAddress | None = Field(
        None, description="Where the site is read, such as https://intranet.example/briefings/ukraine/."
    )
    ceiling: Marking | None = Field(
        None, description="The highest marking in it; an edition that prints anything above it is left out."
    )


def _mailbox(given: Any) -> str:  # noqa: ANN401
    """One address with or without a name (RFC 5322, 3.4), in a form that no header can be broken with."""
    text = one_line(given, 300)
    found = getaddresses([text])
    name, address = found[0] if len(found) == 1 else ("", "")
    if not _ADDRESS.fullmatch(address) or address not in text or re.search(r"[\x00-\x1f\x7f]", text):
        hint = "write sitroom@example.org, or Situation Room <sitroom@example.org>; a name with a comma goes in quotes"
        raise problem("bad-address", f"{text[:60]!r} is not an address of e-mail", hint)
    return str(Address(name, addr_spec=address))


_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
)
Mailbox = Annotated[str, BeforeValidator(_mailbox), WithJsonSchema({"type": "string", "maxLength": 300})]
Mailboxes = Annotated[tuple[Mailbox, ...], BeforeValidator(one_or_more)]


class MailList(Model):
    """Readers who get one message together."""

    to: Annotated[Mailboxes, Field(min_length=1)] = Field(description="Who it is addressed to.")
    cc: Mailboxes = Field((), description="Who gets a copy, for all to see.")
    bcc: Mailboxes = Field((), description="Who gets a copy that nobody else sees.")
    ceiling: Marking | None = Field(
        None, description="The highest marking that goes to them; an edition above it is not sent to this list."
    )
    unsubscribe: Annotated[Url, Field(max_length=900)] | None = Field(
        None, description="Where readers leave the list: a mailto or https address."
    )


class MailServer(Model):
    """The server that takes messages for sending. The password stands in BRIEFING_SMTP_PASSWORD or in a file."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")] = Field(description="Its name or address.")
    port: Annotated[int, whole(1, 65535)] | None = Field(
        None, description="Its port; 587 for starttls, 465 for tls and 25 for none by default."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is encrypted; `none` is for a server on this machine, without user."
    )
    user: Short | None = Field(None, description="The user to log in as.")
    password_file: FilePath | None = Field(None, description="A file that holds the password and nothing else.")
    ca: FilePath | None = Field(None, description="Certificates (PEM) to trust instead of the system's.")
    timeout: Duration = Field("30 seconds", description="How long the server may take for an answer.")


class Mail(Model):
    """What `briefing mail` writes or sends."""

    sender: Mailbox = Field(alias="from", description="Who it is from.")
    reply_to: Mailboxes = Field((), description="Where answers go, if not to the sender.")
    lists: tuple[MailList, ...] = Field((), description="Who it goes to.")
    server: MailServer | None = Field(None, description="The server that sends it.")
    when: Literal["asked", "new"] = Field(
        "asked", description="`new`: `briefing run` mails the newest edition to whoever has not had it."
    )
    attach_mb: Annotated[int, whole(0, 50)] = Field(
        8, description="The largest PDF that is attached, in MB; above it, a link stands where `archive` has a `url`."
    )


def _target(given: Any) -> str:  # noqa: ANN401
    """Where to deliver: a folder, an S3 bucket or an SFTP server. No secret can be in it."""
    text = text_of(given)
    hint = "write a folder such as /srv/www/briefings, s3://bucket/prefix, or sftp://user@host/folder"
    scheme, mark, rest = text.partition("://")
    if not text or len(text) > 500 or re.search(r"[\x00-\x1f\x7f]", text):
        raise problem("bad-url", "this is not a place to deliver to", hint)
    if not mark:
        return text
    if scheme not in {"s3", "sftp", "file"}:
        raise problem("bad-url", f"{scheme[:20]!r} is not a way to deliver", hint)
    login, at, _ = rest.partition("/")[0].rpartition("@")
    if at and (":" in login or scheme != "sftp"):
        message = "a password or key does not belong in the config"
        raise problem("bad-url", message, "SFTP takes keys of ~/.ssh or its agent, S3 those of AWS's own settings")
    try:
        host = urlsplit(f"//{rest}").netloc.rpartition("@")[2]
        urlsplit(f"//{rest}").port  # noqa: B018  # refuses what is none
    except ValueError:
        host = ""
    if (scheme == "file") == bool(host) or re.search("[?#]", host):
        raise problem("bad-url", "this is not a whole address to deliver to", hint)
    return text


class Destination(Model):
    """A place that editions are delivered to."""

    to: Annotated[str, BeforeValidator(_target), WithJsonSchema({"type": "string"})] = Field(
        description="A folder, s3://BUCKET/PREFIX or sftp://USER@HOST/FOLDER; the briefing's own folder is made in it."
    )
    known_hosts: FilePath | None = Field(
        None, description="SFTP: a file with the server's key, in the form of ~/.ssh/known_hosts, to use instead of it."
    )


def _destination(given: Any) -> Any:  # noqa: ANN401
    return {"to": given} if isinstance(given, str) else given


DestinationField = Annotated[
    Destination, BeforeValidator(_destination, json_schema_input_type=Annotated[str, Field()] | Destination)
]
