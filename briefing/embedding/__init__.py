"""An edition inside other pages: the script of `<briefing-embed>`, the snippets to copy, the answers to oEmbed."""

from briefing.embedding.heights import WIDTHS, height_at, heights_of
from briefing.embedding.script import SCRIPT, SCRIPT_NAME
from briefing.embedding.snippets import WAYS, Place, Way, discovery, oembed, snippet

__all__ = [
    "SCRIPT",
    "SCRIPT_NAME",
    "WAYS",
    "WIDTHS",
    "Place",
    "Way",
    "discovery",
    "height_at",
    "heights_of",
    "oembed",
    "snippet",
]
