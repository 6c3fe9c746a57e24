"""Answers in HTTP: validators and 304, ranges, codings, and the headers that keep a page in its place."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from briefing.serving.bodies import Body

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}
ATOM = "application/atom+xml; charset=utf-8"
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
POLICIES = {
    "page": f"{_NOTHING}; style-src 'unsafe-inline'; font-src data:; img-src data:",
    "site": "default-src 'none'; base-uri 'none'; form-action 'self'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:",
    "picture": f"{_NOTHING}; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox",
    "paper": "object-src 'none'",  # a browser's reader of PDFs is a page of its own: a narrower policy leaves it blank
    "data": f"{_NOTHING}; sandbox",
}
"""The Content-Security-Policy of each kind of answer; frame-ancestors is added."""
_SLICE = 256 * 1024


class Sliced(Response):
    """A body sent in slices, so that a slow reader holds no copy of all of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it (the protocol of ASGI)."""
        del receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        whole = memoryview(self.body)
        if scope["method"] == "HEAD" or len(whole) <= _SLICE:
            await send({"type": "http.response.body", "body": self.body})
            return
        for start in range(0, len(whole), _SLICE):
            more = start + _SLICE < len(whole)
            await send({"type": "http.response.body", "body": bytes(whole[start : start + _SLICE]), "more_body": more})


def type_of(name: str) -> str:
    """The media type of a file."""
    return TYPES.get(os.path.splitext(name)[1], "application/octet-stream")  # noqa: PTH122  # every request


def wants_range(headers: Headers) -> bool:
    """Whether a part of a file is asked for; parts are of the file itself, not of a coding."""
    return "range" in headers


def answer(body: Body, request: Request, own: Mapping[str, str]) -> Response:
    """A representation, or what the request's conditions and ranges make of it (RFC 9110, 13 and 14).

    `own` are the headers of the answer, Content-Type among them.
    """
    headers = request.headers
    common = {
        **own,
        "etag": body.etag,
        "last-modified": formatdate(int(body.modified), usegmt=True),
        "accept-ranges": "bytes",
    }
    if body.coding:
        common["content-encoding"] = body.coding
    if is_known(headers, body.etag, int(body.modified)):
        return Response(status_code=304, headers={k: v for k, v in common.items() if k not in _OF_CONTENT})
    part = _part(headers, body) if request.method == "GET" else None
    if part is None:
        return Sliced(body.data, headers=common)
    if not part:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(body.data)}"})
    common["content-range"] = f"bytes {part.start}-{part.stop - 1}/{len(body.data)}"
    return Sliced(body.data[part.start : part.stop], 206, common)


_OF_CONTENT = {"content-type", "content-encoding", "content-disposition", "accept-ranges"}


def is_known(headers: Headers, etag: str, modified: int | None = None) -> bool:
    """Whether the one who asks has this representation already."""
    given = headers.get("if-none-match")
    if given is not None:
        return given.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in given[:2000].split(","))
    since = _moment(headers.get("if-modified-since"))
    return modified is not None and since is not None and modified <= since


def _moment(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, OverflowError):
        return None


def _part(headers: Headers, body: Body) -> range | None:
    """The bytes that are asked for: None for all of them, an empty range for what is not there."""
    given, size = headers.get("range"), len(body.data)
    match = re.fullmatch(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", given or "")
    if match is None or match[0].strip() == "bytes=-" or body.coding:  # several parts may be answered by the whole
        return None
    condition = headers.get("if-range")
    if condition is not None and condition != body.etag and _moment(condition) != int(body.modified):
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size) if int(last) else range(0)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last or size) + 1, size)) if int(first) < size else range(0)


def as_text(content: Any) -> str:  # noqa: ANN401
    """Data as JSON."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_json(content: Any, status: int = 200) -> Response:  # noqa: ANN401
    """Data as an answer."""
    return Response(as_text(content), status, {"content-type": TYPES[".json"]})
