"""The configuration of one briefing: every key with its type, its default and a sentence."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from briefing.config.blocks import SectionConfig
from briefing.config.feeds import Feed
from briefing.config.fields import (
    FORMATS,
    BooksAddress,
    FilePath,
    Format,
    Model,
    Prose,
    Words,
    Yes,
    one_or_more,
    zone_of,
)
from briefing.config.look import Look
from briefing.config.sending import Archive, DestinationField, Mail
from briefing.facts import Marking
from briefing.fields import At, DayField, Duration, Id, Language, MaxAge, Short, SomeText, WebAddress, whole


class DayCounter(Model):
    """Counts calendar days in the briefing's time zone, such as "Day 45"."""

    label: Short = Field("Day", description="The word before the number.")
    start: DayField = Field(alias="from", description="The date of the first day.")
    first: Annotated[int, whole(0, 1)] = Field(1, description="The number of that first day: 1, or 0.")


class Limits(Model):
    """What one edition may cost; beyond it the build stops and the last good edition stays."""

    seconds: Annotated[int, whole(1, 3600)] = Field(120, description="Seconds for printing the PDF.")
    memory_mb: Annotated[int, whole(256, 65536)] = Field(2000, description="Memory for printing the PDF, in MB.")
    facts: Annotated[int, whole(1, 100_000)] = Field(5000, description="Facts that one edition may print.")


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Schedule(Model):
    """When editions are due, for `briefing run` and `briefing schedule`."""

    at: At = Field("06:00", description="The time of day from which the day's edition is due, in `timezone`.")
    days: Annotated[tuple[Weekday, ...], BeforeValidator(one_or_more), Field(min_length=1)] = Field(
        WEEKDAYS, description="The days of the week that have an edition."
    )
    first: DayField | None = Field(None, description="The date of the first edition; nothing is due before it.")
    catch_up: Annotated[int, whole(1, 366)] = Field(
        7, description="How many editions back `--catch-up` looks for missing ones."
    )
    time_limit: Duration = Field("10 minutes", description="How long one edition may take, such as 90 seconds.")
    mark_failures: Yes = Field(
        default=False,
        description="When an edition cannot be made, `latest` leads to the last good one with a notice that says so.",
    )
    heartbeat: WebAddress | None = Field(
        None, description="An address to ask after each run; with /fail behind it when the run failed."
    )
    metrics: FilePath | None = Field(
        None, description="A folder for the metrics file, such as that of node_exporter's textfile collector."
    )


class OutlinesConfig(Model):
    """Areas of the user's own for maps: a GeoJSON file of polygons."""

    file: FilePath = Field(description="The GeoJSON file, beside the config.")
    name: Short = Field(description="The property that holds the name of an area.")


class MapsConfig(Model):
    """What all maps of the briefing need."""

    disclaimer: SomeText = Field(
        description="A sentence printed under every map: what its boundaries and names do not mean."
    )
    outlines: OutlinesConfig | None = Field(None, description="Areas of one's own beside those of the program.")


# The whole.


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "briefing"


class Config(Model):
    """One briefing."""

    title: SomeText = Field(description="The title.")
    subtitle: Short | None = Field(None, description="A line below the title.")
    briefing: Id | None = Field(
        None, description="The id: the name of its folder in out/. Made from the title by default."
    )
    date: DayField | None = Field(
        None, description="The edition's date, for a one-off; --date goes before it, today is the default."
    )
    language: Language = Field("en", description="The language of the edition, a BCP 47 tag.")
    timezone: Annotated[str, BeforeValidator(zone_of)] = Field("UTC", description="The time zone in which days begin.")
    publisher: Short | None = Field(None, description="Who issues it.")
    marking: Marking | None = Field(None, description="TLP 2.0 marking, on every page.")
    day: DayCounter | None = Field(None, description="A day counter.")
    summary: Prose | None = Field(None, description="A sentence or two below the title.")
    paper: Literal["A4", "Letter"] = Field("A4", description="The paper of the PDF.")
    theme: FilePath = Field(
        "default", description="The theme's name, or a folder that overrides files of the default theme."
    )
    fonts: Annotated[tuple[FilePath, ...], BeforeValidator(one_or_more)] = Field(
        (),
        description="Folders of further fonts (TTF, OTF): for `look`, and for characters that ours lack.",
    )
    look: Look = Field(Look(), description="Colours, fonts and a logo of your own.")
    formats: Annotated[tuple[Format, ...], BeforeValidator(one_or_more)] = Field(FORMATS, description="What to make.")
    facts: Annotated[tuple[FilePath, ...], BeforeValidator(one_or_more)] = Field(
        ("facts/*.yaml",), description="Facts files, or patterns such as facts/*.yaml."
    )
    feeds: tuple[Feed, ...] = Field((), description="Tables that become facts and series.")
    maps: MapsConfig | None = Field(None, description="What maps need: a disclaimer, perhaps outlines of one's own.")
    sections: Annotated[tuple[SectionConfig, ...], Field(min_length=1)] = Field(
        description="The sections in reading order."
    )
    max_age: MaxAge | None = Field(None, description="How long figures stay fresh unless they say otherwise.")
    marks: Yes = Field(
        default=True,
        description="Mark what is new or different since the edition before, beside figures and sentences.",
    )
    books: BooksAddress | None = Field(
        None,
        description="Where editions are recorded: the URL of a PostgreSQL database. By default a file beside them.",
    )
    allow: Words = Field((), description='Phrases with digits that need no source, such as "24/7", "Resolution 2713".')
    limits: Limits = Field(Limits(), description="What one edition may cost.")
    schedule: Schedule | None = Field(
        None, description="When editions are due. Without it `briefing run` makes today's whenever it is called."
    )

    archive: Archive | None = Field(
        None, description="The site of all editions, which `briefing run` and `briefing archive` make."
    )
    mail: Mail | None = Field(None, description="Who the editions are mailed to, and how.")
    deliver: Annotated[tuple[DestinationField, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Where `briefing run` and `briefing deliver` put the editions."
    )

    @property
    def id(self) -> str:
        """The id of the briefing: given, or made from the title."""
        return self.briefing or _slug(self.title)

    @property
    def url(self) -> str:
        """The address of the site of all editions without a slash at its end, or nothing."""
        return (self.archive.url or "").rstrip("/") if self.archive is not None else ""

    def books_in(self, out: Path) -> Path | str:
        """Where editions in the folder `out` are recorded: the file, or the URL of a database."""
        return self.books or out / self.id / "books.sqlite"


CONFIG = TypeAdapter(Config)


def edition_day(counter: DayCounter | None, when: date) -> int | None:
    """The number of the day: calendar dates, never elapsed seconds. None before the counter begins."""
    if counter is None or when < counter.start:
        return None
    return (when - counter.start).days + counter.first
