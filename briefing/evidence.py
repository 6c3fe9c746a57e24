"""What one edition may print: the facts that hold on its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from briefing.edition import MapOutline
from briefing.facts import Fact, Indicator, Series, Source


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one edition may print, each thing by its id."""

    date: date
    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    facts: dict[str, Fact]
    """Facts that hold on the date, the latest figure of each series among them."""
    series: dict[str, Series]
    """Series up to the date."""
    later: frozenset[str]
    """Facts and series that hold only after the date."""
    superseded: frozenset[str]
    """Facts that another fact of this edition replaces."""
    refused: frozenset[str]
    """Ids of what could not be taken from the files."""
    max_age: str | None
    """How long a figure stays fresh where neither it nor its indicator says so."""
    whole: bool
    """Whether every file and entry could be taken; if not, a fact may be missing through no fault of the block's."""
    outlines: tuple[MapOutline, ...] = ()
    """Areas of the user's own for maps."""
