"""The script of `<briefing-embed>`, as a page gets it: without comments and indentation, always the same bytes."""

from __future__ import annotations

from pathlib import Path

SCRIPT_NAME = "briefing-embed.js"


def _short(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


SCRIPT = _short((Path(__file__).parent / SCRIPT_NAME).read_text(encoding="utf-8"))
