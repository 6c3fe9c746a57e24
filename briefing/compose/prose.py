"""The author's text: Jinja in the sandbox fills it, Markdown gives it form, and the tree takes both.

What a template prints never meets the Markdown parser: it is put aside and a token left in its place, so that an
asterisk or bracket in a fact comes out as typed. The token is made of non-characters, which no input may hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic_core import PydanticCustomError

from briefing.compose.typed import report_figure
from briefing.compose.writer import Writer
from briefing.diagnostics import Diagnostic, Where, near, shown
from briefing.edition import (
    Aside,
    Block,
    Break,
    Citation,
    Code,
    Emphasis,
    Heading,
    Inline,
    Items,
    Line,
    Link,
    Note,
    Paragraph,
    Quote,
    Strong,
    Text,
)
from briefing.fields import check_url
from briefing.numerals import typed
from briefing.templating import Sandbox, TemplateProblem, line_of_call

_TOKEN = re.compile("\ufdd0([0-9]+)\ufdd1")
MAX_BLOCKS = 2000


class _Printed:
    """What value(), fact() or cite() gave: nodes set aside. As text it is its token."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __str__(self) -> str:
        return self.token


class Prose:
    """Turns the author's texts into blocks, with the writer's facts and the edition's plain values."""

    def __init__(self, writer: Writer, values: dict[str, Any], allowed: tuple[str, ...] = ()) -> None:
        self.writer = writer
        self.allowed = (*allowed, *(text for text in values.values() if isinstance(text, str)))
        self.aside: list[Line] = []
        self.taken: set[str] = set()
        self.sandbox = Sandbox(loader=None, markup=False, finalize=self._set_aside)
        self.values = {
            **values,
            "value": self._value,
            "fact": self._fact,
            "cite": self._cite,
            "date_of": self._date_of,
        }

    def blocks(self, text: str, where: Where) -> tuple[Block, ...]:
        """The blocks of a Markdown text. `where` is the text in the config."""
        filled = self._filled(text, where)
        if filled is None:
            return ()
        self._report_foreign(text, where)
        tree = SyntaxTreeNode(_markdown(self.writer.words["quotes"]).parse(filled))
        return tuple(block for node in tree.children for block in self._block(node, where))

    def _report_foreign(self, text: str, where: Where) -> None:
        """Report what people know from other Markdown and what comes out here as typed."""
        for pattern, what, hint in (
            (r"^ *\|.*\|.*\|? *$", "a table", "use a table block, which knows its sources"),
            (r"!\[[^\]]*\]\(", "a picture", "pictures are not part of a text; a chart block draws from facts"),
        ):
            if (match := re.search(pattern, text, re.MULTILINE)) is not None:
                place = replace(where, below=text.count("\n", 0, match.start()))
                self.writer.report("not-markdown", f"{what} in a text is printed as typed", hint, place, warn=True)

    def line(self, text: str, where: Where) -> Line:
        """A text of one line: emphasis and links, no paragraphs."""
        filled = self._filled(" ".join(text.split()), where)
        if filled is None:
            return ()
        tree = SyntaxTreeNode(_markdown(self.writer.words["quotes"]).parseInline(filled))
        return tuple(node for child in tree.children for node in self._inline(child.children or [], where))

    def _filled(self, text: str, where: Where) -> str | None:
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        before = self.writer.where
        self.writer.where = where
        try:
            filled = self.sandbox.render(self.sandbox.source(text, "text"), self.values)
            _check_whole(filled, 0)
        except TemplateProblem as problem:
            place = Where(where.file, where.keys, below=max(0, problem.line - 1))
            self.writer.report(problem.code, problem.message, problem.hint, place)
            return None
        else:
            return filled
        finally:
            self.writer.where = before

    # What templates may call.

    def _keep(self, line: Line) -> _Printed:
        self.aside.append(line)
        return _Printed(f"\ufdd0{len(self.aside) - 1}\ufdd1")

    def _set_aside(self, printed: Any) -> Any:  # noqa: ANN401
        """Jinja's finalize: whatever an expression prints becomes literal text."""
        if isinstance(printed, _Printed):
            return printed
        text = str(printed)  # raises for a name that is not defined
        if not isinstance(printed, (str, int)):
            name = getattr(printed, "__name__", "").lstrip("_")
            what, hint = (
                (f"{name} stands here without what it is to print", f'write {{{{ {name}("id") }}}}')
                if callable(printed)
                else (f"a {type(printed).__name__} cannot be printed", "print its parts one by one")
            )
            raise TemplateProblem("template", what, "text", line_of_call(), hint)
        _check_whole(text, line_of_call())
        words = _TOKEN.sub("\N{OBJECT REPLACEMENT CHARACTER}", text)
        for numeral in typed(words, self.writer.formatter.locale, self.allowed):
            report_figure(numeral, words, self._here(), self.writer)
        return self._keep(self._expanded(text))

    def _expanded(self, text: str) -> Line:
        """Text that may hold tokens, as when a template joins a figure to a word."""
        line: list[Inline] = []
        for number, piece in enumerate(_TOKEN.split(text)):
            if number % 2:
                line += self._taken(piece)
            elif piece:
                line.append(Text(piece))
        return tuple(line)

    def _taken(self, number: str) -> Line:
        """What a token stands for. Printed a second time, its notes are calls of their own."""
        if len(number) >= 9 or int(number) >= len(self.aside):
            return ()
        line = self.aside[int(number)]
        if number not in self.taken:
            self.taken.add(number)
            return line
        return tuple(self.writer.note_of(one.citations) if isinstance(one, Note) else one for one in line)

    def _here(self) -> Where:
        """The line of the text that calls right now."""
        return replace(self.writer.where, below=max(0, line_of_call() - 1))

    def _value(self, name: str, *, unit: bool = False, as_of: bool = False) -> _Printed:
        fact = self.writer.fact(_name(name), self._here())
        if fact is None:
            return self._keep(())
        if fact.value is None:
            self.writer.report(
                "no-value", f"{shown(fact.id)} has no value to print", "fact() prints its claim", self._here()
            )
            return self._keep(())
        line = self.writer.figure(fact, unit=unit)
        if as_of and fact.as_of is not None:
            line = (*line, Text(" "), Aside(f"({self.writer.as_of(fact)})", "as_of"))
        elif aged := self.writer.aged(fact):
            line = (*line, Text(" "), Aside(f"({aged})", "stale"))
        return self._keep((*line, *self.writer.note(fact)))

    def _fact(self, name: str) -> _Printed:
        fact = self.writer.fact(_name(name), self._here())
        return self._keep(self.writer.sentence(fact) if fact is not None else ())

    def _cite(self, name: str, locator: str | None = None) -> _Printed:
        source = _name(name)
        if source not in self.writer.evidence.sources:
            hint = near(source, self.writer.evidence.sources, "a source with a similar name")
            self.writer.report("unknown-source", f"there is no source {shown(source)}", hint, self._here())
            return self._keep(())
        place = None if locator is None else str(locator)
        if place is not None and len(place) > 300:
            message = f"this locator has {len(place)} characters; at most 300 are allowed"
            self.writer.report("too-long", message, "", self._here())
            return self._keep(())
        return self._keep((self.writer.note_of([Citation(source, None, place)]),))

    def _date_of(self, name: str) -> _Printed:
        fact = self.writer.fact(_name(name), self._here())
        if fact is None:
            return self._keep(())
        if fact.as_of is None and fact.at is None:
            hint = "add as_of: or at: to the fact"
            self.writer.report("no-as-of", f"{shown(fact.id)} has no date to print", hint, self._here())
            return self._keep(())
        formatter = self.writer.formatter
        text = formatter.period(fact.at) if fact.at else formatter.moment(fact.as_of) if fact.as_of else ""
        return self._keep((Text(text),))

    # From Markdown's tree to ours.

    def _block(self, node: SyntaxTreeNode, where: Where) -> tuple[Block, ...]:
        children = node.children or []
        if node.type == "paragraph":
            line = self._line_of(children, where)
            return (Paragraph(line),) if line else ()
        if node.type == "heading":
            return (Heading(3, self._line_of(children, where)),)
        if node.type in {"bullet_list", "ordered_list"}:
            items = tuple(tuple(b for child in item.children for b in self._block(child, where)) for item in children)
            start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            return (Items(items, start),)
        if node.type == "blockquote":
            return (Quote(tuple(b for child in children for b in self._block(child, where))),)
        if node.type in {"fence", "code_block"}:
            return (Paragraph(self._code(node.content)),)
        return ()

    def _line_of(self, children: list[SyntaxTreeNode], where: Where) -> Line:
        return tuple(one for child in children for one in self._inline(child.children or [], where))

    def _inline(self, nodes: list[SyntaxTreeNode], where: Where) -> Line:
        line: list[Inline] = []
        for node in nodes:
            children = node.children or []
            if node.type == "text":
                line += self._expanded(node.content)
            elif node.type == "softbreak":
                line.append(Text(" "))
            elif node.type == "hardbreak":
                line.append(Break())
            elif node.type == "em":
                line.append(Emphasis(self._inline(children, where)))
            elif node.type == "strong":
                line.append(Strong(self._inline(children, where)))
            elif node.type == "code_inline":
                line += self._code(node.content)
            elif node.type == "link":
                line += self._link(str(node.attrs.get("href", "")), self._inline(children, where), where)
            else:
                line += self._expanded(node.content)
        return tuple(line)

    def _code(self, content: str) -> Line:
        return tuple(Code(one.text) if isinstance(one, Text) else one for one in self._expanded(content))

    def _link(self, url: str, children: Line, where: Where) -> Line:
        if _TOKEN.search(unquote(url)):
            message = "a template cannot fill in an address"
            self.writer.report("bad-url", message, "write the whole address out", where)
            return children
        try:
            return (Link(check_url(url), children),)
        except PydanticCustomError as error:
            context = error.context or {}
            self.writer.found.append(Diagnostic(where, "bad-url", str(context["message"]), str(context["hint"])))
            return children


def _check_whole(text: str, line: int) -> None:
    """Raise TemplateProblem where a filter took a token apart, and with it a figure from its note."""
    if re.search("[\ufdd0\ufdd1]", _TOKEN.sub("", text)):
        message = "a figure is taken apart here, and would lose its note"
        raise TemplateProblem("template", message, "text", line, "print it without first, last, reverse or list")


def _name(given: object) -> str:
    return given if isinstance(given, str) else str(given)[:100]


@cache
def _markdown(quotes: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True, "quotes": quotes, "maxNesting": 30})
    return parser.enable(["smartquotes"]).disable(["image", "reference", "html_block", "html_inline", "entity"])
