"""The script of `<briefing-embed>`, as a page gets it: without comments, indentation and needless spaces."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPT_NAME = "briefing-embed.js"
_SPACED = re.compile(r" (=>|={1,3}|&&|\|\||\?{1,2}) |(?<=\)) (?=\{)|(?<=\bif) (?=\()")


def _short(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    code = "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
    return _SPACED.sub(lambda found: found[1] or "", code)


SCRIPT = _short((Path(__file__).parent / SCRIPT_NAME).read_text(encoding="utf-8"))
