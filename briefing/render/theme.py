"""Themes: folders of templates and styles, of which a user's own overrides the program's one file at a time."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from briefing.errors import UsageError
from briefing.look import PLAIN, Look
from briefing.outward import reach_of_style
from briefing.templating import Folders, Sandbox, TemplateProblem

_PACKAGE = Path(__file__).parent.parent
BUILT_IN = next(
    (place for place in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if place.is_dir()),
    _PACKAGE / "templates",
)
"""Where the program's themes stand: inside an installed package, beside it in a checkout."""


class Theme:
    """The templates and styles of one theme, compiled once and used for every output."""

    def __init__(self, folder: Path | None = None, look: Look = PLAIN) -> None:
        """`folder` is the user's own theme, or None for the program's; `look` are its colours, letters and logo."""
        if folder is not None and not os.path.isdir(folder):  # noqa: PTH112  # is_dir() fails on long names
            raise UsageError(f"the theme {folder} is not a folder")
        self.folders = Folders((*([folder] if folder else []), BUILT_IN / "default"))
        self.sandbox = Sandbox(loader=self.folders, markup=True)
        self.look = look

    @property
    def fingerprint(self) -> str:
        """A hash of every file of the theme."""
        digest = hashlib.sha256()
        for folder in self.folders.folders:
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                with contextlib.suppress(TemplateProblem):  # told when the file is used
                    if (found := self.folders.find(name)) is not None:
                        digest.update(name.encode() + b"\0" + hashlib.sha256(found.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def own_files(self) -> dict[str, bytes]:
        """The files of the user's own theme, by their names in its folder."""
        own = self.folders.folders[:-1]
        names = {path.relative_to(folder).as_posix() for folder in own for path in folder.rglob("*")}
        found = {}
        for name in sorted(names):
            with contextlib.suppress(TemplateProblem):
                path = self.folders.find(name)
                if path is not None and any(path.is_relative_to(folder.resolve()) for folder in own):
                    found[name] = path.read_bytes()
        return found

    def style(self, name: str) -> str:
        """The text of a style sheet. Raises TemplateProblem where a page could not hold it."""
        path = self.folders.find(f"style/{name}.css")
        if path is None:
            raise TemplateProblem(
                "template", f"there is no style sheet style/{name}.css in the theme", f"style/{name}.css"
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise TemplateProblem("template", f"this style sheet is not UTF-8: {error}", f"style/{name}.css") from error
        if "</style" in text.lower() or "<!--" in text:
            raise TemplateProblem("template", "a style sheet cannot hold </style or <!--", f"style/{name}.css")
        if (reach := reach_of_style(text)) is not None:
            raise TemplateProblem("template", reach[0], f"style/{name}.css", reach[1])
        return text


def theme_folder(name: str, beside: Path) -> Path | None:
    """The folder of a theme that the config names: None for the default theme, else a folder beside the config."""
    return None if name == "default" else beside / name
