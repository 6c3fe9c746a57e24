"""What a message about an edition says, whoever gets it: its bodies, its pictures, its PDF."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from briefing.audit import audited_page
from briefing.config import Config
from briefing.diagnostics import Diagnostic, Where
from briefing.edition import Edition
from briefing.errors import InputError, MailError
from briefing.load import Loaded, load
from briefing.look import Look, look_of
from briefing.mailing.pictures import Picture, pictures_of
from briefing.mailing.text import body_of, head_of, references_of
from briefing.publish import manifest_of
from briefing.render import Mailed, mail_page
from briefing.render.reread import edition_of
from briefing.render.theme import Theme, theme_folder
from briefing.templating import Sandbox, TemplateProblem
from briefing.words import words


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says. `pictures` are named in the HTML as `asset:NAME`; `pdf` is None when it is not attached."""

    edition: Edition
    markings: tuple[str, ...]
    """Of the edition and of its facts."""
    made_from: str
    first_made_from: str
    """Of the first issue for this date, when this one corrects it."""
    text: str
    html: str
    pictures: dict[str, bytes]
    pdf: bytes | None
    warnings: tuple[str, ...] = ()


def letter(config: Path, folder: Path, manifest: dict[str, Any], out: Path) -> Letter:
    """The letter of a published edition. The config says how it looks, the edition what it says.

    Raises InputError with what is wrong with a theme, and MailError.
    """
    loaded = load(config)
    settings = loaded.config
    if settings is None or settings.mail is None:
        raise InputError(loaded.diagnostics)
    edition, markings = _read(folder)
    pdf, links, warnings = _pdf(folder, settings, edition.date.isoformat())
    look = look_of(settings, loaded.contents, loaded.letters)
    theme = Theme(theme_folder(settings.theme, loaded.folder), look)
    pictures = _pictures(edition, loaded, look, out)
    try:
        page = mail_page(edition, theme, Mailed(links, {name: one.width for name, one in pictures.items()}))
        text = _text(edition, theme, links)
    except TemplateProblem as problem:
        where = Where(f"{settings.theme}/{problem.template}", line=problem.line)
        raise InputError((Diagnostic(where, problem.code, problem.message, problem.hint),)) from problem
    if found := audited_page("mail.html", page.html, edition, settings.allow):
        raise InputError(found)
    held = {**page.assets, **{name: one.data for name, one in pictures.items()}}
    return Letter(
        edition,
        tuple(one for one in (edition.marking, *markings) if one),
        str(manifest.get("made_from", "")),
        _first(folder, edition),
        text,
        _inlined(page.html),
        {name: data for name, data in held.items() if f'"asset:{name}"' in page.html},
        pdf,
        warnings,
    )


def _read(folder: Path) -> tuple[Edition, tuple[str, ...]]:
    try:
        return edition_of((folder / "briefing.json").read_bytes())
    except OSError as error:
        message = f"a message is made of briefing.json, which {folder} does not have: put json into formats:"
        raise MailError(message) from error


def _first(folder: Path, edition: Edition) -> str:
    """What the first issue for the date of a correction was made from, where it is kept."""
    first = manifest_of(folder.with_name(f"{folder.name}-revision-1")) if edition.revision > 1 else None
    return str(first.get("made_from", "")) if first is not None else ""


def _pdf(folder: Path, settings: Config, date: str) -> tuple[bytes | None, dict[str, str], tuple[str, ...]]:
    """The PDF if it goes into the message, the addresses of the edition, and what is to be said of both."""
    base = settings.url
    links = {"page": f"{base}/{date}/" if base else "", "pdf": ""}
    path = folder / "briefing.pdf"
    most = settings.mail.attach_mb if settings.mail else 0
    if not path.is_file():
        return None, links, ("the edition has no PDF, so none is attached",)
    data = path.read_bytes()
    if len(data) <= most * 1_000_000:
        return data, links, ()
    said = f"the PDF has {len(data) / 1_000_000:.1f} MB, more than the {most} of mail: attach_mb:"
    if base:
        return None, {**links, "pdf": f"{base}/{date}/briefing.pdf"}, (f"{said}: a link to it stands in the message",)
    return None, links, (f"{said}, and is left out: with archive: {{url: }} a link would stand in its place",)


def _text(edition: Edition, theme: Theme, links: dict[str, str]) -> str:
    own = words(edition.language)
    values = {
        "edition": edition,
        "words": own,
        "word": lambda name, *given: own[name].format(*given),
        "links": links,
        "head": head_of(edition),
        "body": body_of(edition),
        "references": references_of(edition),
    }
    text = Sandbox(loader=theme.folders, markup=False).render("mail.txt", values)
    return text.strip("\n") + "\n"


def _pictures(edition: Edition, loaded: Loaded, look: Look, out: Path) -> dict[str, Picture]:
    settings = loaded.config
    if settings is None:
        raise AssertionError
    fonts = tuple(loaded.folder / one for one in settings.fonts)
    colours = {token: light for token, (light, _) in look.colours.items()}
    return pictures_of(edition, out / ".cache" / "charts", fonts, colours)


def _inlined(html: str) -> str:
    """The page with its styles inside its elements; rules for phones and dark screens stay in a style sheet."""
    try:
        return str(_inliner().inline(html))
    except ValueError as error:  # css_inline.InlineError
        raise MailError(f"the styles cannot be written into the message: {error}") from error


@cache
def _inliner() -> Any:  # noqa: ANN401  # css_inline is an extra
    try:
        import css_inline
    except ImportError as error:
        raise MailError('messages need another package: pip install ".[mail]" in the checkout of briefing') from error
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
