"""An edition as a message: written to a file or sent, as text, as HTML with its charts, with the PDF attached."""

from __future__ import annotations

from briefing.mailing.posting import Mailed, mail

__all__ = ["Mailed", "mail"]
