"""The colours of every chart, without loading matplotlib."""

VERSION = 1
"""Raised whenever the same specification draws different bytes; part of the key of a drawing in the cache."""

PALETTE: dict[str, tuple[str, str]] = {
    "page": ("#ffffff", "#14171a"),
    "ink": ("#1b1f24", "#eceff2"),
    "muted": ("#59616b", "#a3abb5"),
    "grid": ("#d9dde2", "#343b43"),
    "series1": ("#0a5fb4", "#4a9eff"),
    "series2": ("#c83e11", "#e0915a"),
    "series3": ("#007f7b", "#51e8b5"),
    "series4": ("#411b5f", "#deccff"),
    "series5": ("#8d1c49", "#d4609f"),
    "series6": ("#4c3303", "#f5dc4c"),
}
"""Each token's colour on white and on the dark page.

Text and series have a contrast of 4.5:1 or more on their page (WCAG 2.2, 1.4.3); the series stay apart in
lightness and for the colour-blind. Drawings hold the light colours only, all different, so that a page can
put others in their place.
"""
