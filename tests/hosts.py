"""Pages of somebody else's that take an edition in: plain ones, hostile ones, one with the real Bootstrap."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from briefing.pipeline import build
from tests.browser import MODULES
from tests.reading import ROOT

_BOOTSTRAP = (MODULES / "bootstrap" / "dist" / "css" / "bootstrap.css").read_text(encoding="utf-8")
_CONTENT = """<header class="navbar bg-body-tertiary"><h1>Intranet</h1></header><aside class="card prose">
<h2 class="card-title">News</h2><p class="lead">Text <a href="#x">link</a>, <strong>strong</strong>
<code>code</code> <data value="1">1</data> <time datetime="2026-01-01">t</time></p><ul><li>item</li></ul>
<ol><li>one</li></ol><blockquote><p>q</p></blockquote><table class="table table-striped"><caption>T</caption>
<thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<figure><svg viewBox="0 0 9 9" width="9"><text>x</text></svg><figcaption>f</figcaption></figure>
<details><summary>s</summary>d</details><button class="btn">b</button></aside>"""


@dataclass(frozen=True)
class Host:
    """A page's own style sheet, and what its root and the element around the edition say."""

    style: str = ""
    root: str = "dir='ltr'"
    classes: str = ""
    scheme: str = "light"
    """What its reader prefers: light or dark."""
    zoomed: bool = False
    """Whether it makes all of its content larger, so that nothing is as in another page."""

    def page(self, content: str, more: str = "") -> str:
        """The page with the edition in it; `more` stands in its head."""
        return (
            f"<!doctype html><html lang=en {self.root}><head><meta charset=utf-8><title>Host</title>"
            f"<meta name=viewport content='width=device-width, initial-scale=1'><style>{self.style}</style>{more}"
            f"</head><body>{_CONTENT}<main id=main class='content prose {self.classes}'><div id=place class=briefing>"
            f"{content}</div></main></body></html>"
        )


HOSTS = {
    "bare": Host(),
    "bootstrap": Host(_BOOTSTRAP, root="dir='ltr' data-bs-theme='light'", classes="container"),
    "bootstrap dark": Host(_BOOTSTRAP, root="dir='ltr' data-bs-theme='dark'", classes="container", scheme="dark"),
    "typographic": Host(
        """html { font-size: 62.5%; scroll-behavior: smooth }
        body { font: italic 300 2.1rem/2.2 cursive; hyphens: auto }
        html, body, div, span, h1, h2, h3, p, blockquote, a, code, cite, em, strong, b, ol, ul, li, table, caption,
        tbody, thead, tr, th, td, article, aside, details, figure, figcaption, header, nav, section, summary, time {
            margin: 0; padding: 0; border: 0; font-size: 100%; font: inherit; vertical-align: baseline }
        .prose { text-align: justify; word-spacing: .4em; text-indent: 2em; columns: 1; quotes: "<" ">"; tab-size: 2 }
        .prose p { margin: 2em 0; text-align-last: justify } .prose p::first-letter { float: left; font-size: 4em }
        .prose p::first-line { font-variant: small-caps; color: brown } .prose a { text-decoration: wavy underline }
        .prose a[href^="http"]::after { content: " ↗" }
        .prose li { list-style: square inside }
        .prose li::before { content: "– " } .prose li::marker { color: red } .prose h2 { text-transform: uppercase }
        .prose h2::before { content: counter(h) ". "; counter-increment: h } .prose blockquote { quotes: auto }
        .prose blockquote::before { content: open-quote; font-size: 5em } .prose code { background: yellow }
        .prose table { table-layout: fixed; border: 3px double; display: block }
        .prose tr:nth-child(2n) { background: pink }
        .prose td, .prose th { padding: 20px; border: 1px solid; text-align: center; white-space: nowrap }
        .prose img, .prose svg { max-width: 50%; height: auto; display: inline }
        .prose figure { margin: 3em; float: right }
        .prose details > summary { list-style: none } .prose details { border: 1px solid } .prose time { color: teal }
        ::selection { background: red }"""
    ),
    "unset": Host(
        """html { font-size: 10px } *, *::before, *::after { all: unset; box-sizing: border-box }
        body, div, p, section { display: block }"""
    ),
    "hostile": Host(
        """html { font-size: 10px } html, body { float: none !important }
        * { font-size: 40px; color: red; line-height: 3; letter-spacing: 4px; text-align: right; display: block;
            float: left; max-width: 50px; overflow: hidden; transform: rotate(1deg); cursor: none; user-select: none }
        html, body, #main, #place, briefing-embed, iframe { float: none; max-width: none; overflow: visible;
            transform: none }
        #main svg { display: none } svg * { fill: red; stroke: green; font-size: 40px; stroke-width: 9px }
        p::first-letter { font-size: 90px } table { width: 10px } data { display: none }
        [class*="bf"] { border: 3px solid }
        #main [class] { opacity: .5; position: absolute; filter: blur(2px); mix-blend-mode: difference; contain: size }
        #main#main, #main #place { position: static; opacity: 1; filter: none }
        #main #place { contain: none; mix-blend-mode: normal }""",
        root="dir='rtl'",
    ),
    "ours": Host(
        """.bf, .bf-fragment, .bf-page { font: 40px/3 cursive; background: yellow; display: flex; max-width: 100px }
        .bf .bf-text p, .bf h2, .bf a.bf-call, .bf ul, .bf li, .bf-tiles.bf-tiles, .bf-table.bf-table td { margin: 3rem;
            color: lime; font-size: 3rem; display: inline-block } .bf-tip.bf-tip.bf-tip { display: block }
        #main .bf-chart.bf-chart text { fill: lime } #main#main .bf .bf-tile { float: right; width: 3px }
        #text, #references, #edition, #cite-1-1, #ref-1, #chart-of-chart-1 { display: none }
        .bf::before, .bf-text::after, #main .bf *::before { content: "x"; position: fixed; inset: 0 }"""
    ),
    "variables": Host(
        """:root, body, main, #place, .bf, .bf * { --bf-ink: lime; --bf-page: purple; --bf-muted: red; --bf-accent: red;
            --bf-line: red; --bf-strong-line: red; --bf-shade: red; --bf-caution: lime; --bf-masthead-line: red;
            --bf-sans: cursive; --bf-serif: cursive; --bf-rem: 40px; --bf-chart-ink: lime; --bf-chart-muted: lime }"""
    ),
    "huge": Host(
        "html { font-size: 40px } body { font-size: 3rem; letter-spacing: .3em; line-height: 3; font-weight: 900 }"
    ),
    "zoomed": Host("main { zoom: 1.5 } .prose { text-align: center }", zoomed=True),
    "dark page, light reader": Host(":root { color-scheme: dark } body { background: #111; color: #eee }"),
    "light page, dark reader": Host("body { background: #fff; color: #222 } a { color: purple }", scheme="dark"),
    "dark page, dark reader": Host(
        ":root { color-scheme: light dark } body { background: #181a1b; color: #ddd }", scheme="dark"
    ),
}
"""Styles without `!important` on what stands in an edition; the element and the frame withstand that, too."""


EVERYTHING = """
title: Flood on the Wend
subtitle: Situation briefing
briefing: small
publisher: Crisis cell of the county
timezone: Europe/London
marking: TLP:AMBER
summary: What is known this morning, who says so, and when it was so.
day: {label: Day, from: 2026-03-10, first: 1}
facts: [facts/*.yaml]
formats: [html, fragment]
feeds:
  - file: facts/water-level.csv
    series:
      - {id: level, indicator: water-level, subject: Wend at Old Bridge, said_by: Water Authority, sources: [gauge],
         claim: "The Wend stands at {value} {unit} at Old Bridge", as_of: {column: Date}, value: {column: Level in cm}}
sections:
  - title: Key figures
    blocks:
      - key_figures: [{fact: level, label: "Water level at Old Bridge, cm", sparkline: true}, evacuated-county,
          homes-without-power]
  - title: Overview
    blocks:
      - text: |
          On **day {{ day }}** the water is *falling*, slowly. {{ fact("level") }} The gauge is read every
          morning{{ cite("gauge") }}. See [the gauges](https://example.org/gauges) and `gauge-7`.

          ### What is asked

          1. {{ fact("evacuated-county") }}
          2. Who is still there?

          - Boats
          - Pumps

          > The mayor speaks of {{ value("evacuated-mayor") }}.
      - facts: {tag: people}
  - title: People
    blocks:
      - chart: {kind: line, title: The Wend is falling, series: [level], events: {tag: mark}, height: 55}
      - table: {title: People and homes, facts: {tag: people},
          columns: [indicator, place, said_by, value, as_of, status, sources]}
      - callout: {kind: caution, title: One report names no source, text: '{{ fact("missing-persons") }}'}
  - title: Timeline
    blocks: [{timeline: {tag: event}}]
"""
"""The config of a small edition that has every kind of block."""


def small_project(folder: Path, more: str = "") -> Path:
    """The facts of the project that `briefing new` makes, with a config that shows each in every way."""
    shutil.copytree(ROOT / "briefing" / "starter" / "project" / "facts", folder / "facts")
    config = folder / "config.yaml"
    config.write_text(EVERYTHING + more, encoding="utf-8")
    return config


def small_edition(folder: Path, more: str = "", *, draft: bool = False) -> Path:
    """The folder of that project's edition."""
    config = small_project(folder, more)
    return build(config, day=date(2026, 3, 14), now=datetime(2026, 3, 14, 6, tzinfo=UTC), draft=draft).folder
