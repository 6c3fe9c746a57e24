"""WeasyPrint, kept from every file and address but the page's own, and made to say what went wrong."""

from __future__ import annotations

import logging
import re
import traceback
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote

from PIL import Image, ImageFile, UnidentifiedImageError
from weasyprint import CSS, HTML
from weasyprint.images import ImageLoadingError
from weasyprint.logger import LOGGER
from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from briefing.pdf import quick  # noqa: F401  # in force once imported
from briefing.pdf.finish import finish, forbidden, join_links

VARIANT = "pdf/ua-1"
RASTERS = ("GIF", "JPEG", "PNG", "WEBP")
PIXELS = 30_000_000
MEDIA_TYPES = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
}

# WeasyPrint's errors in our words, over the same arguments; any other is told in its own. The last two are
# but warnings to WeasyPrint, yet something would be missing from the page.
_WORDS = {
    "No anchor #%s for internal URI reference": "a link leads to '#%s', which is nowhere in the page",
    "Failed to load image at %r: %s": "the image %r cannot be read%.0s",
    "Failed to render SVG image %s": "the drawing '%s' cannot be read",
    "Failed to load inline SVG: %s": "a drawing in the page cannot be read%.0s",
    "Failed to load stylesheet at %s: %s": "the style sheet '%s' cannot be read%.0s",
    "Failed to load stylesheet at %s : %s": "the style sheet '%s' cannot be read%.0s",
    'Image "%s" has no required alt description': "the image '%s' has no words for who cannot see it (alt)",
    'Missing required "lang" attribute at the root of the document': "the page names no language (lang)",
    "This row has more columns than the table, ignored %d cells": "a table has a row with %d cells too many",
    "Font-face %r cannot be loaded": "the font %r cannot be loaded",
}

# With padding above the footnotes, rounding can make the last one look a hair too tall for its area, and
# WeasyPrint moves it to the next page, one note a page. A tenth of a pixel below absorbs the difference.
_SLACK = CSS(
    string="@page { @footnote { padding-bottom: .1px !important } }",
    url_fetcher=URLFetcher(allowed_protocols=frozenset()),
)

# One of everything a briefing is made of, so that the first job finds it loaded.
_WARM_UP = """<!doctype html><html lang="en"><title>Warm-up</title><style>
@page { @bottom-center { content: counter(page) } }
html { font-family: serif; hyphens: auto } h1, table { font-family: sans-serif } h2 { font-weight: 600 }
i { float: footnote } td { border-bottom: 1px solid }
</style><h1>Warm <em>up</em></h1><h2>All <span style="font-family: sans-serif">faces</span></h2>
<p>One <b>two</b> <em>three</em><i>note</i> <a href="https://example.org/">four</a> \u2264 \u0416 \u03a9</p>
<table><caption>Table</caption><tr><th scope="col">A<tr><td>1</table>
<img alt="drawing" src="asset:a.svg"><img alt="dot" src="asset:a.png"></html>"""
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">a</text></svg>'


@dataclass
class Printed:
    """What came of a job: a PDF, or the problems that kept it back."""

    pdf: bytes = b""
    pages: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    traceback: str = ""

    def header(self) -> dict[str, object]:
        """All but the PDF itself, for the wire."""
        return {
            "pages": self.pages,
            "problems": list(dict.fromkeys(self.problems)),
            "warnings": list(dict.fromkeys(self.warnings)),
            "traceback": self.traceback,
        }


def warm_up() -> None:
    """Restrict Pillow, then load all that a first job would have to wait for."""
    LOGGER.setLevel(logging.DEBUG)  # the reason for an error comes one record after it, as DEBUG
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    Image.init()  # first, or it would bring the other formats back later
    Image.ID[:] = RASTERS
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint would rather print half of one
    dot = BytesIO()
    Image.new("RGB", (1, 1)).save(dot, "PNG")
    print_page(_WARM_UP, {"a.svg": _SVG, "a.png": dot.getvalue()})


def print_page(page: str, assets: Mapping[str, bytes]) -> Printed:
    """Print one page. All that goes wrong is in the result, but for MemoryError, which is raised."""
    printed = Printed()
    files = _Files(assets)
    log = _Log(printed, files)
    LOGGER.addHandler(log)
    try:
        html = HTML(string=page, base_url="asset:/", url_fetcher=files)
        document = html.render(stylesheets=[_SLACK], pdf_variant=VARIANT)
        printed.problems += forbidden(document)
        if not document.metadata.title:
            printed.problems.append("the page has no title")
        printed.pages = len(document.pages)
        join_links(document)
        printed.pdf = document.write_pdf(finisher=finish, pdf_variant=VARIANT)
    except MemoryError:
        raise
    except RecursionError:
        printed.problems.append("the page is nested too deeply: more than a thousand elements in one another")
    except BaseException as error:  # noqa: BLE001  (WeasyPrint has an error of its own that is no Exception)
        printed.traceback = traceback.format_exc()
        if not files.refused:
            printed.problems.append(_short(f"WeasyPrint failed ({type(error).__name__}: {error})"))
    finally:
        LOGGER.removeHandler(log)
    printed.problems += [f"the page asks for '{url}', which is none of its files" for url in files.refused]
    printed.problems += _unprintable(log.unprintable)
    if printed.problems:
        printed.pdf = b""
    return printed


class _Files(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Hands out the page's own files and `data:`; refuses everything else, and remembers it.

    To remember is safer than to raise: inside an SVG WeasyPrint would swallow the exception.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self.assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The file named by an `asset:` URL or held by a `data:` URL."""
        scheme, _, rest = url.partition(":")
        if scheme == "data":
            return super().fetch(url, headers)
        name = unquote(rest)
        if scheme != "asset" or name not in self.assets:
            self.refused.append(_short(url))
            raise ValueError(_short(url))
        kind = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
        if kind.startswith("image/") and kind != MEDIA_TYPES[".svg"]:
            Image.open(BytesIO(self.assets[name])).load()  # WeasyPrint asks a JPEG only for its size
        return URLFetcherResponse(url, self.assets[name], {"Content-Type": kind})


class _Log(logging.Handler):
    """Sorts what WeasyPrint says while it prints into problems, warnings and unprintable characters."""

    def __init__(self, printed: Printed, files: _Files) -> None:
        super().__init__()
        self.printed = printed
        self.files = files
        self.unprintable: dict[str, None] = {}
        self.reason_wanted = False

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one record."""
        reason = _reason(record.exc_info[1]) if record.exc_info else None
        if isinstance(reason, MemoryError):
            raise reason  # WeasyPrint would go on without the image that was too large
        if record.msg.startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.unprintable[str(record.args[0])] = None
        elif record.levelno >= logging.ERROR or record.msg in _WORDS:
            problem = _short(_WORDS.get(record.msg, record.msg) % record.args)
            self.reason_wanted = not any(url in problem for url in self.files.refused)
            if self.reason_wanted:
                self.printed.problems.append(problem)
        elif record.levelno == logging.WARNING:
            self.printed.warnings.append(_short(record.getMessage()))
        elif reason and self.reason_wanted:
            self.printed.problems[-1] += f": {_words(reason)}"
            self.reason_wanted = False


def _reason(error: BaseException | None) -> BaseException | None:
    """What made WeasyPrint raise an error of its own."""
    while isinstance(error, URLFetchingError | ImageLoadingError):
        error = error.__cause__ or error.__context__
    return error


def _words(error: BaseException) -> str:
    if isinstance(error, UnidentifiedImageError):  # its own words are an address in memory
        return "it is no PNG, JPEG, WebP, GIF or SVG"
    return str(error) or type(error).__name__


def _unprintable(characters: Iterable[str]) -> list[str]:
    """A problem for each character that no font has, up to ten."""
    names = [f"{c!r} (U+{ord(c):04X} {unicodedata.name(c, 'without a name')})" for c in characters]
    problems = [f"no font has the character {name}: add a font that has it" for name in names[:10]]
    if len(names) > 10:
        problems.append(f"no font has {len(names) - 10} more characters")
    return problems


def _short(text: str) -> str:
    """A message in one line, without the bulk of `data:` URLs, with files by the names they were given."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)
    return re.sub(r"(data:.{40})[^\s'\"]*", r"\1…", line).replace("asset:", "")
