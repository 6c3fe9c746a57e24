"""Templates in a sandbox: they show what Python decided, cannot reach out, and cannot go on for ever.

Other people write templates. So a template may call only what it is handed, may not compute, and everything that can
repeat or grow draws on a budget: the same template is refused on every machine at the same place.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    nodes,
    pass_context,
    pass_eval_context,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from briefing.inputs import FORBIDDEN, about_character
from briefing.outward import reach_of_template

MAX_STEPS = 2_000_000
"""Turns of loops and calls in one rendering; work on long texts and lists counts as several."""

MAX_TEXT = 5_000_000
"""Characters in one piece of text that a template makes."""

MAX_SOURCE = 500_000
"""Characters in one template file."""

MAX_COMPILED = 200
"""Templates whose code is kept."""

_FILTERS = ("default", "first", "items", "last", "length")
_TESTS = ("defined", "none", "string", "undefined")
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

    def spend(self, steps: int = 1) -> None:
        """One turn of a loop, one call, or what takes as long as so many of them."""
        self.steps -= steps
        if self.steps < 0:
            raise _Exhausted(f"it goes through more than {MAX_STEPS} turns of loops and calls")

    def weigh(self, thing: Any) -> Any:  # noqa: ANN401
        """Pay for an operation that goes through the whole of a text or list."""
        if isinstance(thing, str):
            self.spend(len(thing) // 100)
        elif isinstance(thing, (list, tuple)):
            for one in thing:
                self.spend()
                self.weigh(one)
        elif isinstance(thing, dict):
            self.weigh(list(thing.items()))
        return thing


def _as_text(thing: Any) -> Any:  # noqa: ANN401
    """What is to be printed. Raises TypeError for what has no form in words."""
    shapeless = isinstance(thing, (list, tuple, dict, set, Iterator)) or is_dataclass(thing) or callable(thing)
    if shapeless and not isinstance(thing, Undefined):  # which complains in its own words
        raise TypeError(f"a {type(thing).__name__} cannot be printed: print its parts one by one")
    return thing


@pass_context  # or Jinja would ask when it compiles, without a line to name
def _printed(_: Context, thing: Any) -> Any:  # noqa: ANN401
    return _as_text(thing)


class _Compiled(BytecodeCache):
    """What the templates of themes were compiled to, by name and text, as long as the process lives.

    A preview makes a page again and again from the same templates, and compiling them takes longer than filling them.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept (Jinja's own protocol)."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled (Jinja's own protocol)."""
        if len(self._codes) >= MAX_COMPILED:
            self._codes.clear()
        self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = {markup: _Compiled() for markup in (True, False)}  # the code escapes, or does not


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of every template: immutable data, no methods, no arithmetic, a budget.

    The filters whose names begin with `_` are put in by `_parse`; a template cannot name them.
    """

    def __init__(
        self, *, loader: BaseLoader | None, markup: bool, finalize: Callable[[Any], Any] | None = None
    ) -> None:
        super().__init__(
            loader=loader,
            autoescape=markup,
            undefined=StrictUndefined,
            finalize=finalize or _printed,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            cache_size=200,
            auto_reload=False,
            bytecode_cache=_COMPILED[markup] if finalize is None else None,
        )
        self.budget = Budget()
        self.globals = {}
        self.filters = {name: self.filters[name] for name in _FILTERS} | {
            "capitalize": self._on_text(str.capitalize),
            "e": self._on_text(escape),
            "escape": self._on_text(escape),
            "join": self._concat,
            "list": self._list,
            "lower": self._on_text(lambda text: text.lower()),
            "reverse": self._reverse,
            "trim": self._on_text(lambda text: text.strip()),
            "upper": self._on_text(lambda text: text.upper()),
            "_bounded": self._bounded,
            "_concat": self._concat,
            "_each": self._each,
            "_spent": self._spent,
            "_weighed": self._weighed,
        }
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.callables: set[Callable[..., Any]] = set()
        self.depth = 0

    def _weighed(self, thing: Any) -> Any:  # noqa: ANN401
        return self.budget.weigh(thing)

    @pass_context  # or Jinja would do it once, when the template is compiled
    def _spent(self, _: Context, steps: int) -> None:
        self.budget.spend(steps)

    def _bounded(self, text: Any) -> Any:  # noqa: ANN401
        if isinstance(text, str) and len(text) > MAX_TEXT:
            raise _Exhausted(f"it makes a text of more than {MAX_TEXT} characters")
        return self.budget.weigh(text)

    def _on_text(self, method: Callable[[Any], str]) -> Callable[[Any], Any]:
        def filtered(thing: Any) -> Any:  # noqa: ANN401
            text = _as_text(thing)
            return self._bounded(method(text if isinstance(text, str) else str(text)))

        return filtered

    def _each(self, things: Iterable[Any]) -> Iterator[Any]:
        for thing in things:
            self.budget.spend()
            yield thing

    def _list(self, things: Iterable[Any]) -> list[Any]:
        return list(self._each(things))

    def _reverse(self, things: Iterable[Any]) -> list[Any]:
        return self._list(things)[::-1]

    @pass_eval_context
    def _concat(self, context: EvalContext, pieces: Iterable[Any], between: str = "") -> Any:  # noqa: ANN401
        texts: list[Any] = []
        size = 0
        for piece in self._each(pieces):
            texts += [between, _as_text(piece)] if texts else [_as_text(piece)]
            size += len(between) + len(str(piece))
            if size > MAX_TEXT:
                raise _Exhausted(f"it makes a text of more than {MAX_TEXT} characters")
        return self._bounded(Markup("").join(texts) if context.autoescape else "".join(map(str, texts)))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree of a template without what none may hold, and with what makes it draw on the budget."""
        if len(source) > MAX_SOURCE:
            raise TemplateProblem("template-limit", f"a template may have {MAX_SOURCE} characters", name or "", 1)
        if match := FORBIDDEN.search(source):
            line = source.count("\n", 0, match.start()) + 1
            raise TemplateSyntaxError(about_character(match[0])[0], line, name)
        if self.autoescape and (reach := reach_of_template(source)) is not None:
            raise TemplateSyntaxError(*reach, name)
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if refusal := _refusal(node):
                raise TemplateSyntaxError(refusal, node.lineno, name)
        _meter(tree)
        _join(tree)
        return tree

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401
        """The edition's nodes and dates have fields, a loop has its counters; nothing else has anything."""
        if isinstance(obj, LoopContext):
            return attr in {"index", "index0", "first", "last", "length", "previtem", "nextitem", "revindex"}
        ours = isinstance(obj, date) or (is_dataclass(obj) and not isinstance(obj, type))
        return ours and not attr.startswith("_") and not callable(value)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Only macros and what the program hands over can be called."""
        self.budget.spend(5 if isinstance(obj, Macro) else 1)
        if not (isinstance(obj, Macro) or (callable(obj) and obj in self.callables)):
            name = getattr(obj, "_undefined_name", None) or getattr(obj, "__name__", type(obj).__name__)
            raise SecurityError(f"{name!r} cannot be called from a template")
        made = super().call(context, obj, *args, **kwargs)
        return self._bounded(made) if isinstance(obj, Macro) else made

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
            return self._gathered(cast("Generator[str]", made.generate(values)))
        except TemplateProblem:
            raise
        except _Exhausted as error:
            raise TemplateProblem("template-limit", str(error), *_place(error, name)) from error
        except (RecursionError, SyntaxError) as error:
            message = "it calls or includes itself without end, or is nested too deep to be read"
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

    def _gathered(self, stream: Generator[str]) -> str:
        pieces: list[str] = []
        size = 0
        for piece in stream:
            pieces.append(piece)
            size += len(piece)
            if size > 10 * MAX_TEXT:
                stream.throw(_Exhausted(f"it prints more than {10 * MAX_TEXT} characters"))  # names the line
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


def _refusal(node: nodes.Node) -> str:
    """Why a template may not hold a node; nothing when it may."""
    if isinstance(node, _COMPUTING):
        return "templates show and do not compute: + - * / % are not available here"
    if isinstance(node, nodes.For) and node.recursive:
        return "recursive loops are not available here"
    if isinstance(node, nodes.EvalContextModifier):
        return "what is printed is always escaped: autoescape cannot be switched here"
    if isinstance(node, nodes.Filter) and node.name.startswith("_"):
        return f"there is no filter {node.name!r}"
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and (match := FORBIDDEN.search(node.value)):
        return about_character(match[0])[0]
    return ""


def _meter(tree: nodes.Template) -> None:
    """Put in what makes a template draw on the budget: for its loops, its bodies, and its work on texts and lists."""
    bodies: list[Any] = [tree, *tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block))]
    for body in bodies:
        if weight := sum(1 for _ in body.find_all(nodes.Node)) // 25:
            spent = _through(nodes.Const(weight, lineno=body.lineno), "_spent")
            body.body.insert(0, nodes.ExprStmt(spent, lineno=body.lineno))
    for loop in tree.find_all(nodes.For):
        loop.iter = _through(loop.iter, "_each")
    for block in tree.find_all(nodes.AssignBlock):
        block.filter = nodes.Filter(block.filter, "_bounded", [], [], None, None, lineno=block.lineno)
    for compare in tree.find_all(nodes.Compare):
        compare.expr = _through(compare.expr, "_weighed")
        for operand in compare.ops:
            operand.expr = _through(operand.expr, "_weighed")
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.arg, nodes.Slice):
            item.node = _through(item.node, "_weighed")


def _join(tree: nodes.Template) -> None:
    """Let a filter of ours do what `~` does."""
    for parent in tree.find_all(nodes.Node):
        for field, child in parent.iter_fields():
            if isinstance(child, nodes.Concat):
                setattr(parent, field, _joined(child))
            elif isinstance(child, list):
                child[:] = [_joined(one) if isinstance(one, nodes.Concat) else one for one in child]


def _through(node: nodes.Node, name: str) -> nodes.Filter:
    """An expression whose value goes through a filter of ours."""
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)


def _joined(node: nodes.Concat) -> nodes.Filter:
    return _through(nodes.List(node.nodes, lineno=node.lineno), "_concat")


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
    if re.search(r"\{\{[^}]*$", content) or re.search(r"\{\{[^}]*\}(?!\})", content):
        return "close the expression with }}"
    if "{%" in content or "{#" in content:
        return "write {{ '{%' }} to print these characters as they are"
    return ""


def _place(error: BaseException, name: str) -> tuple[str, int]:
    """The template and line in which an error arose: the innermost frame that is a template's, else its first line."""
    found = (name, 1)
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


def line_of_call() -> int:
    """The line, from 1, on which the innermost template at work stands right now; 0 when none is at work."""
    frame = inspect.currentframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back
    return 0


class Folders(BaseLoader):
    """Templates of a theme: each name is looked for in the user's folder first, then in the program's."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = tuple(folder.resolve() for folder in folders)

    def find(self, name: str) -> Path | None:
        """The file of a template, or None. Names are plain: no absolute paths, no way up.

        Raises TemplateProblem for a link that leads out of its theme, and for what is no file of a sensible size.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.[a-z0-9]+", name):
            return None
        for folder in self.folders:
            path = folder / name
            if not os.path.lexists(path):
                continue
            try:
                real = path.resolve(strict=True)
                if real.is_relative_to(folder) and real.is_file() and real.stat().st_size <= MAX_SOURCE:
                    return real
            except (OSError, RuntimeError):  # a link to nowhere, or to itself
                pass
            message = f"this is no file of the theme's own of at most {MAX_SOURCE // 1000} kB"
            raise TemplateProblem("template", message, name, 1)
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
