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
    "land": ("#eff1f3", "#21262b"),
    "home": ("#dde1e5", "#333a41"),
    "shade1": ("#e3eef9", "#1b2a3a"),
    "shade2": ("#b4d1ee", "#20405f"),
    "shade3": ("#79ace0", "#2a5f97"),
    "shade4": ("#2768ad", "#5f9fe0"),
    "shade5": ("#0c3c73", "#b7d9fb"),
}
"""Each token's colour on white and on the dark page.

Text and series, whose names are lettered in them, have a contrast of 4.5:1 or more on their page (WCAG 2.2, 1.4.3).
Any two series are apart, in OKLab, by 0.09 to the colour-blind and by 0.045 in grey; 0.02 can just be noticed. Shades
are steps of one hue, from little to much; ink on the first three, and the page's colour on the last two, have 4.5:1
too. Land and home are the ground of maps. Drawings hold the light colours only, all different, so that a page can put
others in their place.
"""
