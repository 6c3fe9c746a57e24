"""Cited situation briefings as PDF and HTML, from structured facts.

The verbs of the command line are functions here:

>>> import briefing
>>> report = briefing.check("config.yaml")
>>> built = briefing.build("config.yaml", day=date(2022, 4, 9))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.archiving import archive
    from briefing.delivery import deliver
    from briefing.embedding import snippet as embed
    from briefing.history import diff, impact, show
    from briefing.mailing import mail
    from briefing.pipeline import build, check
    from briefing.running import run, schedule
    from briefing.schemas import json_schema as schema
    from briefing.serving import serve
    from briefing.starter import start as new

    preview: Callable[..., None]  # mypy takes the import for that of serving's module of this name

__all__ = [
    "archive",
    "build",
    "check",
    "deliver",
    "diff",
    "embed",
    "impact",
    "mail",
    "new",
    "preview",
    "run",
    "schedule",
    "schema",
    "serve",
    "show",
]

_ROOMS = {
    "archive": ("briefing.archiving", "archive"),
    "build": ("briefing.pipeline", "build"),
    "check": ("briefing.pipeline", "check"),
    "deliver": ("briefing.delivery", "deliver"),
    "diff": ("briefing.history", "diff"),
    "embed": ("briefing.embedding", "snippet"),
    "impact": ("briefing.history", "impact"),
    "mail": ("briefing.mailing", "mail"),
    "new": ("briefing.starter", "start"),
    "preview": ("briefing.serving", "preview"),
    "run": ("briefing.running", "run"),
    "schedule": ("briefing.running", "schedule"),
    "schema": ("briefing.schemas", "json_schema"),
    "serve": ("briefing.serving", "serve"),
    "show": ("briefing.history", "show"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load a verb when it is first used: `import briefing` itself costs nothing."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'briefing' has no attribute {name!r}")
    from importlib import import_module

    room, verb = _ROOMS[name]
    return getattr(import_module(room), verb)
