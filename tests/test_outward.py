"""What reaches out of a style sheet is found, also beside long data that does not."""

import pytest

from briefing.finished import reach_of_page
from briefing.outward import reach_of_style

FONT = "@font-face { src: url(data:font/woff2;base64,d09GMgABAAAAA+/url==) }\n"


@pytest.mark.parametrize(
    "reach",
    [
        "a { background: url(http://x.example/a) }",
        "a { background: url( 'x.png') }",
        "a { background: URL(//x.example) }",
        "@import 'x.css';",
        "a { background: image-set('a.png' 1x) }",
        "a { background: \\75rl(x) }",
        "a { background: url(data:image/png;base64,AAAAurl(http://x.example)) }",
        'a { background: url("data:,AAAA") , url(http://x.example) }',
        "a { background: url(data:,AAAA@import 'x.css') }",
        "a { b: url(data:font/woff2;base64,AAAA }\na { background: url(http://x.example) }",
    ],
)
def test_what_reaches_out_is_found_at_its_line(reach):
    """Every way out is found, whatever data stand before it or around it."""
    line = 1 + FONT.count("\n") + reach.rpartition("\na")[0].count("\n") + ("\na" in reach)
    for found in (reach_of_style(FONT + reach), reach_of_page(f"<style>{FONT}{reach}</style>")):
        assert found is not None
        assert found[1] == line


@pytest.mark.parametrize("style", [FONT, "a { fill: url(#a) }", "a { b: url(asset:x) }", "a { b: url('data:,x y') }"])
def test_what_stays_inside_is_let_be(style):
    """Data, places in the page and the program's own assets are no way out."""
    assert reach_of_style(style * 3) is None
    assert reach_of_page(f"<style>{style}</style>") is None
