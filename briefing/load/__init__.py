"""Load the user's files: the only stage that reads them. Everything later works on what stands here."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from glob import has_magic
from pathlib import Path

from pydantic import TypeAdapter

from briefing.config import CONFIG, Config
from briefing.config.feeds import Feed
from briefing.config.fields import FilePath
from briefing.diagnostics import Diagnostic, Locator, Where, shown
from briefing.edition import MapOutline
from briefing.errors import UsageError
from briefing.inputs import FORBIDDEN, Document, Table
from briefing.load.documents import document
from briefing.load.files import read_bytes
from briefing.load.look import find_letters, glyphs_of, read_logo
from briefing.load.outlines import outlines
from briefing.load.parsed import NOTHING_PARSED, Parsed, Parsing
from briefing.load.tables import table
from briefing.shape import checked

_KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".geojson": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".xlsx": "xlsx",
}


@dataclass(frozen=True)
class Loaded:
    """The user's files as read. `contents` are the bytes of every input by its name."""

    folder: Path
    config: Config | None
    documents: tuple[Document, ...] = ()
    tables: tuple[Table | None, ...] = ()
    """One for each feed of the config; None for one that could not be read."""
    outlines: tuple[MapOutline, ...] = ()
    """Areas of the user's own for maps."""
    contents: dict[str, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    letters: tuple[tuple[str, Path], ...] = ()
    """The font files of the look's own families, each with its family."""
    glyphs: frozenset[int] = frozenset()
    """The characters that the config's fonts have."""
    parsed: Parsed = field(default=NOTHING_PARSED, repr=False)
    """Every file as it was parsed, for the next reading."""

    @property
    def files(self) -> dict[str, Locator]:
        """Every parsed file by its name, in the order of reading."""
        return {one.name: one for one in self.documents}


def load_config(config_path: Path) -> Loaded:
    """Read the config alone. Raises UsageError when there is none."""
    read = _opened(config_path, Parsing(NOTHING_PARSED))
    if read.diagnostics:
        return read
    config, problems = checked(CONFIG, read.documents[0].root, Where(config_path.name))
    return replace(read, config=config, diagnostics=problems)


def load_look(config_path: Path) -> Loaded:
    """Read the config, the logo and the fonts of its look, and no facts. Raises UsageError when there is no config."""
    read = load_config(config_path)
    if read.config is None:
        return read
    where, problems = Where(config_path.name) / "look", list(read.diagnostics)
    contents = dict(read.contents)
    problems += read_logo(read.config, read.folder, where, contents)
    letters = find_letters(read.config, read.folder, where, problems)
    return replace(read, contents=contents, letters=letters, diagnostics=tuple(problems))


def _opened(config_path: Path, parsing: Parsing) -> Loaded:
    """The config as a tree of text, not looked at yet."""
    folder = config_path.parent
    name = config_path.name
    if not os.path.isfile(config_path):  # noqa: PTH113  # is_file() fails on long names
        raise UsageError(f"there is no file {config_path}")
    data, found = read_bytes(config_path, name, Where(name))
    contents = {name: data}
    if found:
        return Loaded(folder, None, contents=contents, diagnostics=found)
    root, found = parsing.of(document, data, name)
    return Loaded(folder, None, (root,), contents=contents, diagnostics=found)


def load(config_path: Path, before: Parsed = NOTHING_PARSED) -> Loaded:
    """Read the config, and every facts file and table that it names. Raises UsageError when there is no config.

    `before` is what was parsed at an earlier reading.
    """
    parsing = Parsing(before)
    read = _opened(config_path, parsing)
    if read.diagnostics:
        return read
    folder, name, contents, (root,) = read.folder, config_path.name, read.contents, read.documents
    config, problems = checked(CONFIG, root.root, Where(name))
    diagnostics: list[Diagnostic] = list(problems)
    documents = [root]
    for number, pattern in enumerate(config.facts if config is not None else _facts_patterns(root.root)):
        where = Where(name) / "facts" / number
        for path in _matching(folder, pattern, where, diagnostics):
            shown_name = _relative(path, folder)
            if shown_name in contents:
                continue
            if FORBIDDEN.search(shown_name):
                message = f"the name of {shown(shown_name)} has a character that no log and no manifest can hold"
                diagnostics.append(Diagnostic(where, "bad-path", message, "rename the file"))
                continue
            data, problems = read_bytes(path, shown_name, where)
            diagnostics += problems
            contents[shown_name] = data
            if not problems:
                made, problems = parsing.of(document, data, shown_name)
                documents.append(made)
                diagnostics += problems
    tables = [
        _feed_table(feed, folder, Where(name) / "feeds" / number / "file", contents, diagnostics, parsing)
        for number, feed in enumerate(config.feeds if config is not None else ())
    ]
    areas = _outlines(config, folder, Where(name) / "maps" / "outlines", contents, diagnostics, parsing)
    read = replace(read, config=config, documents=tuple(documents), tables=tuple(tables), outlines=areas)
    if config is not None:
        where = Where(name) / "look"
        diagnostics += read_logo(config, folder, where, contents)
        letters = find_letters(config, folder, where, diagnostics)
        read = replace(read, letters=letters, glyphs=glyphs_of(config, folder))
    return replace(read, contents=contents, diagnostics=tuple(diagnostics), parsed=Parsed(parsing.now))


def _facts_patterns(tree: object) -> tuple[str, ...]:
    """Where a config that is wrong elsewhere says the facts are, so that what is wrong with them is said as well."""
    given = tree.get("facts") if isinstance(tree, dict) else None
    patterns = [given] if isinstance(given, str) else given
    if not isinstance(patterns, list):
        return ("facts/*.yaml",)
    adapter = TypeAdapter(FilePath)
    return tuple(one for one in patterns if checked(adapter, one, Where(""))[0] is not None)


def _feed_table(
    feed: Feed, folder: Path, where: Where, contents: dict[str, bytes], diagnostics: list[Diagnostic], parsing: Parsing
) -> Table | None:
    path = folder / feed.file
    kind = feed.format or _KINDS.get(path.suffix.lower())
    if kind is None:
        message = f"the ending of {shown(feed.file)} does not tell its format"
        diagnostics.append(Diagnostic(where, "bad-path", message, "add format: csv, tsv, json, ndjson or xlsx"))
        return None
    data, problems = read_bytes(path, feed.file, where)
    contents[feed.file] = data
    if not problems:
        made, problems = parsing.of(table, data, feed.file, kind, head=feed.head, keys=feed.rows, sheet=feed.sheet)
    diagnostics += problems
    return None if problems else made


def _outlines(
    config: Config | None,
    folder: Path,
    where: Where,
    contents: dict[str, bytes],
    diagnostics: list[Diagnostic],
    parsing: Parsing,
) -> tuple[MapOutline, ...]:
    given = config.maps.outlines if config is not None and config.maps is not None else None
    if given is None:
        return ()
    data, problems = read_bytes(folder / given.file, given.file, where / "file")
    contents[given.file] = data
    areas: tuple[MapOutline, ...] = ()
    if not problems:
        areas, problems = parsing.of(outlines, data, given.file, given.name)
    diagnostics += problems
    return areas


def _matching(folder: Path, pattern: str, where: Where, diagnostics: list[Diagnostic]) -> list[Path]:
    if not has_magic(pattern):
        return [folder / pattern]
    try:
        paths = sorted(path for path in folder.glob(pattern) if path.is_file())
    except (OSError, ValueError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        diagnostics.append(Diagnostic(where, "bad-path", f"{shown(pattern)} is not a pattern: {reason}"))
        return []
    if not paths:
        hint = "the pattern is read from the folder of the config"
        diagnostics.append(Diagnostic(where, "file-missing", f"no file fits {shown(pattern)}", hint))
    return paths


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
