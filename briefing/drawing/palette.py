"""The colours of every chart, without loading matplotlib."""

VERSION = 2
"""Raised whenever the same specification draws different bytes; part of the key of a drawing in the cache."""

PALETTE: dict[str, tuple[str, str]] = {
    "page": ("#ffffff", "#14171a"),
    "ink": ("#1b1f24", "#eceff2"),
    "muted": ("#59616b", "#a3abb5"),
    "grid": ("#d9dde2", "#343b43"),
    "series1": ("#0a5fb4", "#4499f9"),
    "series2": ("#c83e11", "#e2925b"),
    "series3": ("#065951", "#46dfac"),
    "series4": ("#3f1885", "#e1cdff"),
    "series5": ("#540037", "#d4609e"),
    "series6": ("#673400", "#f1fd6f"),
}
"""Each token's colour on white and on the dark page.

Text and series, whose names are lettered in them, have a contrast of 4.5:1 or more on their page (WCAG 2.2, 1.4.3).
Any two series are apart, in OKLab, by 0.09 to the colour-blind and by 0.045 in grey; 0.02 can just be noticed. Drawings
hold the light colours only, all different, so that a page can put others in their place.
"""
