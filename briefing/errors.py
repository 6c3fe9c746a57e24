"""The program's trouble, as exceptions. Trouble with the user's input is a diagnostic, not an exception.

BriefingError                 anything `cli` reports in a sentence
├── InputError                the input is wrong: carries the diagnostics          exit 1
├── UsageError                the command makes no sense: a missing file, a bad date   exit 2
├── OutputError               an output could not be made or delivered             exit 3
│   ├── DrawError             a chart
│   ├── PrintError            a PDF
│   │   └── LimitError        its time, memory or size ran out
│   ├── PublishError          the files on disk
│   ├── MailError             a message
│   ├── DeliveryError         the files at a place that they are delivered to
│   └── BooksError            the record of earlier editions
├── PluginError               a package that adds to the program cannot be used     exit 3
├── LockedError               another run of the briefing is going on              exit 75
└── StoppedError              the run was told to stop by a signal                 exit 128 and its number
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.diagnostics import Diagnostic


class BriefingError(Exception):
    """Anything the command line reports in a sentence; `status` is its exit status."""

    status = 3


class InputError(BriefingError):
    """The input is wrong; `diagnostics` say where and how to mend it."""

    status = 1

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        """How many errors there are."""
        errors = sum(d.severity == "error" for d in self.diagnostics)
        return f"{errors} error{'' if errors == 1 else 's'} in the input"


class UsageError(BriefingError):
    """The command makes no sense as given."""

    status = 2


class OutputError(BriefingError):
    """An output could not be made or delivered."""


class DrawError(OutputError):
    """A chart could not be drawn."""


class PrintError(OutputError):
    """A PDF could not be printed."""


class LimitError(PrintError):
    """The printing of a PDF ran out of its time, memory or file size."""


class PublishError(OutputError):
    """The finished files could not be put in their place."""


class MailError(OutputError):
    """A message could not be made or sent."""


class DeliveryError(OutputError):
    """An edition could not be delivered."""


class BooksError(OutputError):
    """The record of earlier editions cannot be used. `damaged` says that it never will be again as it is."""

    def __init__(self, message: str, *, damaged: bool = False) -> None:
        super().__init__(message)
        self.damaged = damaged


class PluginError(BriefingError):
    """A package that adds to the program cannot be used."""


class LockedError(BriefingError):
    """Another run of the same briefing is going on."""

    status = 75  # EX_TEMPFAIL of sysexits.h: try again later


class StoppedError(BriefingError):
    """A signal told the run to stop."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.status = 128 + signal

    def __str__(self) -> str:
        """The signal by its name."""
        from signal import Signals

        return f"stopped by {Signals(self.status - 128).name}"
