"""The settings of a server: who may see what, which names it answers to, which other sites may embed it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema

from briefing.diagnostics import Diagnostic, Where, located
from briefing.errors import InputError, UsageError
from briefing.facts import Marking, rank
from briefing.fields import Id, SomeText, WebAddress, problem, text_of, whole
from briefing.load.documents import document
from briefing.load.files import read_bytes
from briefing.shape import checked


def _origin(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    parts = urlsplit(text) if len(text) <= 300 and re.fullmatch(r"[!-~]+", text) else None
    plain = re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", text)
    if parts is None or plain is None:
        hint = "write scheme and host, such as https://intranet.example"
        raise problem("bad-url", f"{text[:60]!r} is not the origin of a site", hint)
    return text.lower()


def _origin_or_any(given: Any) -> str:  # noqa: ANN401
    return "*" if given == "*" else _origin(given)


def _host(given: Any) -> str:  # noqa: ANN401
    text = text_of(given).lower()
    if not re.fullmatch(r"[a-z0-9.-]{1,253}", text):
        hint = "write a name without scheme and port, such as briefings.example"
        raise problem("bad-url", f"{text[:60]!r} is not the name of a host", hint)
    return text


def _network(given: Any) -> str:  # noqa: ANN401
    text = text_of(given)
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        hint = "write addresses such as 10.0.0.5 or 10.0.0.0/24"
        raise problem("bad-choice", f"{text[:60]!r} is not an address or network", hint) from error


def _hash(given: Any) -> str:  # noqa: ANN401
    text = text_of(given).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        hint = "`briefing serve --new-token NAME` prints a token and its hash"
        raise problem("bad-id", "this is not the SHA-256 of a token", hint)
    return text


def _header(given: Any) -> str:  # noqa: ANN401
    text = text_of(given).lower()
    if not re.fullmatch(r"[a-z0-9-]{1,60}", text) or text in {"authorization", "cookie", "host"}:
        raise problem("bad-id", f"{text[:60]!r} cannot be the header of a proxy", "write a name such as X-Remote-User")
    return text


_TEXT = WithJsonSchema({"type": "string"})
Origin = Annotated[str, BeforeValidator(_origin), _TEXT]
OriginOrAny = Annotated[str, BeforeValidator(_origin_or_any), _TEXT]
Host = Annotated[str, BeforeValidator(_host), _TEXT]
Network = Annotated[str, BeforeValidator(_network), _TEXT]
Sha256 = Annotated[str, BeforeValidator(_hash), _TEXT]
Header = Annotated[str, BeforeValidator(_header), _TEXT]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Access(_Model):
    """What somebody may see."""

    briefings: tuple[Id, ...] = Field((), description="The ids of briefings; without them, all.")
    marking: Marking = Field("TLP:CLEAR", description="The highest TLP marking. What has none is TLP:CLEAR here.")


class Token(Access):
    """A program that shows a token."""

    name: SomeText = Field(description="Whose it is, for the log.")
    sha256: Sha256 = Field(description="The SHA-256 of the token; the token itself stands nowhere.")


class Proxy(_Model):
    """A proxy that knows its users and names them in a header."""

    addresses: Annotated[tuple[Network, ...], Field(min_length=1)] = Field(
        alias="from", description="Addresses of proxies that are believed; from others the headers are not there."
    )
    header: Header = Field("x-remote-user", description="The header that names the user.")
    groups_header: Header = Field(
        "x-remote-groups", description="The header that names the user's groups, with commas between."
    )
    users: dict[str, Access] = Field({}, description="What users may see, by name.")
    groups: dict[str, Access] = Field({}, description="What members of groups may see.")


class ServeSettings(_Model):
    """The settings of `briefing serve`."""

    url: WebAddress | None = Field(
        None, description="The public address, for feeds and oEmbed. By default what the request asks for."
    )
    hosts: tuple[Host, ...] = Field(
        (), description="Names that the server answers to, besides that of `url` and those of this machine."
    )
    anonymous: Access | None = Field(None, description="What may be seen without a token or user.")
    tokens: tuple[Token, ...] = Field((), description="Programs that may see more.")
    proxy: Proxy | None = Field(None, description="A proxy in front that knows its users.")
    frame_ancestors: tuple[Origin, ...] = Field((), description="Sites that may show pages in a frame.")
    cors: tuple[OriginOrAny, ...] = Field(
        (), description='Sites whose scripts may read; "*" for all, without a token then.'
    )
    metrics: tuple[Network, ...] = Field(("127.0.0.0/8", "::1/128"), description="Addresses that may read /metrics.")
    connections: Annotated[int, whole(1, 10_000)] = Field(512, description="Connections at one time.")
    memory_mb: Annotated[int, whole(8, 4096)] = Field(64, description="Memory for files that are asked for often.")

    @property
    def guarded(self) -> bool:
        """Whether readers can show who they are."""
        return bool(self.tokens or self.proxy)


SETTINGS = TypeAdapter(ServeSettings)


def read_settings(path: Path | None) -> ServeSettings:
    """The settings in a file, or the defaults. Raises InputError with diagnostics, or UsageError when it is missing."""
    if path is None:
        return ServeSettings()
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    found: tuple[Diagnostic, ...]
    data, found = read_bytes(path, path.name, Where(path.name))
    if found:
        raise InputError(found)
    tree, found = document(data, path.name)
    if found:
        raise InputError(found)
    settings, found = checked(SETTINGS, tree.root, Where(path.name), ServeSettings)
    if settings is None:
        raise InputError(located(found, {path.name: tree}))
    return settings


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks, with all that they may see. The name is for the log."""

    name: str
    access: tuple[Access, ...]

    def ceiling(self, briefing: str) -> int:
        """The rank of the highest marking that they may see of a briefing; -1 when none of it is for them."""
        theirs = (one for one in self.access if not one.briefings or briefing in one.briefings)
        return max((rank(one.marking) for one in theirs), default=-1)


EVERYTHING = Access(marking="TLP:RED")


def check_door(settings: ServeSettings, host: str) -> ServeSettings:
    """The settings for a server on the address `host`, with what nobody may see without being asked for said.

    On this machine alone, and without tokens or a proxy, the one who starts the server sees everything. Raises
    UsageError when others could come in and nobody said what they may see, or under which name they may ask.
    """
    if is_loopback(host):
        open_to_all = settings.anonymous is None and not settings.guarded
        return settings.model_copy(update={"anonymous": EVERYTHING}) if open_to_all else settings
    if settings.anonymous is None and not settings.guarded:
        raise UsageError(
            f"others can reach a server on {host}: say in the settings what they may see, under anonymous:, tokens: or "
            "proxy:"
        )
    if settings.url is None and not settings.hosts:
        raise UsageError(f"a server on {host} has to know its names: add url: or hosts: to the settings")
    return settings


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address of a peer lies in one of the networks."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(given, ipaddress.IPv6Address) and given.ipv4_mapped is not None:
        given = given.ipv4_mapped
    return any(given in ipaddress.ip_network(one) for one in networks)


class NotAllowedError(Exception):
    """A token that nobody has, or headers of a proxy that contradict one another."""


def reader_of(headers: Iterable[tuple[bytes, bytes]], peer: str, settings: ServeSettings) -> Reader | None:
    """Who asks, by the headers of the request and the address of the other end. None when that has to be shown first.

    Raises NotAllowedError.
    """
    if not settings.guarded:
        return Reader("", (settings.anonymous,)) if settings.anonymous is not None else None
    common = (settings.anonymous,) if settings.anonymous is not None else ()
    shown = [value for name, value in headers if name == b"authorization"]
    if shown:
        return _by_token(shown, settings.tokens, common)
    if settings.proxy is not None and within(peer, settings.proxy.addresses):
        user = _only(headers, settings.proxy.header)
        if user:
            groups = [one.strip() for one in _only(headers, settings.proxy.groups_header).split(",")]
            mine = (settings.proxy.users.get(user), *(settings.proxy.groups.get(one) for one in groups))
            return Reader(user, (*common, *(one for one in mine if one is not None)))
    return Reader("", common) if common else None


def _by_token(shown: list[bytes], tokens: tuple[Token, ...], common: tuple[Access, ...]) -> Reader:
    scheme, _, token = shown[0].partition(b" ")
    if len(shown) > 1 or scheme.lower() != b"bearer":
        raise NotAllowedError
    digest = hashlib.sha256(token.strip()).hexdigest()
    mine = [one for one in tokens if hmac.compare_digest(one.sha256, digest)]  # all are compared, found or not
    if not mine:
        raise NotAllowedError
    return Reader(mine[0].name, (*common, *mine))


def _only(headers: Iterable[tuple[bytes, bytes]], name: str) -> str:
    """The value of a header that a proxy sets. Twice it is no longer known which one the proxy set."""
    values = [value for key, value in headers if key == name.encode()]
    if len(values) > 1:
        raise NotAllowedError
    return values[0].decode("utf-8", "replace").strip() if values else ""


def new_token(name: str) -> tuple[str, str]:
    """A new token, and the lines of the settings that let it in."""
    token = secrets.token_urlsafe(32)  # 256 bits: a hash without salt cannot be guessed back
    digest = hashlib.sha256(token.encode()).hexdigest()
    return token, f'tokens:\n  - name: "{name}"\n    sha256: {digest}\n    marking: TLP:GREEN\n'
