"""The page of a draft alone, as its author sees it while writing, made from what has changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from briefing.audit import Audit, once, shows_all
from briefing.charts import drawings, drawings_that_fit
from briefing.compose import as_draft
from briefing.diagnostics import Diagnostic, failed
from briefing.edition import Edition
from briefing.load import Loaded, load
from briefing.load.parsed import NOTHING_PARSED, Parsed
from briefing.pipeline.composing import composed_of, date_of, of_theme, theme_of
from briefing.pipeline.provenance import font_files
from briefing.render import Drawings, Theme, chart_names, charts_in, narrow_charts_in, screen_page
from briefing.templating import TemplateProblem


@dataclass(frozen=True, slots=True)
class Previewed:
    """What `preview` made: the page, or None when something is wrong, and all that is to be said about the input."""

    page: str | None
    diagnostics: tuple[Diagnostic, ...]
    inputs: tuple[Path, ...]
    """The files that were read, beside the config or elsewhere."""
    memory: Memory
    """What the next preview need not make again."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a preview leaves to the next one: nothing is compiled, parsed or drawn twice that is still the same."""

    theme: tuple[str, Theme] | None = None
    """The theme with the hash of its files."""
    parsed: Parsed = NOTHING_PARSED
    fonts: tuple[tuple[str, int], ...] = ()
    """The user's own font files with their sizes, in which the pictures were drawn."""
    wide: Drawings = field(default_factory=dict)
    narrow: Drawings = field(default_factory=dict)
    """Drawings of narrow charts that show all of their figures. An empty one stands for one that does not."""


NO_MEMORY = Memory()


def preview(
    config: Path | str,
    *,
    day: date | None = None,
    now: datetime | None = None,
    cache: Path | None = None,
    memory: Memory = NO_MEMORY,
) -> Previewed:
    """The page of a draft alone, as an author sees it while writing: no PDF, no files, no books, no comparison.

    `cache` is a folder for drawings, `memory` that of the preview before. Raises UsageError when there is no config.
    """
    path = Path(config)
    loaded = load(path, memory.parsed)
    memory = replace(memory, parsed=loaded.parsed)
    inputs = tuple(loaded.folder / name for name in loaded.contents)
    settings = loaded.config
    composed = composed_of(loaded, path.name, date_of(settings, day, now) if settings else None, None)
    found, evidence = composed.found, composed.evidence
    if settings is None or composed.edition is None or evidence is None or failed(found):
        return Previewed(None, found, inputs, memory)
    edition = as_draft(composed.edition)
    memory = _with_drawings(edition, loaded, cache, _with_theme(memory, theme_of(loaded, settings)))
    pictures = {**memory.wide, **{spec: svg for spec, svg in memory.narrow.items() if svg}}
    assert memory.theme is not None  # noqa: S101  # said above
    try:
        page = screen_page(edition, memory.theme[1], pictures)
    except TemplateProblem as problem:
        return Previewed(None, (*found, of_theme(problem, settings)), inputs, memory)
    wrong = once(Audit(edition, evidence, pictures, settings.allow).files({"briefing.html": page.encode()}))
    return Previewed(None if failed(wrong) else page, (*found, *wrong), inputs, memory)


def _with_theme(memory: Memory, read: Theme) -> Memory:
    """The memory with this theme: the one in it where it is the same, with its templates compiled."""
    fingerprint = read.fingerprint
    if memory.theme is not None and (memory.theme[0], memory.theme[1].look) == (fingerprint, read.look):
        return memory
    return replace(memory, theme=(fingerprint, read))


def _with_drawings(edition: Edition, loaded: Loaded, cache: Path | None, memory: Memory) -> Memory:
    """The memory with the drawings of this edition and no others."""
    settings = loaded.config
    folders = tuple(loaded.folder / one for one in settings.fonts) if settings is not None else ()
    fonts = tuple((str(path), path.stat().st_size) for _, path in font_files(loaded))
    before = memory if memory.fonts == fonts else NO_MEMORY
    specs, fitting = charts_in(edition), narrow_charts_in(edition)
    wide = drawings((spec for spec in specs if spec not in before.wide), cache, folders, chart_names(edition))
    new = [spec for spec in fitting if spec not in before.narrow]
    narrow = dict.fromkeys(new, "") | drawings_that_fit(new, cache, folders)
    narrow = {spec: svg if svg and shows_all(spec, svg) else "" for spec, svg in narrow.items()}
    return replace(
        memory,
        fonts=fonts,
        wide={spec: wide[spec] if spec in wide else before.wide[spec] for spec in specs},
        narrow={spec: narrow[spec] if spec in narrow else before.narrow[spec] for spec in fitting},
    )
