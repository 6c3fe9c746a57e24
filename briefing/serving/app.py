"""The application: what is answered, with which headers."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from briefing.serving import api, oembed, pages
from briefing.serving.answers import ATOM, POLICIES, TYPES, answer, as_json, as_text, is_known, type_of, wants_range
from briefing.serving.asked import BadRequestError, asked
from briefing.serving.bodies import Bodies, Body, Coding, coding_for, is_compressible, packed
from briefing.serving.guard import Guard, Say, problem
from briefing.serving.metrics import Measures
from briefing.serving.places import File, Page, View, at, in_issue, seen
from briefing.serving.settings import Reader, ServeSettings, within
from briefing.serving.shelf import Shelf
from briefing.words import words

Endpoint = Callable[[Request], Awaitable[Response]]


def application(shelf: Shelf, settings: ServeSettings, say: Say) -> Starlette:
    """The server for what stands on a shelf."""
    server = _Server(shelf, settings, Bodies(settings.memory_mb * 2**20))
    routes = [
        Route("/health", _named("health", server.health)),
        Route("/metrics", _named("metrics", server.metrics)),
        Route("/oembed", _named("oembed", server.oembed)),
        Route("/api/{name}", _named("api", server.data)),
        Route("/{path:path}", _named("file", server.file)),
    ]
    guard = Middleware(Guard, settings=settings, measures=server.measures, say=say)
    handlers = {HTTPException: server.missing, BadRequestError: _senseless}
    return Starlette(routes=routes, middleware=[guard], exception_handlers=handlers)


async def _senseless(_: Request, error: Exception) -> Response:
    return problem(400, str(error))


def _named(kind: str, endpoint: Endpoint) -> Endpoint:
    async def run(request: Request) -> Response:
        request.scope["state"]["kind"] = kind
        return await endpoint(request)

    return run


@dataclass(frozen=True, slots=True)
class _Server:
    """What all endpoints share."""

    shelf: Shelf
    settings: ServeSettings
    bodies: Bodies
    measures: Measures = field(default_factory=Measures)
    facts: api.Facts = field(default_factory=api.Facts)
    heights: oembed.Heights = field(default_factory=oembed.Heights)

    # Files.

    async def file(self, request: Request) -> Response:
        """A page or file of an edition, of a site, or a list. A query is for the page itself, as that of a search."""
        for _ in range(3):  # an edition can be exchanged while we read
            await self._refresh()
            found = at(request.scope["path"], self.shelf, self._view(request))
            if isinstance(found, Response):
                return found
            if isinstance(found, Page):
                return await self._page(found, request)
            if found is None:
                raise HTTPException(404)
            body = await self._body(found, _coding(found, request))
            if body is not None:
                return answer(body, request, self._headers(found))
        return problem(503, "this is being exchanged just now; ask again")

    async def _refresh(self) -> None:
        if not self.shelf.is_fresh():
            await run_in_threadpool(self.shelf.read)

    async def _body(self, file: File, coding: Coding) -> Body | None:
        """The bytes of a file; None when they are not what the index says, or gone, or others are there meanwhile."""
        try:
            body = self.bodies.kept(file.folder, file.name, coding)
            if body is None:
                body = await run_in_threadpool(self.bodies.read, file.folder, file.name, coding)
                if not self.shelf.is_fresh():
                    return None
        except OSError:
            return None
        return None if file.sha256 and body.sha256 != file.sha256 else body

    def _headers(self, file: File) -> dict[str, str]:
        own = {"content-type": type_of(file.name), "content-security-policy": POLICIES[file.policy]}
        if file.name == "feed.xml":
            own["content-type"] = ATOM
        if file.name == "briefing-embed.js":
            own["cross-origin-resource-policy"] = "cross-origin"  # it is made for other sites
        passing = file.canonical or not file.sha256
        own["cache-control"] = (
            f"{self._shared}, no-cache" if passing else f"{self._shared}, max-age=60, must-revalidate"
        )
        if is_compressible(file.name):
            own["vary"] = "Accept-Encoding"
        if file.canonical:
            own["link"] = f'<{file.canonical}>; rel="canonical"'
        if file.filename:
            own["content-disposition"] = f'inline; filename="{file.filename}"'
        return own

    @property
    def _shared(self) -> str:
        return "private" if self.settings.guarded else "public"

    # Pages of our own.

    async def _page(self, page: Page, request: Request) -> Response:
        """A page of our own: made once for all who see the same, for as long as that is so."""
        coding = coding_for(request.headers.get("accept-encoding", ""))
        key = (page.key, coding)
        body = self.bodies.at(key)
        if body is None:
            body = await run_in_threadpool(self.bodies.made, key, lambda: _packed(page.make(), coding))
        return self._own(body, request, page.policy, page.media)

    def _own(self, body: Body, request: Request, policy: str, media: str) -> Response:
        own = {"content-type": media, "content-security-policy": policy, "vary": "Accept-Encoding, Accept-Language"}
        own |= {"etag": body.etag, "cache-control": f"{self._shared}, no-cache"}
        if is_known(request.headers, body.etag):
            return Response(status_code=304, headers=own)
        return Response(body.data, headers=own | ({"content-encoding": body.coding} if body.coding else {}))

    async def missing(self, request: Request, error: Exception) -> Response:
        """There is nothing, or nothing for this reader: the two look alike."""
        if not isinstance(error, HTTPException) or error.status_code != 404:
            status = getattr(error, "status_code", 500)
            return problem(status, str(getattr(error, "detail", "")))
        if request.scope["path"].startswith("/api/") or "text/html" not in request.headers.get("accept", "text/html"):
            return problem(404, "there is no such thing here")
        own = words(language := _language(request))
        reader = request.scope["state"]["reader"]
        found = seen(self.shelf.collections.values(), reader) if reader is not None else []
        page = pages.problem_page(own["serve_missing"], own["serve_missing_why"], found, language)
        headers = {"content-type": TYPES[".html"], "content-security-policy": pages.STYLED, "vary": "Accept-Language"}
        return Response(page, 404, headers)

    def _view(self, request: Request) -> View:
        """Who asks for what in which language. The host of the request is one that we answer to."""
        base = self.settings.url or f"{request.scope['scheme']}://{request.headers['host']}"
        return View(request.scope["state"]["reader"], _language(request), base.rstrip("/"))

    # Data.

    async def data(self, request: Request) -> Response:
        """The JSON interface."""
        name, query = request.path_params["name"], request.scope["query_string"]
        await self._refresh()
        reader: Reader = request.scope["state"]["reader"]
        coding = coding_for(request.headers.get("accept-encoding", ""))
        made: Mapping[str, Callable[[], Any]] = {
            "briefings": lambda: (asked(query, ()), api.briefings(self.shelf, reader))[1],
            "editions": lambda: api.editions(self.shelf, reader, query),
            "facts": lambda: api.facts(self.shelf, self.facts, reader, query),
            "openapi.json": lambda: (asked(query, ()), api.openapi())[1],
        }
        if name not in made:
            raise HTTPException(404)
        body = await run_in_threadpool(lambda: _packed(as_text(made[name]()), coding))
        return self._own(body, request, POLICIES["data"], TYPES[".json"])

    async def oembed(self, request: Request) -> Response:
        """What another site needs to show an edition (oembed.com)."""
        await self._refresh()
        wish = oembed.wish(request.scope["query_string"])
        if wish.is_xml:
            return problem(501, "there is JSON alone")
        view = self._view(request)
        issue = oembed.issue_of(wish.url, view.base, self.shelf, view.reader)
        if issue is None:
            raise HTTPException(404)
        file = in_issue(issue, "embed.html", self.shelf.collections[issue.briefing], passing=False, site=True)
        if not isinstance(file, File):
            return problem(404, "this edition has no embed.html; `briefing build --format fragment` makes it")
        body = await self._body(file, "")
        if body is None:
            return problem(503, "this is being exchanged just now; ask again")
        text = oembed.answered(issue, self.heights.of(body), view.base, wish)
        return Response(text, headers={"content-type": TYPES[".json"]})

    # The machine's own.

    async def health(self, _: Request) -> Response:
        """Alive, and ready since it has read what there is; it listens only then."""
        return as_json({"status": "ok"})

    async def metrics(self, request: Request) -> Response:
        """Counts for Prometheus."""
        peer = request.scope["client"][0] if request.scope.get("client") else ""
        if not within(peer, self.settings.metrics):
            raise HTTPException(404)
        media = {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
        return Response(self.measures.as_text(self.bodies.size), headers=media)


def _coding(file: File, request: Request) -> Coding:
    """The coding that a file is sent in."""
    if is_compressible(file.name) and not wants_range(request.headers):
        return coding_for(request.headers.get("accept-encoding", ""))
    return ""


def _packed(text: str, coding: Coding) -> Body:
    data = text.encode()
    return packed(data, hashlib.sha256(data).hexdigest(), 0, coding)


def _language(request: Request) -> str:
    return pages.language_for(request.headers.get("accept-language", ""))
