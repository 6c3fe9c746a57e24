"""Formats: numbers, values and dates as each language writes them, with nothing lost."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.fields import Moment, Period
from briefing.formats import Formatter
from briefing.value import Value, parse
from briefing.words import WORDS, spoken, words

NARROW, FIXED = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "written", "printed"),
    [
        ("en", "1300", "1,300"),
        ("en", "1.10", "1.10"),
        ("en", "0.50", "0.50"),
        ("en", "-5", "−5"),
        ("en", "4437007", "4,437,007"),
        ("en", "10000000", "10 million"),
        ("en", "11400000", "11.4 million"),
        ("en", "1230000000", "1.23 billion"),
        ("en", "1234000000", "1,234,000,000"),
        ("en", "1234560000", "1,234,560,000"),
        ("en", "-1500000", "−1.5 million"),
        ("en", "1000000.0", "1,000,000.0"),
        ("en", "999999", "999,999"),
        ("en-US", "1300", "1,300"),
        ("fr", "1300", f"1{NARROW}300"),
        ("fr", "1.10", "1,10"),
        ("fr", "1000000", "1 million"),
        ("fr", "1500000", "1,5 million"),
        ("fr", "2000000", "2 millions"),
        ("fr", "1000000000", "1 milliard"),
        ("fr", "1234000000", f"1{NARROW}234{NARROW}000{NARROW}000"),
        ("uk", "1300", f"1{FIXED}300"),
        ("uk", "1.10", "1,10"),
        ("uk", "1000000", "1 мільйон"),
        ("uk", "2000000", "2 мільйони"),
        ("uk", "5000000", "5 мільйонів"),
        ("uk", "1500000", "1,5 мільйона"),
        ("uk", "21000000", "21 мільйон"),
        ("ar", "1300", "1,300"),
        ("ar", "2000000", "2 مليون"),
        ("ar", "5000000", "5 ملايين"),
        ("hi", "11400000", "1.14 करोड़"),
        ("hi", "12340000", "1,23,40,000"),
        ("ja", "12340000", "12,340,000"),
        ("xx", "1300", "1,300"),
    ],
)
def test_numbers_are_written_in_each_language(language, written, printed):
    """Digits are grouped by the language, round millions are words, and the stated precision stays."""
    assert Formatter(language).number(Decimal(written)) == printed


@pytest.mark.parametrize("language", ["en", "en-US", "fr", "uk", "ar", "de", "hi", "pt-BR", "ja"])
@given(n=st.integers(10**6, 10**15).map(lambda n: n // 10 ** (n % 12) * 10 ** (n % 12)))
def test_no_digit_is_lost_in_words(language, n):
    """Whatever is printed of a round number is the whole number: its digits are all there."""
    printed = Formatter(language).number(Decimal(n))
    digits = re.sub(r"[^0-9]", "", printed)
    assert digits.rstrip("0") == str(n).rstrip("0")


@given(st.decimals(min_value=-(10**5), max_value=10**5, places=3))
def test_a_decimal_keeps_its_places(n):
    """Three places stated are three places printed, in English as in French."""
    english, french = Formatter("en").number(n), Formatter("fr").number(n)
    assert Decimal(english.replace(",", "").replace("−", "-")) == n
    assert english.partition(".")[2] == french.partition(",")[2]
    assert len(english.partition(".")[2]) == 3


@pytest.mark.parametrize(
    ("language", "written", "printed"),
    [
        ("en", "~1300", "about 1,300"),
        ("en", ">50", "more than 50"),
        ("en", ">=50", "at least 50"),
        ("en", "<5", "fewer than 5"),
        ("en", "<=5", "at most 5"),
        ("en", "7000..15000", "7,000 to 15,000"),
        ("en", ">10000000", "more than 10 million"),
        ("en", "-3..-1", "−3 to −1"),
        ("fr", "~1300", f"environ 1{NARROW}300"),
        ("fr", ">10000000", "plus de 10 millions"),
        ("fr", "7000..15000", f"7{NARROW}000 à 15{NARROW}000"),
        ("uk", "~1300", f"близько 1{FIXED}300"),
        ("uk", ">=50", "щонайменше 50"),
        ("uk", "7000..15000", f"від 7{FIXED}000 до 15{FIXED}000"),
        ("ar", "~1300", "about 1,300"),
    ],
)
def test_values_are_written_in_each_language(language, written, printed):
    """A range stays a range, and bounds and approximations are words."""
    assert Formatter(language).value(parse(written)) == printed


def test_a_best_estimate_is_named_as_one():
    """A range with the asserter's best estimate prints all three numbers, and no mid-point of ours."""
    value = Value(Decimal(7000), Decimal(15000), Decimal(9000))
    assert Formatter("en").value(value) == "7,000 to 15,000, best estimate 9,000"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "9 April 2022", "9 Apr 2022"),
        ("en-GB", "9 April 2022", "9 Apr 2022"),
        ("en-US", "April 9, 2022", "Apr 9, 2022"),
        ("fr", "9 avril 2022", "9 avr. 2022"),
        ("uk", f"9 квітня 2022{NARROW}р.", f"9 квіт. 2022{NARROW}р."),
        ("ar", "9 أبريل 2022", "09\u200f/04\u200f/2022"),
    ],
)
def test_dates_are_written_in_each_language(language, long, short):
    """A date has the form of its language, with its year."""
    formatter = Formatter(language)
    assert formatter.date(dt.date(2022, 4, 9)) == long
    assert formatter.short_date(dt.date(2022, 4, 9)) == short


def moment(text, clock=""):
    """A moment."""
    return Moment(dt.date.fromisoformat(text), clock)


@pytest.mark.parametrize(
    ("language", "start", "end", "printed"),
    [
        ("en", moment("2022-02-24"), None, "24 February 2022"),
        ("en", moment("2022-02-24", "04:00"), None, "24 February 2022 at 04:00"),
        ("en", moment("2022-02-24"), moment("2022-02-26"), "24–26 February 2022"),
        ("en", moment("2022-02-24"), moment("2022-03-02"), "24 February 2022 to 2 March 2022"),
        ("en-US", moment("2022-02-24"), moment("2022-02-26"), "February 24, 2022 to February 26, 2022"),
        ("fr", moment("2022-02-24"), moment("2022-02-26"), "24–26 février 2022"),
        ("uk", moment("2022-02-24"), moment("2022-02-26"), f"24–26 лютого 2022{NARROW}р."),
    ],
)
def test_a_stretch_of_time_is_written_short(language, start, end, printed):
    """Two days of one month share its name where the language allows it."""
    assert Formatter(language).period(Period(start, end)) == printed


def test_languages_have_names_and_directions():
    """A reference names a foreign language in the edition's own, and a page knows which way it runs."""
    assert Formatter("en").language_name("uk") == "Ukrainian"
    assert Formatter("fr").language_name("uk-UA") == "ukrainien"
    assert Formatter("en").language_name("xx") == "xx"
    assert [Formatter(tag).direction for tag in ("en", "uk", "ar", "he")] == ["ltr", "ltr", "rtl", "rtl"]


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_words_of_the_same_shape(language):
    """A translation takes as many figures and dates as the English words do."""
    for name, text in WORDS[language].items():
        assert text.count("{}") == WORDS["en"][name].count("{}"), name


def test_a_word_that_a_language_lacks_is_english():
    """A language without words of its own speaks English, and says so."""
    assert words("de") == WORDS["en"]
    assert words("fr-CA")["about"] == "environ {}"
    assert (spoken("fr-CA"), spoken("uk"), spoken("de")) == (True, True, False)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "%"), ("fr", "\N{NO-BREAK SPACE}%"), ("uk", "%"), ("de", "\N{NO-BREAK SPACE}%")]
)
def test_a_per_cent_sign_stands_as_its_language_has_it(language, text):
    """CLDR says whether a space goes before the sign; a unit in words always has one."""
    assert Formatter(language).beside("%") == text
    assert Formatter(language).beside("km") == "\N{NO-BREAK SPACE}km"
