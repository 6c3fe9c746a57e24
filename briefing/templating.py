"""Templates in a sandbox: they show what Python decided, cannot reach out, and cannot go on for ever.

Other people write templates. So a template may call only what it is handed, may not compute, and everything that can
repeat or grow draws on a budget: the same template is refused on every machine at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    pass_eval_context,
)
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

MAX_STEPS = 2_000_000
"""Turns of loops and calls in one rendering."""

MAX_TEXT = 5_000_000
"""Characters in one piece of text, and in what one call gives."""

MAX_SOURCE = 500_000
"""Characters in one template file."""

_FILTERS = (
    "capitalize",
    "default",
    "e",
    "escape",
    "first",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "reverse",
    "title",
    "trim",
    "upper",
)
_COMPUTING = (
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Pow,
    nodes.Neg,
    nodes.Pos,
)


class TemplateProblem(Exception):
    """A template that does not hold: what, in which template, on which line (from 1, 0 where unknown)."""

    def __init__(self, code: str, message: str, template: str = "", line: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.template, self.line, self.hint = code, message, template, line, hint


class _Exhausted(Exception):
    """The budget is spent."""


@dataclass
class Budget:
    """What one rendering has left."""

    steps: int = MAX_STEPS

    def spend(self) -> None:
        """One turn of a loop or one call."""
        self.steps -= 1
        if self.steps < 0:
            raise _Exhausted(f"it goes through more than {MAX_STEPS} turns of loops and calls")


def _bounded(text: Any) -> Any:  # noqa: ANN401
    if isinstance(text, str) and len(text) > MAX_TEXT:
        raise _Exhausted(f"it makes a text of more than {MAX_TEXT} characters")
    return text


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of every template: immutable data, no methods, no arithmetic, a budget."""

    def __init__(
        self, *, loader: BaseLoader | None, markup: bool, finalize: Callable[[Any], Any] | None = None
    ) -> None:
        super().__init__(
            loader=loader,
            autoescape=markup,
            undefined=StrictUndefined,
            finalize=finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            cache_size=200,
            auto_reload=False,
        )
        self.budget = Budget()
        self.globals = {}
        self.filters = {name: self._checked(self.filters[name]) for name in _FILTERS}
        self.filters["_each"] = self._each
        self.filters["_concat"] = self._concat
        self.filters["_bounded"] = _bounded
        self.tests = {
            name: self.tests[name]
            for name in ("defined", "undefined", "none", "string", "eq", "ne", "in", "odd", "even")
        }
        self.callables: set[Callable[..., Any]] = set()
        self.depth = 0

    def _checked(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def filtered(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.budget.spend()
            return _bounded(function(*args, **kwargs))

        for mark in ("jinja_pass_arg",):
            if hasattr(function, mark):
                setattr(filtered, mark, getattr(function, mark))
        return filtered

    def _each(self, things: Iterable[Any]) -> Iterator[Any]:
        for thing in things:
            self.budget.spend()
            yield thing

    @pass_eval_context
    def _concat(self, context: EvalContext, pieces: list[Any]) -> Any:  # noqa: ANN401
        if sum(len(str(piece)) for piece in pieces) > MAX_TEXT:
            raise _Exhausted(f"it makes a text of more than {MAX_TEXT} characters")
        return Markup("").join(pieces) if context.autoescape else "".join(str(piece) for piece in pieces)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_SOURCE:
            raise TemplateProblem("template-limit", f"a template may have {MAX_SOURCE} characters", name or "")
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(_COMPUTING):
            raise TemplateSyntaxError(
                "templates show and do not compute: + - * / % are not available here", node.lineno, name
            )
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise TemplateSyntaxError("recursive loops are not available here", loop.lineno, name)
            loop.iter = nodes.Filter(loop.iter, "_each", [], [], None, None, lineno=loop.lineno)
        for block in tree.find_all(nodes.AssignBlock):
            block.filter = nodes.Filter(block.filter, "_bounded", [], [], None, None, lineno=block.lineno)
        for parent in tree.find_all(nodes.Node):
            for field, child in parent.iter_fields():
                if isinstance(child, nodes.Concat):
                    setattr(parent, field, _joined(child))
                elif isinstance(child, list):
                    child[:] = [_joined(one) if isinstance(one, nodes.Concat) else one for one in child]
        return tree

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401
        """Data have fields, not methods; a loop has its counters."""
        if isinstance(obj, LoopContext):
            return attr in {"index", "index0", "first", "last", "length", "previtem", "nextitem", "revindex"}
        return not attr.startswith("_") and not callable(value)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Only macros and what the program hands over can be called."""
        self.budget.spend()
        if not (isinstance(obj, Macro) or (callable(obj) and obj in self.callables)):
            name = getattr(obj, "_undefined_name", None) or getattr(obj, "__name__", type(obj).__name__)
            raise SecurityError(f"{name!r} cannot be called from a template")
        return _bounded(super().call(context, obj, *args, **kwargs))

    def render(self, template: str | Template, values: Mapping[str, Any]) -> str:
        """Render a template: one made by `source`, or one of the loader by its name. Raises TemplateProblem.

        Functions among `values` are what the template may call. Renderings inside a rendering share its budget.
        """
        name = template if isinstance(template, str) else template.name or "text"
        if self.depth == 0:
            self.budget = Budget()
        self.callables.update(value for value in values.values() if callable(value))
        self.depth += 1
        try:
            made = self.get_template(template) if isinstance(template, str) else template
            return self._gathered(made.generate(values))
        except TemplateProblem:
            raise
        except _Exhausted as error:
            raise TemplateProblem("template-limit", str(error), *_place(error, name)) from error
        except RecursionError as error:
            message = "it calls or includes itself without end"
            raise TemplateProblem("template-limit", message, *_place(error, name)) from error
        except TemplateNotFound as error:
            raise TemplateProblem(
                "template", f"there is no template {error.name!r} in the theme", *_place(error, name)
            ) from error
        except TemplateSyntaxError as error:
            raise TemplateProblem("template", str(error.message), error.name or name, error.lineno) from error
        except TemplateError as error:
            raise TemplateProblem("template", str(error), *_place(error, name), hint=_hint(error, values)) from error
        except (
            TypeError,
            ValueError,
            KeyError,
            IndexError,
            AttributeError,
            ArithmeticError,
            MemoryError,
        ) as error:
            raise TemplateProblem("template", _said(error), *_place(error, name)) from error
        finally:
            self.depth -= 1

    def _gathered(self, stream: Iterable[str]) -> str:
        pieces: list[str] = []
        size = 0
        for piece in stream:
            pieces.append(piece)
            size += len(piece)
            if size > 10 * MAX_TEXT:
                raise _Exhausted(f"it prints more than {10 * MAX_TEXT} characters")
        return "".join(pieces)

    def source(self, text: str, name: str) -> Template:
        """A template from its text. Raises TemplateProblem."""
        try:
            code = self.compile(text, name, name)
            return self.template_class.from_code(self, code, self.make_globals(None), None)
        except TemplateSyntaxError as error:
            raise TemplateProblem(
                "template", str(error.message), name, error.lineno, _mend(text, error.lineno)
            ) from error
        except (RecursionError, SyntaxError, MemoryError, OverflowError, ValueError) as error:
            message = "this template is nested too deep or too long to be read"
            raise TemplateProblem("template-limit", message, name, 1) from error


def _joined(node: nodes.Concat) -> nodes.Filter:
    pieces = nodes.List(node.nodes, lineno=node.lineno)
    return nodes.Filter(pieces, "_concat", [], [], None, None, lineno=node.lineno)


def _said(error: Exception) -> str:
    """What Python says of a wrong call, with the name that the template used: "value() missing 1 required ..."."""
    text = re.sub(r"^[\w.<>]*?_?(\w+\(\))", r"\1", str(error) or type(error).__name__)
    return text[:300]


def _hint(error: Exception, known: Mapping[str, Any]) -> str:
    from briefing.diagnostics import near

    word = re.search(r"'(\w+)' is undefined", str(error))
    return near(word[1], known) if word else ""


def _mend(text: str, line: int) -> str:
    lines = text.splitlines()
    content = lines[line - 1] if 0 < line <= len(lines) else ""
    if re.search(r"\{\{[^}]*$", content) or re.search(r"\{\{[^}]*\}[^}]", content):
        return "close the expression with }}"
    if "{%" in content or "{#" in content:
        return "write {{ '{%' }} to print these characters as they are"
    return ""


def _place(error: BaseException, name: str) -> tuple[str, int]:
    """The template and line in which an error arose: the innermost frame that is a template's."""
    found = (name, 0)
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            found = (template.name or name, template.get_corresponding_lineno(trace.tb_lineno))
        elif code.co_filename == name or "__jinja_template__" in trace.tb_frame.f_globals:
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


class Folders(BaseLoader):
    """Templates of a theme: each name is looked for in the user's folder first, then in the program's."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = tuple(folder.resolve() for folder in folders)

    def find(self, name: str) -> Path | None:
        """The file of a template. Names are plain: no absolute paths, no way up, no links that lead out."""
        if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.[a-z0-9]+", name):
            return None
        for folder in self.folders:
            path = (folder / name).resolve()
            if path.is_relative_to(folder) and path.is_file() and path.stat().st_size <= MAX_SOURCE:
                return path
        return None

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ANN401, ARG002
        """The text of a template (Jinja's own protocol)."""
        path = self.find(template)
        if path is None:
            raise TemplateNotFound(template)
        try:
            return path.read_text(encoding="utf-8"), template, lambda: True
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateSyntaxError(f"it cannot be read: {error}", 1, template) from error
