"""From a letter to a message on the wire: headers, parts, and the same bytes for the same letter.

RFC 5322 (headers), RFC 2045 to 2047 (MIME), RFC 2387 (multipart/related), RFC 2369 and 2919 (List- headers), RFC 8058
(one-click), RFC 3834 (Auto-Submitted), FIRST TLP 2.0 (the marking in the subject, before the text and at its end).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import cast
from urllib.parse import quote, urlsplit, urlunsplit

from briefing.config.sending import Mail, MailList
from briefing.diagnostics import printable
from briefing.mailing.letter import Letter
from briefing.words import words

MARKINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""From what all may read to what nobody may pass on (FIRST TLP 2.0)."""


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header of ids and addresses: Python would write long ones as encoded words, which no program reads."""

    def fold(self, *, policy: policy.Policy) -> str:
        """One line; it holds ASCII, and less than the 998 of RFC 5322, 2.1.1."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references", "list-id", "list-unsubscribe", "list-archive"):
    _HEADERS.map_to_type(_name, _Verbatim)
_KEPT = "%/:?#[]@!$&'()*+,;=~"
"""What stays as it is in an address: RFC 3986, 2.2, and what is percent-encoded already."""
_LONGEST = 900
"""Letters of an address in a header: a line holds 998 (RFC 5322, 2.1.1)."""
_POLICY = policy.SMTP.clone(max_line_length=76, header_factory=_HEADERS)  # 76: RFC 2045, 6.7 (5)


def above(markings: Iterable[str], ceiling: str | None) -> str:
    """The highest of the markings, if it is above the ceiling."""
    highest = max((one for one in markings if one in MARKINGS), key=MARKINGS.index, default="")
    return highest if ceiling and highest and MARKINGS.index(highest) > MARKINGS.index(ceiling) else ""


def subject(letter: Letter) -> str:
    """The marking, whether it is a correction, the title and the date, on one line.

    What looks like an encoded word (RFC 2047) would be decoded, by Python first: it is parted by a space of no width.
    """
    edition = letter.edition
    title = f"{edition.title}: {', '.join(one for one in (edition.day, edition.date_text) if one)}"
    title = words(edition.language)["corrected"].format(title) if edition.revision > 1 else title
    text = f"[{edition.marking}] {title}" if edition.marking else title
    return printable(" ".join(text.split())).replace("=?", "=\N{ZERO WIDTH SPACE}?")


def message_id(letter: Letter, sender: str, made_from: str, revision: int) -> str:
    """The Message-ID of an issue, the same whenever its message is made (RFC 5322, 3.6.4)."""
    edition = letter.edition
    digest = hashlib.sha256(f"{edition.briefing} {edition.date} {revision} {made_from}".encode()).hexdigest()
    return f"<{edition.briefing}.{edition.date}.{revision}.{digest[:16]}@{domain(sender)}>"


def domain(mailbox: str) -> str:
    """The domain of an address."""
    return bare(mailbox).rpartition("@")[2]


def bare(mailbox: str) -> str:
    """An address without its name."""
    return getaddresses([mailbox])[0][1]


def message(letter: Letter, settings: Mail, to: MailList | None, when: datetime, first_id: str, archive: str) -> bytes:
    """The message to one list, or to nobody yet. `first_id` is what a correction answers to, or "".

    Copies that nobody sees (bcc) are not in it.
    """
    edition = letter.edition
    made = EmailMessage(policy=_POLICY)
    made["Subject"] = subject(letter)
    made["From"] = _addresses([settings.sender])
    for name, mailboxes in (
        ("Reply-To", settings.reply_to),
        ("To", to.to if to else ()),
        ("Cc", to.cc if to else ()),
    ):
        if mailboxes:
            made[name] = _addresses(mailboxes)
    made["Date"] = format_datetime(when)
    made["Message-ID"] = message_id(letter, settings.sender, letter.made_from, edition.revision)
    if first_id:
        made["In-Reply-To"] = first_id
        made["References"] = first_id
    made["List-Id"] = f"<{edition.briefing.lower()}.{domain(settings.sender)}>"
    if to is not None and to.unsubscribe:
        made["List-Unsubscribe"] = f"<{_in_ascii(to.unsubscribe)}>"
        if to.unsubscribe.startswith("https:"):
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if archive and len(held := _in_ascii(archive)) <= _LONGEST:
        made["List-Archive"] = f"<{held}>"
    made["Auto-Submitted"] = "auto-generated"
    _fill(made, letter)
    made["Content-Language"] = edition.language
    return made.as_bytes()


def _in_ascii(address: str) -> str:
    """An address of the web as a header can hold it: RFC 3987, 3.1."""
    parts = urlsplit(address)
    try:
        host = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(parts.netloc, safe=_KEPT)
    return urlunsplit((parts.scheme, host, *(quote(one, safe=_KEPT) for one in parts[2:])))


def _addresses(mailboxes: Iterable[str]) -> tuple[Address, ...]:
    return tuple(Address(name, addr_spec=address) for name, address in getaddresses(list(mailboxes)))


def _content_id(name: str, letter: Letter) -> str:
    """The Content-ID of a picture, of one length for all: some programs misread a header that is folded."""
    edition = letter.edition
    digest = hashlib.sha256(f"{edition.briefing} {edition.date} {letter.made_from} {name}".encode()).hexdigest()
    return f"{digest[:24]}@{edition.date}.briefing"


def _fill(made: EmailMessage, letter: Letter) -> None:
    """The parts: the PDF beside two ways to read the text, one of them with its pictures."""
    edition = letter.edition
    made.set_content(letter.text, cte="quoted-printable")
    html = re.sub(r'"asset:([^"]+)"', lambda name: f'"cid:{_content_id(name[1], letter)}"', letter.html)
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    page = cast("list[EmailMessage]", made.get_payload())[1]
    for name, data in letter.pictures.items():
        kind = name.rpartition(".")[2]
        page.add_related(data, "image", kind, cid=f"<{_content_id(name, letter)}>", filename=name, disposition="inline")
    if letter.pdf is not None:
        name = f"{edition.briefing}-{edition.date}.pdf"
        made.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=name)
    for n, part in enumerate(part for part in made.walk() if part.is_multipart()):
        digest = hashlib.sha256(f"{n} {letter.made_from}".encode()).hexdigest()
        part.set_boundary(f"=_{digest[:32]}")  # Python's own is random; "=_" stands in no quoted-printable text
    for part in made.walk():
        del part["MIME-Version"]
    made["MIME-Version"] = "1.0"
