"""What every request passes first: its form, its host, who asks; and what every answer carries."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from briefing.serving.answers import POLICIES, as_json
from briefing.serving.asked import MAX_QUERY
from briefing.serving.metrics import Measures
from briefing.serving.settings import NotAllowedError, ServeSettings, is_loopback, reader_of

Say = Callable[..., None]
"""Says what happened: `say(event, message, level, **more)`."""

METHODS = "GET, HEAD, OPTIONS"
MAX_PATH = 1000
"""Bytes of a path; more are refused with 414."""
MAX_HEADERS = 16_384
_FOR_ALL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
_OPEN = {"/health"}
"""What answers to any host and anybody: it says nothing about what is served."""


class _UnsentError(Exception):
    """An answer that the connection did not take."""


class Guard:
    """Refuses what makes no sense, finds out who asks, adds the headers that keep pages safe, logs and counts."""

    def __init__(self, app: ASGIApp, settings: ServeSettings, measures: Measures, say: Say) -> None:
        self.app, self.settings, self.measures, self.say = app, settings, measures, say
        own = [settings.url.split("/")[2].partition(":")[0].lower()] if settings.url else []
        self.hosts = {*settings.hosts, *own}
        self.ancestors = " ".join(("'self'", *settings.frame_ancestors))
        self.apart = "cross-origin" if settings.cors or settings.frame_ancestors else "same-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (the protocol of ASGI)."""
        if scope["type"] != "http":
            return
        begun = time.perf_counter()
        headers = Headers(raw=scope["headers"])
        said: dict[str, Any] = {"status": 500, "bytes": 0, "begun": False}
        state = scope.setdefault("state", {})
        state |= {"kind": "refused", "reader": None, "ancestors": self.ancestors}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                said.update(status=message["status"], begun=True)
                self._protect(MutableHeaders(raw=message["headers"]), headers, message["status"])
            else:
                said["bytes"] += len(message.get("body", b"")) if scope["method"] != "HEAD" else 0
            try:
                await send(message)
            except Exception as error:
                raise _UnsentError(str(error)) from error

        try:
            refusal = self._refusal(scope, headers) or self._preflight(scope, headers)
            await (refusal or self.app)(scope, receive, sending)
        except _UnsentError as error:  # the client is gone, or has said what is no HTTP after its request
            self.say("unsent", f"an answer could not be sent: {error}", "warning")
        except Exception:
            self.say("failure", traceback.format_exc(), "error")
            if said["begun"]:  # half an answer is sent: only a broken connection says that it is none
                raise
            await problem(500, "something went wrong here; the log says what")(scope, receive, sending)
        finally:
            self._count(scope, state, said, time.perf_counter() - begun)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Why this request is not answered, if so."""
        raw: bytes = scope.get("raw_path") or b""
        names = [name for name, _ in scope["headers"]]
        refused: Response | None = None
        if scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            refused = problem(405, f"this is for reading: the methods are {METHODS}")
            refused.headers["allow"] = METHODS
        elif len(raw) > MAX_PATH or len(scope["query_string"]) > MAX_QUERY:
            refused = problem(414, f"a path has at most {MAX_PATH} bytes, a query {MAX_QUERY}")
        elif len(names) > 100 or sum(len(name) + len(text) for name, text in scope["headers"]) > MAX_HEADERS:
            refused = problem(431, f"there are at most 100 headers of {MAX_HEADERS} bytes together")
        elif not raw.startswith(b"/") or re.search(rb"(?i)%(?:2f|5c|0[0-9a-f]|1[0-9a-f]|7f)|[\\\x00-\x20]", raw):
            refused = problem(400, "this is not a path of this server")
        elif headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            refused = problem(413, "a request for reading has no body")
            refused.headers["connection"] = "close"
        elif names.count(b"host") != 1 or not (scope["path"] in _OPEN or self._answers_to(headers["host"])):
            refused = problem(421, "this server does not answer to this name")
        else:
            refused = self._stranger(scope, headers)
        return refused

    def _answers_to(self, host: str) -> bool:
        name = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?", host)
        return name is not None and (name[1].lower() in self.hosts or is_loopback(name[1].strip("[]").lower()))

    def _stranger(self, scope: Scope, headers: Headers) -> Response | None:
        """An answer for those who have to show first who they are; else the reader is known from here on."""
        if scope["path"] in _OPEN or (scope["method"] == "OPTIONS" and "origin" in headers):
            return None
        peer = scope["client"][0] if scope.get("client") else ""
        try:
            reader = reader_of(scope["headers"], peer, self.settings)
        except NotAllowedError:
            reader = None
        if reader is None:
            refused = problem(401, "show who you are: Authorization: Bearer TOKEN")
            refused.headers["www-authenticate"] = 'Bearer realm="briefing"'
            return refused
        scope["state"]["reader"] = reader
        return None

    def _preflight(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["method"] != "OPTIONS":
            return None
        answer = Response(status_code=204, headers={"allow": METHODS})
        if self._may_read(headers.get("origin", "")) and "access-control-request-method" in headers:
            tokens = [] if "*" in self.settings.cors else ["Authorization"]
            answer.headers["access-control-allow-methods"] = METHODS
            answer.headers["access-control-allow-headers"] = ", ".join([*tokens, "If-None-Match", "Range"])
            answer.headers["access-control-max-age"] = "600"
        return answer

    def _may_read(self, origin: str) -> bool:
        return bool(origin) and ("*" in self.settings.cors or origin.lower() in self.settings.cors)

    def _protect(self, answer: MutableHeaders, asked: Headers, status: int) -> None:
        """The headers of every answer. Credentials of other sites are never asked for, so none go with `*`."""
        for name, text in _FOR_ALL.items():
            answer.setdefault(name, text)
        policy = answer.get("content-security-policy", POLICIES["data"])
        answer["content-security-policy"] = f"{policy}; frame-ancestors {self.ancestors}"
        if not self.settings.frame_ancestors:
            answer.setdefault("x-frame-options", "SAMEORIGIN")  # for browsers that know no frame-ancestors
        answer.setdefault("cross-origin-resource-policy", self.apart)
        answer.setdefault("cache-control", "no-store" if status >= 400 else "no-cache")
        vary = [answer["vary"]] if "vary" in answer else []
        if self.settings.guarded:
            vary.append("Authorization")
            if self.settings.proxy is not None:
                vary += [self.settings.proxy.header, self.settings.proxy.groups_header]
        if self.settings.cors:
            vary.append("Origin")
            origin = asked.get("origin", "")
            if self._may_read(origin):
                answer["access-control-allow-origin"] = "*" if "*" in self.settings.cors else origin
                answer["access-control-expose-headers"] = "ETag, Content-Range, Link"
        if vary:
            answer["vary"] = ", ".join(vary)

    def _count(self, scope: Scope, state: dict[str, Any], said: dict[str, Any], seconds: float) -> None:
        kind, status = state["kind"], said["status"]
        self.measures.answers[kind, status] += 1
        self.measures.seconds[kind] += seconds
        self.measures.bytes += said["bytes"]
        path = scope["path"][:200]
        method = scope["method"][:20]
        reader = state["reader"].name if state["reader"] is not None else ""
        peer = scope["client"][0] if scope.get("client") else ""
        more = {"method": method, "path": path, "status": status, "bytes": said["bytes"], "peer": peer}
        level = "warning" if status >= 500 else "info"
        self.say("request", f"{method} {path} {status}", level, **more, reader=reader, seconds=round(seconds, 4))


def problem(status: int, message: str) -> Response:
    """What is wrong with a request, for programs."""
    return as_json({"error": {"status": status, "message": message}}, status)
