"""What a build does with the books: ask what came before, enter what is made. Without books it goes on and says so."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from briefing.books import Books, Entry, opened
from briefing.diagnostics import Diagnostic, Where
from briefing.errors import BooksError
from briefing.versions import Past

T = TypeVar("T")
Standing = Callable[[date], str | None]
"""What the edition that stands in the folder of a date was made from; None when there is none."""


class Ledger:
    """The books of one briefing during one build. Whatever goes wrong with them is in `found`, and nothing is raised.

    Books that fail once are not asked again: the wait would only be longer, and what came before is unknown.
    With `known_at` they are read as they were at that moment, and nothing is entered.
    """

    def __init__(self, place: str | Path, briefing: str, standing: Standing, known_at: datetime | None = None) -> None:
        self.place, self.briefing, self.standing, self.known_at = place, briefing, standing, known_at
        self.found: list[Diagnostic] = []
        self._failed = False
        self._open = False

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other machines from recording this briefing, where the books are a database that can be reached."""
        held = contextlib.ExitStack()
        if isinstance(self.place, str):
            try:
                held.enter_context(held.enter_context(opened(self.place)).alone(self.briefing))
            except BooksError as error:
                self._fail(error)
        try:
            yield
        finally:
            with contextlib.suppress(BooksError):  # a lock that is lost needs no letting go
                held.close()

    def past(self, day: date, reason: str) -> Past:
        """What the books have of earlier editions."""
        if isinstance(self.place, Path) and not _filled(self.place):
            stand = any(self.place.parent.glob("[12]???-??-??/manifest.json"))
            if stand:
                self._say("there are no books beside the editions that stand here; new ones are begun")
            return Past(readable=not stand, reason=reason)
        made = self._asked(lambda books: self._past(books, day), again=True)
        if made is None:
            return Past(readable=False, reason=reason)
        return Past(made.base, made.revisions, not self.found, reason)

    def enter(self, entry: Entry) -> int | None:
        """Record an edition that is about to be published; the number of its row, or None when it cannot be."""
        if self.known_at is not None:
            return None
        number = self._asked(lambda books: books.record(entry), again=False)
        self._open = number is not None
        return number

    def has(self, day: date, made_from: str) -> bool:
        """Whether the books have an issue for this date that was made from just this."""
        issues = self._asked(lambda books: books.issues(self.briefing, day), again=False) or ()
        return any(one.made_from == made_from for one in issues)

    def published(self, number: int) -> None:
        """Say that it is. If this is lost, the next build sees it from the folder."""
        self._open = not self._asked(lambda books: books.publish(number), again=False)

    def at_one(self) -> bool:
        """Whether all that was entered is known to be published."""
        return not self._open

    def settled(self) -> bool:
        """Settle the rows of killed runs: their editions stand in their folders, or they do not. Whether it worked."""
        return self._asked(self._settle, again=False) is not None

    def _past(self, books: Books, day: date) -> Past:
        if self.known_at is not None:
            return books.past(self.briefing, day, known_at=self.known_at)
        self._settle(books)
        return books.past(self.briefing, day)

    def _settle(self, books: Books) -> int:
        """Publish or strike the rows of killed runs; how many there were."""
        killed = books.unpublished(self.briefing)
        for one in killed:
            if self.standing(one.day) == one.made_from:
                books.publish(one.id)
            else:
                books.strike([one.id])
        return len(killed)

    def _asked(self, ask: Callable[[Books], T], *, again: bool) -> T | None:
        if self._failed:
            return None
        try:
            with opened(self.place) as books:
                return ask(books)
        except BooksError as error:
            if not (error.damaged and isinstance(self.place, Path)):
                self._fail(error)
                return None
            if not self._set_aside(self.place) or not again:
                return None
        return self._asked(ask, again=False)

    def _fail(self, error: BooksError) -> None:
        self._failed = True
        self._say(str(error))

    def _set_aside(self, place: Path) -> bool:
        """Damaged books are kept under another name for a person to look at, and new ones begun."""
        if not _may_be_books(place):
            self._failed = True
            self._say(f"{place.name} is no file of books; it is left alone")
            return False
        number = 1
        while (aside := place.with_name(f"{place.name}.damaged-{number}")).exists():
            number += 1
        try:
            for ending in ("-journal", "-wal", "-shm"):  # first, or they would be taken for those of the new books
                with contextlib.suppress(FileNotFoundError):
                    place.with_name(place.name + ending).rename(f"{aside}{ending}")
            place.rename(aside)
        except OSError as error:
            self._failed = True
            self._say(f"the books are damaged and cannot be set aside: {error.strerror}")
            return False
        self._say(f"the books are damaged; they are kept as {aside.name}, and new ones are begun")
        return True

    def _say(self, message: str) -> None:
        name = self.place.name if isinstance(self.place, Path) else "books"
        hint = "the edition is made all the same, without a comparison with earlier ones"
        self.found.append(Diagnostic(Where(name), "no-books", message.replace(str(self.place), name), hint, "warning"))


def _filled(place: Path) -> bool:
    """Whether there is anything: a file that is empty has lost its books."""
    try:
        return place.stat().st_size > 0
    except OSError:
        return False


def _may_be_books(place: Path) -> bool:
    """Whether a file is, or was, our own: anything else that somebody named by mistake is not for us to move."""
    if place.suffix in {".sqlite", ".db"}:
        return True
    with contextlib.suppress(OSError), place.open("rb") as file:
        return file.read(16) in {b"", b"SQLite format 3\0"}
    return False
