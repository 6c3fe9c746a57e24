"""Values: what a figure is worth, and what may be computed with it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.value import MAX_DIGITS, Value, ValueSyntaxError, number, parse, span

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


@st.composite
def values(draw, kinds=("exact", "about", "range", "more_than", "at_least", "less_than", "at_most")):
    """Any value an asserter can state."""
    low, high = sorted((draw(decimals), draw(decimals)))
    kind = draw(st.sampled_from(kinds))
    made = {
        "exact": Value(low, low),
        "about": Value(low, low, about=True),
        "range": Value(low, high),
        "more_than": Value(low, None, strict=True),
        "at_least": Value(low, None),
        "less_than": Value(None, high, strict=True),
        "at_most": Value(None, high),
    }
    return made[kind]


bounded = values(kinds=("exact", "range", "more_than", "at_least", "less_than", "at_most"))


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("1300", "exact", 1300, 1300),
        ("-5", "exact", -5, -5),
        ("0", "exact", 0, 0),
        ("~1300", "about", 1300, 1300),
        (">50", "more_than", 50, None),
        (">=50", "at_least", 50, None),
        ("<5", "less_than", None, 5),
        ("<=5", "at_most", None, 5),
        ("7000..15000", "range", 7000, 15000),
        ("-3..-1", "range", -3, -1),
        ("  > 50 ", "more_than", 50, None),
        ("7000 .. 15000", "range", 7000, 15000),
        ("5..5", "exact", 5, 5),
    ],
)
def test_a_value_is_read_as_people_write_it(text, kind, low, high):
    """Exact figures, approximations, bounds and ranges are told apart by their signs."""
    value = parse(text)
    assert (value.kind, value.low, value.high) == (kind, low, high)


def test_a_value_keeps_the_precision_it_was_stated_with():
    """`1.10` is not `1.1`, and nothing is ever a float."""
    value = parse("1.10")
    assert str(value) == "1.10"
    assert isinstance(value.low, Decimal)


@given(values())
def test_a_value_is_written_as_it_is_read(value):
    """What a value prints is read back as the same value."""
    assert parse(str(value)) == value


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_is_refused_with_a_reason(text):
    """No text makes the parser fall over, and none is taken for a number it does not spell."""
    try:
        value = parse(text)
    except ValueSyntaxError as error:
        reason = str(error)
        assert reason
        return
    assert set("".join(text.split())) <= set("0123456789.-~<>=")
    assert value.numbers


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("1,300", "'1,300' is not a value", "write the digits without separators: 1300"),
        ("1 300", "'1 300' is not a value", "write the digits without separators: 1300"),
        ("1_300", "'1_300' is not a value", "write the digits without separators: 1300"),
        ("1'300", '"1\'300" is not a value', "write the digits without separators: 1300"),
        ("010", "'010' is not a value", "a leading zero is ambiguous; write 10, or quote it in a text field"),
        ("7000-15000", "'7000-15000' is not a value", "write a range with two dots: 7000..15000"),
        ("7000 to 15000", "'7000 to 15000' is not a value", "write a range with two dots: 7000..15000"),
        ("15000..7000", "the low end 15000 is above the high end 7000", "write 7000..15000"),
    ],
)
def test_what_is_no_value_is_refused_with_a_way_out(text, message, hint):
    """A slip is named, and the hint holds what to write instead."""
    with pytest.raises(ValueSyntaxError) as refused:
        parse(text)
    assert (str(refused.value), refused.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "text", ["", "NaN", "inf", "1e3", "0x1F", "12:30", "+5", ".5", "5.", "٣", "１", "≈5", "1..2..3"]
)
def test_what_only_looks_like_a_number_is_refused(text):
    """Neither floats, nor clocks, nor other digits are taken for a figure."""
    with pytest.raises(ValueSyntaxError, match="is not a value"):
        parse(text)


def test_a_number_has_an_end():
    """A number longer than any count on Earth is refused before it costs anything."""
    assert parse("9" * MAX_DIGITS).low == Decimal("9" * MAX_DIGITS)
    with pytest.raises(ValueSyntaxError, match="a number of 5000 characters is too long"):
        number("9" * 5000)
    with pytest.raises(ValueSyntaxError, match="a value of 5000 characters is too long"):
        parse("x" * 5000)


def test_a_best_estimate_stays_inside_its_range():
    """A range may carry the asserter's own best estimate, which lies within it."""
    value = span(Decimal(7000), Decimal(15000), Decimal(9000))
    assert [str(n) for n in value.numbers] == ["7000", "9000", "15000"]
    with pytest.raises(ValueSyntaxError, match=r"the best estimate 6000 is outside 7000\.\.15000"):
        span(Decimal(7000), Decimal(15000), Decimal(6000))


@pytest.mark.parametrize(
    ("left", "right", "added", "taken_away"),
    [
        ("1", "2", "3", "-1"),
        ("1..3", "2", "3..5", "-1..1"),
        ("1..3", "10..20", "11..23", "-19..-7"),
        (">5", "3", ">8", ">2"),
        (">5", ">=3", ">8", None),
        (">=5", ">=3", ">=8", None),
        ("<5", "2", "<7", "<3"),
        ("1..3", "<5", "<8", ">-4"),
        (">5", "<3", None, ">2"),
    ],
)
def test_arithmetic_keeps_what_is_not_known(left, right, added, taken_away):
    """Ranges give ranges and bounds give bounds; where no bound is left there is no result."""
    pairs = ((added, lambda: parse(left) + parse(right)), (taken_away, lambda: parse(left) - parse(right)))
    for expected, compute in pairs:
        if expected is None:
            with pytest.raises(ArithmeticError, match="has no bound"):
                compute()
        else:
            assert compute() == parse(expected)


@given(values(kinds=("about",)), values())
def test_approximations_are_not_computed_with(rough, other):
    """Nobody said how far off an approximation is, so a sum with one would be made up."""
    for compute in (lambda: rough + other, lambda: other + rough, lambda: rough - other, lambda: other - rough):
        with pytest.raises(ArithmeticError, match="an approximation cannot be added"):
            compute()


def holds(value, n):
    """Whether a number is one that the value allows."""
    above = value.low is None or (n > value.low if value.strict else n >= value.low)
    below = value.high is None or (n < value.high if value.strict else n <= value.high)
    return above and below


@st.composite
def figures_and_truths(draw):
    """A value without "about", and a number that it allows."""
    value = draw(bounded)
    beside = draw(st.decimals(min_value="0.01", max_value=1000, places=2))
    if value.low is None:
        return value, value.high - beside
    if value.high is None:
        return value, value.low + beside
    return value, draw(st.decimals(min_value=value.low, max_value=value.high, places=2))


@given(figures_and_truths(), figures_and_truths())
def test_a_sum_holds_every_sum_of_what_its_parts_hold(left, right):
    """Whatever two figures really were, their sum and their difference lie in what is printed."""
    (left, one), (right, other) = left, right
    for compute, truth in ((lambda: left + right, one + other), (lambda: left - right, one - other)):
        try:
            result = compute()
        except ArithmeticError:
            continue
        assert holds(result, truth)


@given(values())
def test_a_value_turned_twice_is_itself(value):
    """Turning the sign round twice changes nothing, and once changes the ends over."""
    turned = -value
    assert -turned == value
    assert set(turned.numbers) == {-n for n in value.numbers}
