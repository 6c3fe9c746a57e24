"""The application: which address gives what, and to whom."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from briefing.serving import api, pages
from briefing.serving.answers import ATOM, OEMBED, POLICIES, TYPES, answer, as_json, is_known, type_of, wants_range
from briefing.serving.asked import BadRequestError, Parameter, asked, number
from briefing.serving.bodies import Bodies, Body, Coding, coding_for, is_compressible, packed
from briefing.serving.guard import Guard, Measures, Say, problem
from briefing.serving.settings import Reader, ServeSettings, within
from briefing.serving.shelf import Collection, Issue, Shelf
from briefing.sites import SITE
from briefing.words import words

Endpoint = Callable[[Request], Awaitable[Response]]


def application(shelf: Shelf, settings: ServeSettings, say: Say) -> Starlette:
    """The server for what stands on a shelf."""
    server = _Server(shelf, settings, Bodies(settings.memory_mb * 2**20), Measures(), api.Facts())
    routes = [
        Route("/health", _named("health", server.health)),
        Route("/metrics", _named("metrics", server.metrics)),
        Route("/oembed", _named("oembed", server.oembed)),
        Route("/api/{name}", _named("api", server.data)),
        Route("/{path:path}", _named("file", server.file)),
    ]
    guard = Middleware(Guard, settings=settings, measures=server.measures, say=say)
    return Starlette(routes=routes, middleware=[guard], exception_handlers={HTTPException: server.missing})


def _named(kind: str, endpoint: Endpoint) -> Endpoint:
    async def run(request: Request) -> Response:
        request.scope["state"]["kind"] = kind
        return await endpoint(request)

    return run


_URL = Parameter("url", "The address of an edition, or of a briefing's latest.", ".{1,1000}", required=True)
_WIDTH = Parameter("maxwidth", "Pixels.", lowest=1, highest=10_000, default=720)
_HEIGHT = Parameter("maxheight", "Pixels.", lowest=1, highest=10_000, default=800)
_FORM = Parameter("format", "json alone.", "json|xml")


@dataclass(frozen=True, slots=True)
class _Place:
    """A file to answer with."""

    folder: Any
    name: str
    policy: str
    canonical: str = ""
    """The lasting address of what has a passing one."""
    sha256: str = ""
    """What the index says of its bytes; empty for a site's own pages."""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class _Server:
    """What all endpoints share."""

    shelf: Shelf
    settings: ServeSettings
    bodies: Bodies
    measures: Measures
    facts: api.Facts

    # Files.

    async def file(self, request: Request) -> Response:
        """A page or file of an edition, of a site, or a list."""
        asked(request.scope["query_string"], ())
        for _ in range(3):  # an edition can be exchanged while we read
            await self._refresh()
            found = self._at(request.scope["path"], _reader(request), request)
            if isinstance(found, Response):
                return found
            if found is None:
                raise HTTPException(404)
            body = await self._body(found, request)
            if body is not None and self.shelf.is_fresh():
                return answer(body, request, self._headers(found))
        return problem(503, "this is being exchanged just now; ask again")

    async def _refresh(self) -> None:
        if not self.shelf.is_fresh():
            await run_in_threadpool(self.shelf.read)

    async def _body(self, place: _Place, request: Request) -> Body | None:
        """The bytes of a file, or None when they are not what the index says, or gone."""
        coding: Coding = ""
        if is_compressible(place.name) and not wants_range(request.headers):
            coding = coding_for(request.headers.get("accept-encoding", ""))
        try:
            body = self.bodies.kept(place.folder, place.name, coding)
            if body is None:
                body = await run_in_threadpool(self.bodies.read, place.folder, place.name, coding)
        except OSError:
            return None
        return None if place.sha256 and body.sha256 != place.sha256 else body

    def _headers(self, place: _Place) -> dict[str, str]:
        own = {"content-type": type_of(place.name), "content-security-policy": POLICIES[place.policy]}
        if place.name == "feed.xml":
            own["content-type"] = ATOM
        if place.name == "briefing-embed.js":
            own["cross-origin-resource-policy"] = "cross-origin"  # it is made for other sites
        passing = place.canonical or not place.sha256
        shared = "private" if self.settings.guarded else "public"
        own["cache-control"] = f"{shared}, no-cache" if passing else f"{shared}, max-age=60, must-revalidate"
        if is_compressible(place.name):
            own["vary"] = "Accept-Encoding"
        if place.canonical:
            own["link"] = f'<{place.canonical}>; rel="canonical"'
        if place.filename:
            own["content-disposition"] = f'inline; filename="{place.filename}"'
        return own

    def _at(self, path: str, reader: Reader, request: Request) -> _Place | Response | None:
        """What stands at an address, for this reader. Every part of it is looked up; none becomes a path."""
        parts = path.split("/")[1:]
        if parts == [""]:
            return self._made(pages.list_of_briefings(self._seen(reader), _language(request)), request, pages.STYLED)
        collection = self.shelf.collections.get(parts[0])
        issues = collection.seen_by(reader) if collection is not None else ()
        if collection is None or not issues:
            return None
        if len(parts) == 1:
            return RedirectResponse(f"/{collection.briefing}/", 308)
        issue, rest, passing = _issue_at(parts[1:], collection, issues, reader)
        site = collection.has_site_for(reader)
        if issue is not None:
            return _in_issue(issue, rest, collection, passing=passing, site=site)
        name = "/".join(parts[1:])
        name = f"{name}index.html" if not name or name.endswith("/") else name
        if site and name in collection.site and not _is_dated(name):
            return _Place(collection.folder / SITE, name, "site" if name.endswith(".html") else "data")
        if name == "index.html":
            return self._made(pages.list_of_editions(issues), request, pages.STYLED)
        if name == "feed.xml":
            return self._made(pages.feed(issues, self._base(request)), request, POLICIES["data"], ATOM)
        return None

    def _seen(self, reader: Reader) -> list[tuple[Collection, Issue]]:
        found = [(one, one.seen_by(reader)) for one in self.shelf.collections.values()]
        return [(collection, issues[0]) for collection, issues in found if issues]

    def _made(self, text: str, request: Request, policy: str, media: str = TYPES[".html"]) -> Response:
        """A page of our own, made just now."""
        data = text.encode()
        coding = coding_for(request.headers.get("accept-encoding", ""))
        body = packed(data, hashlib.sha256(data).hexdigest(), 0, coding)
        shared = "private" if self.settings.guarded else "public"
        own = {"content-type": media, "content-security-policy": policy, "vary": "Accept-Encoding, Accept-Language"}
        own |= {"etag": body.etag, "cache-control": f"{shared}, no-cache"}
        if is_known(request.headers, body.etag):
            return Response(status_code=304, headers=own)
        return Response(body.data, headers=own | ({"content-encoding": coding} if coding else {}))

    async def missing(self, request: Request, error: Exception) -> Response:
        """There is nothing, or nothing for this reader: the two look alike."""
        if not isinstance(error, HTTPException) or error.status_code != 404:
            status = getattr(error, "status_code", 500)
            return problem(status, str(getattr(error, "detail", "")))
        if request.scope["path"].startswith("/api/") or "text/html" not in request.headers.get("accept", "text/html"):
            return problem(404, "there is no such thing here")
        own = words(language := _language(request))
        reader = request.scope["state"]["reader"]
        found = self._seen(reader) if reader is not None else []
        page = pages.problem_page(own["serve_missing"], own["serve_missing_why"], found, language)
        headers = {"content-type": TYPES[".html"], "content-security-policy": pages.STYLED, "vary": "Accept-Language"}
        return Response(page, 404, headers)

    def _base(self, request: Request) -> str:
        """The public address without a slash at its end. The host of the request is one that we answer to."""
        return (self.settings.url or f"{request.scope['scheme']}://{request.headers['host']}").rstrip("/")

    # Data.

    async def data(self, request: Request) -> Response:
        """The JSON interface."""
        name, query = request.path_params["name"], request.scope["query_string"]
        await self._refresh()
        reader = _reader(request)
        made: Mapping[str, Callable[[], Any]] = {
            "briefings": lambda: (asked(query, ()), api.briefings(self.shelf, reader))[1],
            "editions": lambda: api.editions(self.shelf, reader, query),
            "facts": lambda: api.facts(self.shelf, self.facts, reader, query),
            "openapi.json": lambda: (asked(query, ()), api.openapi())[1],
        }
        if name not in made:
            raise HTTPException(404)
        try:
            content = await run_in_threadpool(made[name])
        except BadRequestError as error:
            return problem(400, str(error))
        plain = as_json(content)
        return self._made(bytes(plain.body).decode(), request, POLICIES["data"], TYPES[".json"])

    async def oembed(self, request: Request) -> Response:
        """What another site needs to show an edition (oembed.com)."""
        await self._refresh()
        try:
            found = asked(request.scope["query_string"], (_URL, _WIDTH, _HEIGHT, _FORM))
        except BadRequestError as error:
            return problem(400, str(error))
        if found.get("format") == "xml":
            return problem(501, "there is JSON alone")
        issue = self._issue_of(found["url"], request)
        if issue is None:
            raise HTTPException(404)
        collection = self.shelf.collections[issue.briefing]
        base, width = self._base(request), min(number(found, _WIDTH), 720)
        height = min(number(found, _HEIGHT), 800)
        embeddable = _in_issue(issue, "embed.html", collection, passing=False, site=True) is not None
        address = f"{base}{issue.address}" + ("embed.html" if embeddable else "")
        content = {
            "type": "rich",
            "version": "1.0",
            "title": issue.title,
            "provider_name": issue.publisher or issue.title,
            "provider_url": f"{base}/{issue.briefing}/",
            "cache_age": 300,
            "html": pages.frame(address, issue.title, width, height),
            "width": width,
            "height": height,
        }
        return as_json(content, media=OEMBED)

    def _issue_of(self, url: str, request: Request) -> Issue | None:
        """The edition that an address of ours names, if this reader may see it."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        base = urlsplit(self._base(request))
        path = parts.path.removeprefix(base.path) if base.path else parts.path
        if (parts.scheme, parts.netloc.lower()) != (base.scheme, base.netloc.lower()) or not path.startswith("/"):
            return None
        pieces = path.split("/")[1:]
        collection = self.shelf.collections.get(pieces[0])
        issues = collection.seen_by(_reader(request)) if collection is not None else ()
        if collection is None or not issues:
            return None
        rest = pieces[1:] if pieces[1:] not in ([], [""]) else ["latest"]
        return _issue_at(rest, collection, issues, _reader(request))[0]

    # The machine's own.

    async def health(self, _: Request) -> Response:
        """Alive, and ready since it has read what there is; it listens only then."""
        return as_json({"status": "ok"})

    async def metrics(self, request: Request) -> Response:
        """Counts for Prometheus, in its text format."""
        peer = request.scope["client"][0] if request.scope.get("client") else ""
        if not within(peer, self.settings.metrics):
            raise HTTPException(404)
        of_kind, seconds = self.measures.answers, self.measures.seconds
        lines = [
            "# HELP briefing_http_requests_total Requests by kind and status.",
            "# TYPE briefing_http_requests_total counter",
            *(
                f'briefing_http_requests_total{{kind="{kind}",status="{status}"}} {count}'
                for (kind, status), count in sorted(of_kind.items())
            ),
            "# HELP briefing_http_request_seconds_total Seconds spent on requests by kind.",
            "# TYPE briefing_http_request_seconds_total counter",
            *(f'briefing_http_request_seconds_total{{kind="{kind}"}} {seconds[kind]:.6f}' for kind in sorted(seconds)),
            "# HELP briefing_http_response_bytes_total Bytes of bodies.",
            "# TYPE briefing_http_response_bytes_total counter",
            f"briefing_http_response_bytes_total {self.measures.bytes}",
            "# HELP briefing_http_cache_bytes Bytes of files that are kept in memory.",
            "# TYPE briefing_http_cache_bytes gauge",
            f"briefing_http_cache_bytes {self.bodies.size}",
            "# HELP briefing_http_memory_bytes The most memory that the server has had.",
            "# TYPE briefing_http_memory_bytes gauge",
            f"briefing_http_memory_bytes {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}",
        ]
        media = {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
        return Response("\n".join(lines) + "\n", headers=media)


def _reader(request: Request) -> Reader:
    reader: Reader = request.scope["state"]["reader"]
    return reader


def _language(request: Request) -> str:
    return pages.language_for(request.headers.get("accept-language", ""))


def _is_dated(name: str) -> bool:
    """Whether a name in a site lies in the folder of an edition; whether there is one, the index of editions says."""
    return name.startswith("latest/") or name[4:5] == "-"


def _issue_at(
    parts: list[str], collection: Collection, issues: tuple[Issue, ...], reader: Reader
) -> tuple[Issue | None, str, bool]:
    """The edition that an address is in, the name of the file there, and whether the address is a passing one."""
    if parts[0] == "latest":
        return collection.latest_for(reader), "/".join(parts[1:]) if len(parts) > 1 else "/", True
    dated = {one.address.split("/", 2)[2]: one for one in issues}
    for depth in (2, 1):
        issue = dated.get("/".join(parts[:depth]) + "/")
        if issue is not None and len(parts) >= depth:
            return issue, "/".join(parts[depth:]) if len(parts) > depth else "/", False
    return None, "", False


def _in_issue(
    issue: Issue, name: str, collection: Collection, *, passing: bool, site: bool
) -> _Place | Response | None:
    """A file of an edition. "/" is the address without the slash at its end, which leads to the one with it."""
    here = issue.address if not passing else f"/{issue.briefing}/latest/"
    if name == "/":
        return RedirectResponse(here, 308)
    below = f"{issue.address.split('/', 2)[2]}{name or 'index.html'}"
    canonical = f"{issue.address}{name}" if passing else ""
    if site and issue in collection.issues and below in collection.site:
        if name in {"", "index.html"}:
            return _Place(collection.folder / SITE, below, "site", canonical)
        if name == "oembed.json":
            return _Place(collection.folder / SITE, below, "data", canonical)
    if name == "embed.html" and name not in issue.outputs and below in collection.site and issue in collection.issues:
        return _Place(collection.folder / SITE, below, "site", canonical)
    output = name if name not in {"", "index.html"} else "briefing.html"
    if output not in issue.outputs:
        return None
    policy = "page" if output.endswith(".html") else _POLICY_OF.get(output.rpartition(".")[2], "data")
    filename = f"{issue.briefing}-{issue.day}.pdf" if output == "briefing.pdf" else ""
    return _Place(issue.folder, output, policy, canonical, issue.outputs[output], filename)


_POLICY_OF = {"svg": "picture", "pdf": "paper"}
