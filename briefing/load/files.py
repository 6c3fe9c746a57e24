"""Bytes and text from the user's files: regular files of bounded size, in UTF-8, without hidden characters."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from briefing.diagnostics import Diagnostic, Where, shown
from briefing.inputs import FORBIDDEN, about_character

MAX_BYTES = 64 * 2**20
"""The largest file that is read: some 200,000 facts."""


def read_bytes(path: Path, name: str, where: Where) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The bytes of a regular file. `where` is the place in the config that names it."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return b"", (Diagnostic(where, "file-missing", f"{shown(name)} is not a regular file"),)
        if status.st_size > MAX_BYTES:
            message = f"{shown(name)} has {status.st_size // 2**20} MB; at most {MAX_BYTES // 2**20} MB are read"
            return b"", (Diagnostic(where, "file-too-large", message, "split it, or filter it before the feed"),)
        return path.read_bytes(), ()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return b"", (Diagnostic(where, "file-missing", f"{shown(name, 200)} cannot be read: {reason}"),)


def decode(data: bytes, name: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a file that ought to be UTF-8, and what is wrong with it; the text is empty when it is unusable."""
    top = Where(name, line=1, column=1)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", (Diagnostic(top, "encoding", "this file is UTF-16", "save it as UTF-8"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        hint = "the file may be Latin-1 or Windows-1252: save it as UTF-8"
        return "", (Diagnostic(Where(name, line=line, column=column), "encoding", message, hint),)
    if not text.strip():
        return "", (Diagnostic(top, "file-empty", "this file is empty"),)
    if re.match(r"\s*(<!doctype html|<html\b)", text, re.IGNORECASE):
        hint = "a download that failed often leaves the server's error page: fetch it again"
        return "", (Diagnostic(top, "syntax", "this is a web page, not a data file", hint),)
    found = tuple(hidden_character(match, text, name) for match in _first(FORBIDDEN, text, 20))
    return ("" if found else text), found


def crowded(text: str, name: str, most: int) -> tuple[Diagnostic, ...]:
    """What is wrong with a text that may hold more than `most` entries: each of them takes memory, however short."""
    if sum(text.count(mark) for mark in "\n,[{") <= most:
        return ()
    message = f"this file has more than {most} entries"
    return (Diagnostic(Where(name, line=1, column=1), "too-many", message, "split it, or keep older facts elsewhere"),)


def hidden_character(match: re.Match[str], text: str, name: str) -> Diagnostic:
    """The diagnostic for a forbidden character at its place in the text of a file."""
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    return Diagnostic(Where(name, line=line, column=column), "forbidden-character", *about_character(match[0]))


def _first(pattern: re.Pattern[str], text: str, most: int) -> list[re.Match[str]]:
    return [match for match, _ in zip(pattern.finditer(text), range(most), strict=False)]
