"""The JSON interface: briefings, editions and facts as their published data have them, page by page."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from importlib import metadata
from typing import Any

from briefing.regular import read_below
from briefing.serving.asked import BadRequestError, Parameter, asked, number
from briefing.serving.settings import Reader
from briefing.serving.shelf import Issue, Shelf

_ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,79}"
_LIMIT = Parameter("limit", "How many at most.", lowest=1, highest=500, default=100)
_BRIEFING = Parameter("briefing", "Only of this briefing, by its id.", _ID)
_FROM = Parameter("from", "Only editions of this date or later.", is_date=True)
_TO = Parameter("to", "Only editions of this date or earlier.", is_date=True)
_REVISIONS = Parameter("revisions", "all: earlier revisions of a date as well as the current one.", "current|all")
_CURSOR = Parameter(
    "cursor",
    "Where to go on: next of the page before.",
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}~{_ID}~[0-9]{{1,6}}~[0-9]{{1,6}}",
)
EDITIONS = (_BRIEFING, _FROM, _TO, _REVISIONS, _LIMIT, _CURSOR)
_FIELDS = ("indicator", "subject", "said_by", "place", "status")
FACTS = (
    _BRIEFING,
    Parameter(
        "edition",
        "latest: of the newest edition of each briefing, which is so without from and to; or of the edition of a date.",
        "latest|[0-9]{4}-[0-9]{2}-[0-9]{2}",
    ),
    _FROM,
    _TO,
    *(Parameter(name, f"Only facts with just this {name}.") for name in _FIELDS),
    Parameter("tag", "Only facts with this tag."),
    Parameter("q", "Only facts with each of these words in claim, label, subject, asserter, place or note."),
    _LIMIT,
    _CURSOR,
)
_SEARCHED = ("claim", "label", "subject", "said_by", "place", "note")
_MOST_READ = 100
"""Editions that are read for one page. A page can be short of its limit and still have a next."""


class Facts:
    """The facts of editions, of those asked for lately."""

    def __init__(self, most: int = 20_000) -> None:
        self.most = most
        self._kept: OrderedDict[tuple[object, str], tuple[dict[str, Any], ...]] = OrderedDict()
        self._count = 0
        self._lock = threading.Lock()

    def of(self, issue: Issue) -> tuple[dict[str, Any], ...]:
        """The facts that an edition prints, in its order; none where its data are no longer what the index knows."""
        key = (issue.folder, issue.outputs["briefing.json"]) if "briefing.json" in issue.outputs else None
        if key is None:
            return ()
        with self._lock:
            if key not in self._kept:
                facts = _facts_in(issue)
                if facts is None:
                    return ()
                self._kept[key] = facts
                self._count += len(facts)
                while self._count > self.most and len(self._kept) > 1:
                    self._count -= len(self._kept.popitem(last=False)[1])
            self._kept.move_to_end(key)
            return self._kept[key]


def _facts_in(issue: Issue) -> tuple[dict[str, Any], ...] | None:
    try:
        data, _ = read_below(issue.folder, "briefing.json")
    except OSError:
        return None
    return tuple(json.loads(data)["facts"]) if sha256(data).hexdigest() == issue.outputs["briefing.json"] else None


def briefings(shelf: Shelf, reader: Reader) -> Any:  # noqa: ANN401
    """Every briefing that a reader may see anything of."""
    items = []
    for one in shelf.collections.values():
        seen = one.seen_by(reader)
        if seen:
            first = seen[0]
            about = {"id": one.briefing, "title": first.title, "language": first.language}
            count = sum(issue.current for issue in seen)
            latest = {"date": first.day, "url": first.address}
            items.append(
                about
                | {"publisher": first.publisher or None, "editions": count, "latest": latest}
                | {"url": f"/{one.briefing}/"}
            )
    return {"items": items}


def editions(shelf: Shelf, reader: Reader, query: bytes) -> Any:  # noqa: ANN401
    """The editions that a reader may see, the newest first."""
    found = asked(query, EDITIONS)
    limit, start = number(found, _LIMIT), _start(found)
    chosen = [one for one in _issues(shelf, reader, found) if found.get("revisions") == "all" or one.current]
    ahead = [one for one in chosen if _place(one) >= start[0]]
    return {
        "items": [_edition(one) for one in ahead[:limit]],
        "next": _cursor(ahead[limit], 0) if len(ahead) > limit else None,
    }


def facts(shelf: Shelf, kept: Facts, reader: Reader, query: bytes) -> Any:  # noqa: ANN401
    """The facts that editions print, as far as a reader may see them: the newest edition first, each in its order."""
    found = asked(query, FACTS)
    if "edition" in found and ("from" in found or "to" in found):
        raise BadRequestError("edition and from or to exclude one another")
    limit, (start, offset) = number(found, _LIMIT), _start(found)
    fits = _filter(found)
    chosen = found if {"edition", "from", "to"} & set(found) else {**found, "edition": "latest"}
    items: list[dict[str, Any]] = []
    ahead = [one for one in _issues(shelf, reader, chosen) if one.current and _place(one) >= start]
    for read, issue in enumerate(ahead):
        if read == _MOST_READ:
            return {"items": items, "next": _cursor(issue, 0)}
        for position, fact in enumerate(kept.of(issue)):
            if (position < offset and _place(issue) == start) or not fits(fact):
                continue
            if len(items) == limit:
                return {"items": items, "next": _cursor(issue, position)}
            items.append(_of_edition(issue) | {"fact": fact})
    return {"items": items, "next": None}


def _issues(shelf: Shelf, reader: Reader, found: Mapping[str, str]) -> list[Issue]:
    """What a reader may see of the briefing and the dates asked for, in the order of pages."""
    day = found.get("edition", "")
    low, high = found.get("from", ""), found.get("to", "9")
    chosen: list[Issue] = []
    for one in shelf.collections.values():
        if found.get("briefing", one.briefing) == one.briefing:
            seen = one.seen_by(reader)
            chosen += seen[:1] if day == "latest" else (i for i in seen if low <= i.day <= high and day in {"", i.day})
    return sorted(chosen, key=_place)


def _place(issue: Issue) -> tuple[int, str, int]:
    """Where an edition stands among all: by date, the newest first, then by briefing, then by revision."""
    return -int(issue.day.replace("-", "")), issue.briefing, 0 if issue.current else 10_000 - issue.revision


def _cursor(issue: Issue, position: int) -> str:
    _, briefing, revision = _place(issue)
    return f"{issue.day}~{briefing}~{revision}~{position}"


def _start(found: Mapping[str, str]) -> tuple[tuple[int, str, int], int]:
    """The place of the edition that a page begins in, and the place of the fact in it."""
    if "cursor" not in found:
        return (-(10**8), "", 0), 0
    day, briefing, revision, position = found["cursor"].split("~")
    return (-int(day.replace("-", "")), briefing, int(revision)), int(position)


def _filter(found: Mapping[str, str]) -> Callable[[Mapping[str, Any]], bool]:
    wanted = {name: found[name] for name in _FIELDS if name in found}
    tag, terms = found.get("tag"), found.get("q", "").casefold().split()

    def fits(fact: Mapping[str, Any]) -> bool:
        if any(fact.get(name) != text for name, text in wanted.items()):
            return False
        if tag is not None and tag not in (fact.get("tags") or ()):
            return False
        text = "\n".join(str(fact.get(name) or "") for name in _SEARCHED).casefold() if terms else ""
        return all(term in text for term in terms)

    return fits


def _of_edition(issue: Issue) -> dict[str, Any]:
    return {"briefing": issue.briefing, "edition": issue.day, "revision": issue.revision, "url": issue.address}


def _edition(issue: Issue) -> dict[str, Any]:
    files = [{"name": name, "url": f"{issue.address}{name}", "sha256": sha} for name, sha in issue.outputs.items()]
    own = {"title": issue.title, "language": issue.language, "publisher": issue.publisher or None}
    more = {"marking": issue.marking or None, "reason": issue.reason or None, "produced": issue.produced}
    return _of_edition(issue) | {"current": issue.current} | own | more | {"facts": issue.facts, "files": files}


# OpenAPI.


def openapi() -> dict[str, Any]:
    """The description of this interface (OpenAPI 3.1), made from the same declarations that requests are read by."""
    from briefing.schemas import json_schema

    definitions = json.loads(json_schema("edition").replace("#/$defs/", "#/components/schemas/"))["$defs"]
    records = {name: definitions[name] for name in ("FactRecord", "ValueRecord", "CitationRecord")}
    place = {"briefing": _TEXT, "edition": _DATE, "revision": _COUNT, "url": _TEXT}
    file = _object({"name": _TEXT, "url": _TEXT, "sha256": _TEXT})
    schemas = {
        **records,
        "Briefing": _object(
            {"id": _TEXT, "title": _TEXT, "language": _TEXT, "publisher": _MAYBE, "editions": _COUNT}
            | {"latest": _object({"date": _DATE, "url": _TEXT}), "url": _TEXT}
        ),
        "Edition": _object(
            place
            | {"current": {"type": "boolean"}, "title": _TEXT, "language": _TEXT, "publisher": _MAYBE}
            | {"marking": _MAYBE, "reason": _MAYBE, "produced": _TEXT, "facts": _COUNT}
            | {"files": {"type": "array", "items": file}}
        ),
        "PrintedFact": _object(place | {"fact": {"$ref": "#/components/schemas/FactRecord"}}),
        "Problem": _object({"error": _object({"status": _COUNT, "message": _TEXT})}),
    }
    paths = {
        "/api/briefings": _get("The briefings.", "Briefing", (), paged=False),
        "/api/editions": _get("Editions, the newest first.", "Edition", EDITIONS),
        "/api/facts": _get("The facts that editions print.", "PrintedFact", FACTS),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "briefing",
            "version": metadata.version("briefing"),
            "description": "Published editions and their facts, for reading. Nobody sees what is marked above their "
            "rights. A page may be short of its limit and still have a next: it ends after 100 editions.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _get(sentence: str, item: str, parameters: Iterable[Parameter], *, paged: bool = True) -> dict[str, Any]:
    items: dict[str, Any] = {"items": {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}}
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    schema = _object(items | ({"next": _MAYBE} if paged else {}))
    return {
        "get": {
            "summary": sentence,
            "parameters": [one.as_openapi for one in parameters],
            "responses": {
                "200": {"description": "What was found.", "content": {"application/json": {"schema": schema}}},
                "400": {"description": "The query makes no sense.", "content": problem},
                "401": {"description": "A token is wanted, or nobody has this one.", "content": problem},
            },
        }
    }
