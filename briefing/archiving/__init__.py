"""The archive: a static site of all editions of a briefing that any web server can serve."""

from briefing.archiving.making import Archived, archive
from briefing.sites import SITE, upload_order

__all__ = ["SITE", "Archived", "archive", "upload_order"]
