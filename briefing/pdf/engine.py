"""WeasyPrint on a short lead: no file, no network, no silence about what went wrong."""

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
from weasyprint.logger import LOGGER
from weasyprint.urls import URLFetcher, URLFetcherResponse

from briefing.pdf.finish import finish

MEDIA_TYPES = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
}
RASTERS = ("GIF", "JPEG", "PNG", "WEBP")
PIXELS = 30_000_000

# WeasyPrint's words and ours, over the same arguments. What is not here is told in WeasyPrint's. The reason follows.
_WORDS = {
    "No anchor #%s for internal URI reference": "a link leads to '#%s', which is nowhere in the page",
    "Failed to load image at %r: %s": "the image %r cannot be read%.0s",
    "Failed to render SVG image %s": "the drawing '%s' cannot be read",
    "Failed to load stylesheet at %s: %s": "the style sheet '%s' cannot be read%.0s",
    "Failed to load stylesheet at %s : %s": "the style sheet '%s' cannot be read%.0s",
    'Image "%s" has no required alt description': "the image '%s' says nothing to those who cannot see it (alt)",
    'Missing required "lang" attribute at the root of the document': "the page does not say its language (lang)",
}

# Where the footnote area has padding above, rounding can make a note look a hair too tall for it; WeasyPrint then moves
# the note to the next page, and there one page further. A tenth of a pixel below absorbs that.
_SLACK = CSS(
    string="@page { @footnote { padding-bottom: .1px !important } }",
    url_fetcher=URLFetcher(allowed_protocols=frozenset()),
)

# One of everything a briefing is made of, so that the first job finds it loaded.
_WARM_UP = """<!doctype html><html lang="en"><title>Warm-up</title><style>
@page { @bottom-center { content: counter(page) } } html { font-family: serif; hyphens: auto }
h1, table { font-family: sans-serif } h2 { font-weight: 600 } i { float: footnote } td { border-bottom: 1px solid }
</style><h1>Warm <em>up</em></h1><h2>All <span style="font-family: sans-serif">faces</span></h2>
<p>One <b>two</b> <em>three</em><i>note</i> <a href="https://example.org/">four</a> ≤ Ж Ω</p>
<table><tr><th scope="col">A<tr><td>1</table><img alt="drawing" src="asset:a.svg"><img alt="dot" src="asset:a.png"></html>"""


@dataclass
class Printed:
    """What came of a job: a PDF, or the problems that kept it back."""

    pdf: bytes = b""
    pages: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    traceback: str = ""

    def header(self) -> dict[str, object]:
        """All but the PDF, for the wire."""
        return {
            "pages": self.pages,
            "problems": list(dict.fromkeys(self.problems)),
            "warnings": list(dict.fromkeys(self.warnings)),
            "traceback": self.traceback,
        }


def print_page(page: str, assets: Mapping[str, bytes]) -> Printed:
    """Print one page; whatever went wrong is in the result, except for MemoryError, which is raised."""
    printed = Printed()
    files = _Files(assets)
    log = _Log(printed, files)
    LOGGER.addHandler(log)
    try:
        document = HTML(string=page, base_url="asset:/", url_fetcher=files).render(stylesheets=[_SLACK], pdf_variant="pdf/ua-1")
        printed.pages = len(document.pages)
        if document.metadata.attachments:
            printed.problems.append("the page attaches files, which is not supported")
        printed.pdf = document.write_pdf(
            pdf_variant="pdf/ua-1", finisher=lambda document, pdf: printed.problems.extend(finish(document, pdf))
        )
    except MemoryError:
        raise
    except RecursionError:
        printed.problems.append("the page is nested too deeply: thousands of elements inside one another")
    except BaseException as error:  # FatalURLFetchingError is no Exception
        printed.traceback = traceback.format_exc()
        if not files.refused:
            printed.problems.append(f"WeasyPrint failed: {type(error).__name__}: {error}")
    finally:
        LOGGER.removeHandler(log)
    printed.problems += [f"{url!r} is not among the page's own files, and nothing else is read" for url in files.refused]
    printed.problems += _missing(log.unprintable)
    if printed.problems:
        printed.pdf = b""
    return printed


def warm_up() -> None:
    """Restrict Pillow, then load all that a first job would have to wait for."""
    LOGGER.setLevel(logging.DEBUG)  # the reason for an error comes one record later, as DEBUG
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    Image.init()  # before the formats are cut down, or it would bring them back
    Image.ID[:] = RASTERS
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint's True prints half an image without a word
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9z"/><text y="9">a</text></svg>'
    png = BytesIO()
    Image.new("RGB", (1, 1)).save(png, "PNG")
    print_page(_WARM_UP, {"a.svg": svg, "a.png": png.getvalue()})


class _Files(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Hands out the page's own files and `data:`; refuses, and writes down, everything else."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self.assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The file at `asset:NAME` or in a `data:` URL; ValueError for any other."""
        scheme, _, rest = url.partition(":")
        if scheme == "data":
            return super().fetch(url, headers)
        name = unquote(rest)
        if scheme == "asset" and name in self.assets:
            kind = MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
            return URLFetcherResponse(url, self.assets[name], {"Content-Type": kind})
        self.refused.append(_short(url))
        raise ValueError(url)


class _Log(logging.Handler):
    """Sorts what WeasyPrint says while printing into problems and warnings."""

    def __init__(self, printed: Printed, files: _Files) -> None:
        super().__init__()
        self.printed = printed
        self.files = files
        self.unprintable: dict[str, None] = {}
        self.reason_follows = False

    def emit(self, record: logging.LogRecord) -> None:
        error = _root(record.exc_info[1]) if record.exc_info else None
        if isinstance(error, MemoryError):
            raise error  # inside an image WeasyPrint would go on without it
        if record.msg.startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.unprintable[str(record.args[0])] = None
        elif record.levelno >= logging.ERROR:
            text = _WORDS.get(record.msg, record.msg) % record.args
            self.reason_follows = not any(url in text for url in self.files.refused)
            if self.reason_follows:
                self.printed.problems.append(_short(text))
        elif record.levelno == logging.WARNING:
            self.printed.warnings.append(_short(record.getMessage()))
        elif error and self.reason_follows:
            self.printed.problems[-1] += f": {_reason(error)}"
            self.reason_follows = False


def _root(error: BaseException | None) -> BaseException | None:
    while error and error.__cause__:
        error = error.__cause__
    return error


def _reason(error: BaseException) -> str:
    if isinstance(error, UnidentifiedImageError):  # its own words hold an address in memory
        return "it is no PNG, JPEG, WebP, GIF or SVG"
    return str(error) or type(error).__name__


def _missing(characters: Iterable[str]) -> list[str]:
    """One problem for each character that no font has, for the first ten."""
    named = [f"{c!r} (U+{ord(c):04X} {unicodedata.name(c, 'without a name')})" for c in characters]
    problems = [f"no font has the character {name}: add a font that does" for name in named[:10]]
    return problems + [f"no font has {len(named) - 10} more characters"] * (len(named) > 10)


def _short(text: str) -> str:
    """A message without the bulk of `data:` URLs, and with files called as the page's maker calls them."""
    return re.sub(r"(data:.{40})[^\s'\"]*", r"\1…", text).replace("asset:", "")
