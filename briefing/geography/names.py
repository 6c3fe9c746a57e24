"""Names and codes of places, in several languages, and the outlines that they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError

from briefing.diagnostics import near
from briefing.geography.atlas import Atlas, regions, with_regions, world

WORLD = "World"
"""The area that is everything."""

_FURTHER = {
    "BOL": ("Plurinational State of Bolivia",),
    "BRN": ("Brunei Darussalam",),
    "CIV": ("Ivory Coast",),
    "COD": ("DRC", "DR Congo", "Democratic Republic of the Congo", "Congo (Kinshasa)"),
    "COG": ("Republic of the Congo", "Congo (Brazzaville)"),
    "CPV": ("Cape Verde", "Cabo Verde"),
    "CZE": ("Czech Republic",),
    "FSM": ("Federated States of Micronesia",),
    "GBR": ("UK", "Great Britain"),
    "IRN": ("Islamic Republic of Iran",),
    "KOR": ("Korea, South", "Republic of Korea"),
    "LAO": ("Lao PDR", "Lao People's Democratic Republic"),
    "MDA": ("Republic of Moldova",),
    "MKD": ("Macedonia",),
    "MMR": ("Burma", "Myanmar"),
    "PRK": ("Korea, North", "DPRK", "Democratic People's Republic of Korea"),
    "PSE": ("Palestine", "State of Palestine", "occupied Palestinian territory", "oPt"),
    "RUS": ("Russian Federation",),
    "SWZ": ("Swaziland", "Eswatini"),
    "SYR": ("Syrian Arab Republic",),
    "TLS": ("East Timor",),
    "TUR": ("Turkey", "Türkiye"),
    "TWN": ("Taiwan",),
    "TZA": ("United Republic of Tanzania",),
    "UKR": ("Україна",),
    "USA": ("USA", "United States of America", "US"),
    "VAT": ("Holy See",),
    "VEN": ("Bolivarian Republic of Venezuela",),
    "VNM": ("Viet Nam",),
    "XKX": ("Kosovo",),
}
"""Names in common use that CLDR does not have in English."""


_CODE = r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?"
_SHORT = {"COD": "DR Congo", "COG": "Congo", "MMR": "Myanmar"}
"""Names for a map in English where CLDR's are long."""


def country_of(place: str, language: str) -> str | None:
    """The alpha-3 code of a country by its code, or by its name in English or in the language."""
    return _countries(language).get(_key(place))


def region_of(place: str, country: str) -> str | None:
    """The ISO 3166-2 code of a region by that code, or by its name in English or its own language."""
    return _regions(country).get(_key(place))


def country_name(code: str, language: str) -> str:
    """A country's name in a language, or in English; what CLDR does not know has the name of the outlines."""
    area = world().areas[code]
    if language.split("-", maxsplit=1)[0] == "en" and code in _SHORT:
        return _SHORT[code]
    for locale in (_locale(language), _locale("en")):
        if area.iso2 and locale is not None and (name := locale.territories.get(area.iso2)):
            return str(name)
    return area.names[0]


def region_name(code: str, language: str) -> str:
    """A region's name as a map letters it."""
    atlases = (regions(country) for country in with_regions())
    names = next(atlas.areas[code].names for atlas in atlases if atlas is not None and code in atlas.areas)
    return names[1] if language.split("-", maxsplit=1)[0] == "uk" and len(names) > 1 else names[0]


def near_place(place: str, language: str, countries: Iterable[str] = (), own: Iterable[str] = ()) -> str:
    """A hint that names what a place may have been meant for, or nothing; a country without outlines meant itself."""
    if country_of(place, language) is not None:
        return ""
    known = [*own, *(name for country in countries for name in _spellings(country)), *_country_names(language)]
    return near(place, known, "a place with a similar name")


@cache
def _country_names(language: str) -> dict[str, str]:
    """The alpha-3 code by each name, as it is written."""
    names: dict[str, str] = {}
    for code, area in world().areas.items():
        given = [*area.names, *_FURTHER.get(code, ())]
        given += [country_name(code, "en"), country_name(code, language)]
        names |= dict.fromkeys(given, code)
    return names


@cache
def _countries(language: str) -> dict[str, str]:
    named = {_key(name): code for name, code in _country_names(language).items()}
    for code, area in world().areas.items():
        named |= {_key(one): code for one in (code, area.iso2) if one}
    return named


def _spellings(country: str) -> list[str]:
    atlas = regions(country)
    return [name for area in atlas.areas.values() for name in area.names] if atlas else []


@cache
def _regions(country: str) -> dict[str, str]:
    atlas = regions(country)
    areas = atlas.areas.values() if atlas else ()
    return {_key(name): area.code for area in areas for name in (*area.names, area.code)}


def region_anywhere(place: str) -> str | None:
    """The code of a region, of whatever country, by that code or by its name."""
    return next((code for country in with_regions() if (code := region_of(place, country)) is not None), None)


def named_place(place: str, code: str, language: str) -> str:
    """A place as a map letters it: as it is written, unless that is a code."""
    if not re.fullmatch(_CODE, place):
        return place
    return region_name(code, language) if "-" in code else country_name(code, language)


def own_of(place: str, atlas: Atlas) -> str | None:
    """The area of a user's outlines by its name."""
    return {_key(name): name for name in atlas.areas}.get(_key(place))


@cache
def _key(name: str) -> str:
    """A name without accents, capitals, marks and "the"; a code keeps its capitals, so that "no" is not Norway."""
    if re.fullmatch(_CODE, name):
        return name
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.findall(r"\w+", plain.replace("&", " and ").replace("'", "").replace("’", "").replace("ʼ", ""))
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
