"""The logo and the letters that a config's look names: read, and made sure of."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from briefing.config import Config
from briefing.config.look import Logo
from briefing.diagnostics import Diagnostic, Where, shown
from briefing.load.files import read_bytes
from briefing.look import OWN_FAMILIES, picture_kind

MAX_BYTES = 500_000
"""Of a logo: it goes into every page."""
MAX_PIXELS = 4_000_000
"""Of a logo, as it is unpacked: some kilobytes can become gigabytes."""


def read_logo(config: Config, folder: Path, where: Where, contents: dict[str, bytes]) -> Iterator[Diagnostic]:
    """Read the logo into `contents`, and give what is wrong with it. `where` is the place of the look."""
    logo = config.look.logo
    if logo is None:
        return
    place = where / "logo" / "file" if logo.alt else where / "logo"
    data, problems = read_bytes(folder / logo.file, logo.file, place)
    contents[logo.file] = data
    if problems:
        yield from problems
        return
    yield from _about_picture(data, logo, place)
    if not (logo.alt or config.publisher):
        message = "the logo has no words for who cannot see it"
        yield Diagnostic(place, "missing-key", message, "write {file: , alt: }, or add publisher: to the config")


def _about_picture(data: bytes, logo: Logo, where: Where) -> Iterator[Diagnostic]:
    name = shown(logo.file)
    if len(data) > MAX_BYTES:
        message = f"{name} has {len(data) // 1000} kB; a logo may have {MAX_BYTES // 1000}, for it goes into every page"
        yield Diagnostic(where, "file-too-large", message, "save it smaller: a width of 1000 pixels is enough")
    elif not picture_kind(data):
        hint = "save it as PNG; an SVG can hold scripts and addresses, and is not taken"
        yield Diagnostic(where, "bad-picture", f"{name} is no PNG, JPEG or WebP picture", hint)
    elif wrong := _not_shown(data):
        yield Diagnostic(where, "bad-picture", f"{name} {wrong}", "save it anew as PNG, some 1000 pixels wide")


def _not_shown(data: bytes) -> str:
    """Why a picture cannot be shown, or nothing."""
    from PIL import Image, ImageFile

    forgiving = ImageFile.LOAD_TRUNCATED_IMAGES  # which WeasyPrint sets where it is imported: half a picture would pass
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we have a limit of our own
        try:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
                wide, tall = picture.size
                if wide * tall > MAX_PIXELS:
                    return f"has {wide} by {tall} pixels; at most {MAX_PIXELS // 1_000_000} million are allowed"
                if getattr(picture, "n_frames", 1) > 1:
                    return "moves, and a page of paper cannot"
                picture.load()
        except Image.DecompressionBombError:
            return f"has too many pixels; at most {MAX_PIXELS // 1_000_000} million are allowed"
        except Exception:  # noqa: BLE001  # each format has errors of its own, with words for nobody
            return "is damaged"
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = forgiving
    return ""


def find_letters(
    config: Config, folder: Path, where: Where, diagnostics: list[Diagnostic]
) -> tuple[tuple[str, Path], ...]:
    """The font files of the families that a look names and that are not the program's own."""
    wanted = {key: name for key in ("headings", "text") if (name := getattr(config.look, key)) is not None}
    if set(wanted.values()) <= set(OWN_FAMILIES):
        return ()
    there = tuple(_families(config, folder))
    for key, name in wanted.items():
        if name not in OWN_FAMILIES and name not in dict(there):
            known = ", ".join([*OWN_FAMILIES, *dict(there)])
            hint = f"put its files into a folder, and name the folder under fonts:; the families now are {known}"
            message = f"no font of the family {shown(name)} is among fonts: of the config"
            diagnostics.append(Diagnostic(where / key, "unknown-font", message, hint))
    return tuple(one for one in there if one[0] in wanted.values())


def glyphs_of(config: Config, folder: Path) -> frozenset[int]:
    """The characters that the config's fonts have."""
    paths = list(_files(config, folder))
    if not paths:
        return frozenset()
    from fontTools.ttLib import TTFont, TTLibError

    found: set[int] = set()
    for path in paths:
        with contextlib.suppress(TTLibError, OSError), TTFont(path, lazy=True) as font:  # no font: it has none
            found.update(font.getBestCmap() or ())
    return frozenset(found)


def _families(config: Config, folder: Path) -> Iterator[tuple[str, Path]]:
    from PIL import ImageFont

    for path in _files(config, folder):
        with contextlib.suppress(OSError):  # no font: whoever letters with it says so
            family, _ = ImageFont.truetype(str(path), 10).getname()
            if family:
                yield family, path


def _files(config: Config, folder: Path) -> Iterator[Path]:
    for name in config.fonts:
        yield from sorted((folder / name).glob("*.[ot]tf"))
