"""A sign of life to a watcher on the network. Loaded only when the config names one; nothing else uses the network."""

from __future__ import annotations

import http.client
import threading
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit

PATIENCE = 10.0
"""Seconds to wait for the watcher, all in all."""


class _SafeRedirects(request.HTTPRedirectHandler):
    """Follows a redirect within http and https, but never from https to http."""

    def redirect_request(self, req: request.Request, *more: Any) -> request.Request | None:  # noqa: ANN401
        """The request to make instead; None for none, which is an HTTPError then."""
        made = super().redirect_request(req, *more)
        return made if made is not None and made.type in {req.type, "https"} else None


def beat(url: str, *, good: bool, patience: float = PATIENCE) -> str:
    """Ask the watcher's address, with /fail behind it after a failure. Gives what went wrong, or nothing."""
    trouble = [f"no answer after {patience:g} s"]

    def ask() -> None:
        trouble[0] = _asked(url if good else failure_of(url), patience)

    asking = threading.Thread(target=ask, daemon=True)  # a name server or a slow answer knows no limit of time
    asking.start()
    asking.join(patience)
    return trouble[0]


def failure_of(url: str) -> str:
    """The address that tells of a failure: /fail behind the path, before a query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def _asked(url: str, patience: float) -> str:
    opener = request.OpenerDirector()  # build_opener() would add file:, ftp: and data:
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
        _SafeRedirects(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", "briefing")]
    try:
        opener.open(url, timeout=patience).close()
    except HTTPError as error:
        error.close()
        return f"{error.code} {error.reason}"
    except URLError as error:
        return str(error.reason)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    return ""
